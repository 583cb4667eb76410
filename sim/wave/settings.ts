import { InsituError } from '../../src/errors.ts'
import { changedSettings, type Schema } from '../../src/units/settings.ts'
import type { WaveOptions } from './options.ts'

/** Smallest value of what must be more than nothing. */
const SOME = 1e-9

/** What may be said of a simulated wave field beside its preset; a field has no units, angles do. */
export const WAVE_SETTINGS = {
  time: { unit: '1', min: SOME },
  dt: { unit: '1', min: SOME },
  mass: { unit: '1', min: SOME },
  decay: { unit: '1', min: SOME },
  loss: { unit: '1', min: 0 },
  learningLoss: { unit: '1', min: 0 },
  disorder: { unit: '1', min: 0 },
  mirrorAmplitude: { unit: '1', min: 0 },
  mirrorPhase: { unit: 'rad', min: 0 },
  mirrorJitter: { unit: '1', min: 0 },
  timingJitter: { unit: '1', min: 0 },
  injectionLimit: { unit: '1', min: SOME },
  injectionStep: { unit: '1', min: 0 },
  shiftLimit: { unit: '1', min: SOME },
  readNoise: { unit: '1', min: 0 },
  localNoise: { unit: '1', min: 0 },
} as const satisfies Schema

/**
 * Changes options of `waveSimulator` by settings as people write them: `{ loss: "1e-3", mirrorPhase: "2 mrad" }`; what is
 * not named stays as the options and their preset have it.
 *
 * Throws `UNITS` or `CONFIG` naming the setting.
 */
export async function waveSettings<Options extends WaveOptions>(
  options: Options,
  given: Readonly<Record<string, string | number>>,
): Promise<Options> {
  const values = await changedSettings(WAVE_SETTINGS, given, { of: 'wave-field' })
  const { time, dt, mass, decay, ...imperfections } = values
  const { learning } = options
  if ((mass !== undefined || decay !== undefined) && learning === undefined)
    throw new InsituError('CONFIG', 'wave-field: mass and decay are of a learning field, and this field has none')
  return {
    ...options,
    ...(time !== undefined && { time }),
    ...(dt !== undefined && { step: dt }),
    ...(learning && { learning: { mass: mass ?? learning.mass, decay: decay ?? learning.decay } }),
    ...(Object.keys(imperfections).length > 0 && {
      imperfections: { ...options.imperfections, ...imperfections },
    }),
  }
}
