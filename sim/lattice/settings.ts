import { InsituError } from '../../src/errors.ts'
import { changedSettings, type Schema } from '../../src/units/settings.ts'
import type { LatticeOptions } from './lattice.ts'
import { type LatticeImperfections, latticePreset } from './presets.ts'

/** What may be said of a simulated lattice in units, beside its preset. */
export const LATTICE_SETTINGS = {
  noise: { unit: 'm', min: 0 },
  pixel: { unit: 'm', min: 0 },
  dropout: { unit: '1', min: 0, max: 0.99 },
  scatter: { unit: '1', min: 0 },
  levels: { unit: '1', min: 0 },
  misalignment: { unit: 'rad', min: 0 },
  play: { unit: 'm', min: 0 },
  creepShare: { unit: '1', min: 0 },
  creepTime: { unit: 's', min: 0 },
  slotTime: { unit: 's', min: 0 },
} as const satisfies Schema

/**
 * Turns settings as people write them into options of `latticeSimulator`: `{ noise: "5 um", creepShare: "0.03",
 * creepTime: "20 s" }`; what is not named stays as the preset has it.
 *
 * Throws `UNITS` or `CONFIG` naming the setting.
 */
export async function latticeSettings(
  preset: string,
  given: Readonly<Record<string, string | number>>,
): Promise<Pick<LatticeOptions, 'preset' | 'imperfections' | 'slotSeconds'>> {
  const base: LatticeImperfections = latticePreset(preset).imperfections
  const values = await changedSettings(LATTICE_SETTINGS, given, { of: 'lattice' })
  if (Object.keys(values).length === 0) return { preset }
  const { noise, pixel, dropout, creepShare, creepTime, slotTime, ...direct } = values
  const camera = {
    noise: noise ?? base.camera.noise,
    pixel: pixel ?? base.camera.pixel,
    dropout: dropout ?? base.camera.dropout,
  }
  if (creepTime !== undefined && creepShare === undefined && base.creep === undefined)
    throw new InsituError(
      'CONFIG',
      `lattice: creepTime is given, but preset ${preset} does not creep and creepShare says nothing of how much`,
      { hint: 'add creepShare, e.g. 0.03, or leave creepTime out' },
    )
  const creep = { share: creepShare ?? base.creep?.share ?? 0, seconds: creepTime ?? base.creep?.seconds ?? 20 }
  const imperfections: Partial<LatticeImperfections> = {
    ...direct,
    camera,
    creep: creep.share > 0 ? creep : undefined,
  }
  return { preset, imperfections, ...(slotTime !== undefined && { slotSeconds: slotTime }) }
}
