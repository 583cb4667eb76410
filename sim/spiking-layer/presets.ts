import { InsituError } from '../../src/errors.ts'
import type { SpikingImperfections } from './imperfections.ts'

export interface SpikingPreset {
  /** Where the numbers come from. */
  readonly source: string
  readonly imperfections: SpikingImperfections
}

const ideal: SpikingImperfections = {
  weightMismatch: 0,
  thresholdMismatch: 0,
  jitter: 0,
  weights: { min: -2, max: 2, step: 0, safe: 0 },
  clock: { drive: 0, sense: 0 },
}

/** Named spiking layers, each with its source. */
export const SPIKING_PRESETS = {
  ideal: { source: 'spike times as the equations have them', imperfections: ideal },
  analog: {
    source:
      'weights off by 10 %, thresholds by 5 %, spike times by 0.1 ms, clocks of 0.01 ms and weights of 8 bits: round numbers of ours in the range of analog spiking chips',
    imperfections: {
      weightMismatch: 0.1,
      thresholdMismatch: 0.05,
      jitter: 0.1,
      weights: { min: -2, max: 127 / 64, step: 1 / 64, safe: 0 },
      clock: { drive: 0.01, sense: 0.01 },
    },
  },
} as const satisfies Record<string, SpikingPreset>

/** Finds a preset by name; `CONFIG` names the known ones. */
export function spikingPreset(name: string): SpikingPreset {
  if (Object.hasOwn(SPIKING_PRESETS, name)) return SPIKING_PRESETS[name as keyof typeof SPIKING_PRESETS]
  throw new InsituError(
    'CONFIG',
    `spiking-layer: preset must be one of ${Object.keys(SPIKING_PRESETS).join(', ')}, got ${name}`,
  )
}
