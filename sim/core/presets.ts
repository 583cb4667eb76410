import { InsituError } from '../../src/errors.ts'
import type { CoreImperfections } from './imperfections.ts'

export interface CorePreset {
  /** Where the numbers come from. */
  readonly source: string
  readonly imperfections: CoreImperfections
}

const ideal: CoreImperfections = {
  weightMismatch: 0,
  thresholdMismatch: 0,
  stuckOpen: 0,
  stuckClosed: 0,
  leakDrift: 0,
  spikeLoss: 0,
}

/** Named cores, each with its source. */
export const CORE_PRESETS = {
  ideal: { source: 'the integer specification, docs/reference/integer-core.md', imperfections: ideal },
  mismatched: {
    source:
      'weights off by 20 %, within the 5 to 30 % said of analog synapses; thresholds by half a unit and a leak that wanders by one unit an hour are round numbers of ours',
    imperfections: { ...ideal, weightMismatch: 0.2, thresholdMismatch: 0.5, leakDrift: 1 },
  },
  stuck: {
    source: 'one synapse in a hundred stuck, the upper end of the 0.1 to 1 % said of crossbars; half of them closed',
    imperfections: { ...ideal, stuckOpen: 0.005, stuckClosed: 0.005 },
  },
  lossy: {
    source: 'one spike in a hundred lost on its way: a round number of ours',
    imperfections: { ...ideal, spikeLoss: 0.01 },
  },
} as const satisfies Record<string, CorePreset>

/** Finds a preset by name; `CONFIG` names the known ones. */
export function corePreset(name: string): CorePreset {
  if (Object.hasOwn(CORE_PRESETS, name)) return CORE_PRESETS[name as keyof typeof CORE_PRESETS]
  throw new InsituError(
    'CONFIG',
    `neuromorphic-core: preset must be one of ${Object.keys(CORE_PRESETS).join(', ')}, got ${name}`,
  )
}

/** Throws `CONFIG` naming an imperfection that cannot be. */
export function checkImperfections(given: CoreImperfections): void {
  const bad = (name: string, wanted: string, value: number) =>
    new InsituError('CONFIG', `neuromorphic-core: ${name} must be ${wanted}, got ${value}`)
  for (const name of ['weightMismatch', 'thresholdMismatch', 'leakDrift'] as const)
    if (!(given[name] >= 0 && Number.isFinite(given[name]))) throw bad(name, 'zero or positive', given[name])
  for (const name of ['stuckOpen', 'stuckClosed', 'spikeLoss'] as const)
    if (!(given[name] >= 0 && given[name] <= 1)) throw bad(name, 'a share from 0 to 1', given[name])
  const stuck = given.stuckOpen + given.stuckClosed
  if (stuck > 1) throw bad('stuckOpen + stuckClosed', 'at most 1', stuck)
}
