import { type ChipSpec, chipLayout } from '../../devices/mgd-chip.ts'
import { draws } from '../../src/random/draws.ts'
import { STREAM } from '../../src/random/streams.ts'

/** How gains of multipliers move as time goes on. */
export interface GainDriftOptions {
  /** Standard deviation, over the parameters, of a gain's relative change per second: each moves its own way. */
  readonly gainDrift: number
  /** Relative change per second that all gains share, as a change of temperature makes it; of either sign. */
  readonly gainDriftCommon: number
}

/**
 * Relative change per second of every parameter's gain, drawn once per chip: gain(t) = gain(0) exp(rate t), t the machine's
 * clock. Nothing where no gain moves.
 */
export function drawGainRates(spec: ChipSpec, options: GainDriftOptions, seed: number): Float64Array | undefined {
  const { gainDrift, gainDriftCommon } = options
  if (gainDrift === 0 && gainDriftCommon === 0) return undefined
  const source = draws(seed, STREAM.gainDrift)
  const { paramCount } = chipLayout(spec)
  return Float64Array.from({ length: paramCount }, (_, i) => gainDriftCommon + gainDrift * source.normal(i))
}
