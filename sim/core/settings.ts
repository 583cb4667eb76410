import { SYNAPSES, type Synapses } from '../../devices/neuromorphic-core/sheet.ts'
import { InsituError } from '../../src/errors.ts'
import { changedSettings, type Schema } from '../../src/units/settings.ts'
import type { NeuromorphicCoreOptions } from './core.ts'

/** What may be said of a simulated core beside its preset; potentials and ticks are counted. */
export const CORE_SETTINGS = {
  ticks: { unit: '1', min: 1 },
  member: { unit: '1', min: 0 },
  weightMismatch: { unit: '1', min: 0 },
  thresholdMismatch: { unit: '1', min: 0 },
  stuckOpen: { unit: '1', min: 0, max: 1 },
  stuckClosed: { unit: '1', min: 0, max: 1 },
  leakDrift: { unit: '1', min: 0 },
  spikeLoss: { unit: '1', min: 0, max: 1 },
} as const satisfies Schema

/**
 * Changes options of `neuromorphicCore` by settings as people write them: `{ ticks: "4", synapses: "fresh", spikeLoss:
 * "0.01" }`; what is not named stays as the options and their preset have it. Throws `CONFIG` naming the setting.
 */
export async function coreSettings<Options extends NeuromorphicCoreOptions>(
  options: Options,
  given: Readonly<Record<string, string | number>>,
): Promise<Options> {
  const { synapses } = given
  const values = await changedSettings(CORE_SETTINGS, given, { of: 'neuromorphic-core', others: ['synapses'] })
  const { ticks, member, ...imperfections } = values
  return {
    ...options,
    ...(synapses !== undefined && { synapses: synapsesOf(String(synapses)) }),
    ...(ticks !== undefined && { ticks }),
    ...(member !== undefined && { member }),
    ...(Object.keys(imperfections).length > 0 && {
      imperfections: { ...options.imperfections, ...imperfections },
    }),
  }
}

function synapsesOf(word: string): Synapses {
  const found = SYNAPSES.find((one) => one === word)
  if (found !== undefined) return found
  throw new InsituError('CONFIG', `neuromorphic-core: synapses must be ${SYNAPSES.join(', ')}, got ${word}`)
}
