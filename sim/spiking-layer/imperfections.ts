import type { SpikeClock, WeightRange } from '../../devices/spiking-layer/index.ts'
import { draws } from '../../src/random/draws.ts'
import { STREAM } from '../../src/random/streams.ts'

/** Everything that may be wrong with a simulated spiking layer. */
export interface SpikingImperfections {
  /** Standard deviation of a weight's gain, relative, drawn once per machine. */
  readonly weightMismatch: number
  /** Standard deviation of a neuron's threshold, relative, drawn once per machine. */
  readonly thresholdMismatch: number
  /** Standard deviation of a spike time as it is read, ms, new in every window. */
  readonly jitter: number
  readonly weights: WeightRange
  readonly clock: SpikeClock
}

/** A weight's gain per weight, around 1. */
export function drawGains(count: number, sigma: number, seed: number): Float64Array {
  const source = draws(seed, STREAM.synapseGain)
  return Float64Array.from({ length: count }, (_, n) => (sigma === 0 ? 1 : 1 + sigma * source.normal(n)))
}

/** Thresholds per neuron; a deviation never takes one below a tenth, or to its reset. */
export function drawThresholds(
  { neurons, threshold, reset }: { readonly neurons: number; readonly threshold: number; readonly reset: number },
  sigma: number,
  seed: number,
): Float64Array {
  const source = draws(seed, STREAM.thresholdMismatch)
  const least = Math.max(0.1 * threshold, reset + 0.1 * (threshold - reset))
  return Float64Array.from({ length: neurons }, (_, n) =>
    sigma === 0 ? threshold : Math.max(least, threshold * (1 + sigma * source.normal(n))),
  )
}
