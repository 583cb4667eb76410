import { InsituError } from '../../src/errors.ts'
import { changedSettings, type Schema } from '../../src/units/settings.ts'
import type { ThzChanges, ThzOptions } from './options.ts'
import { thzPreset } from './presets.ts'

/** What may be said of a simulated THz machine in units, beside its preset. */
export const THZ_SETTINGS = {
  thickness: { unit: 'm', min: 1e-6 },
  index: { unit: '1', min: 1 },
  absorption: { unit: 'm^-1', min: 0 },
  lifetime: { unit: 's', min: 0 },
  diffusion: { unit: 'm^2/s', min: 0 },
  recombination: { unit: 'm/s', min: 0 },
  depth: { unit: '1', min: 0, max: 1 },
  saturation: { unit: '1', min: 0 },
  collision: { unit: 's', min: 0 },
  waveRadius: { unit: 'm', min: 0 },
  lightRadius: { unit: 'm', min: 0 },
  noise: { unit: 'V', min: 0 },
  nep: { unit: 'W/Hz^0.5', min: 0 },
  responsivity: { unit: 'V/W', min: 0 },
  lockIn: { unit: 's', min: 0 },
  offset: { unit: 'V' },
  flicker: { unit: 'V', min: 0 },
  sourceRate: { unit: 's^-1' },
  sourceFlicker: { unit: '1', min: 0 },
  shiftX: { unit: 'm' },
  shiftY: { unit: 'm' },
  turned: { unit: 'rad' },
  magnified: { unit: '1', min: -0.5, max: 0.5 },
  distanceError: { unit: '1', min: -0.5, max: 0.5 },
  frameTime: { unit: 's', min: 0 },
} as const satisfies Schema

/** Settings that are words. */
const WORDS = { law: ['linear', 'sheet'], mode: ['bucket', 'single-mode'], etalon: ['yes', 'no'] } as const

/**
 * Turns settings as people write them into options of `thzImager` and `thzEncoder`: `{ noise: "2 mV", lifetime: "1 us",
 * law: "sheet", depth: "0.5" }`; what is not named stays as `preset` (default "ideal") has it.
 *
 * Throws `UNITS` or `CONFIG` naming the setting.
 */
export async function thzSettings(
  given: Readonly<Record<string, string | number>>,
  preset = 'ideal',
): Promise<ThzChanges & Pick<ThzOptions, 'frameSeconds'>> {
  const n = await changedSettings(THZ_SETTINGS, given, { of: 'thz', others: Object.keys(WORDS) })
  const law = word('law', given.law)
  const mode = word('mode', given.mode)
  const etalon = word('etalon', given.etalon)
  const [usualX, usualY] = thzPreset(preset).imperfections.misplaced.shift
  const { shiftX, shiftY } = n
  const parts: ThzChanges = {
    wafer: said({
      thickness: n.thickness,
      index: n.index,
      absorption: n.absorption,
      lifetime: n.lifetime,
      diffusion: n.diffusion,
      recombination: n.recombination,
      etalon: etalon === undefined ? undefined : etalon === 'yes',
    }),
    modulator: said({ law, depth: n.depth, saturation: n.saturation, collision: n.collision }),
    beam: said({ wave: n.waveRadius, light: n.lightRadius }),
    detector: said({
      mode,
      noise: n.noise,
      nep: n.nep,
      responsivity: n.responsivity,
      lockIn: n.lockIn,
      offset: n.offset,
      flicker: n.flicker,
      sourceRate: n.sourceRate,
      sourceFlicker: n.sourceFlicker,
    }),
    misplaced: said({
      shift: shiftX === undefined && shiftY === undefined ? undefined : ([shiftX ?? usualX, shiftY ?? usualY] as const),
      rotation: n.turned,
      magnification: n.magnified,
      distance: n.distanceError,
    }),
  }
  // A part nobody spoke of is left out, so that records show what was changed.
  const changed = Object.fromEntries(Object.entries(parts).filter(([, part]) => Object.keys(part).length > 0))
  return { ...changed, ...(n.frameTime !== undefined && { frameSeconds: n.frameTime }) }
}

function word<W extends keyof typeof WORDS>(
  name: W,
  given: string | number | undefined,
): (typeof WORDS)[W][number] | undefined {
  const words: readonly string[] = WORDS[name]
  if (given === undefined) return undefined
  if (words.includes(String(given))) return String(given) as (typeof WORDS)[W][number]
  throw new InsituError('CONFIG', `thz: ${name} must be ${words.join(' or ')}, got ${given}`)
}

type Said<T> = { readonly [K in keyof T]?: Exclude<T[K], undefined> }

/** Without what is undefined. */
function said<T extends object>(values: T): Said<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Said<T>
}
