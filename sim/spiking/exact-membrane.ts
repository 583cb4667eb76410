import type { NirNeurons } from '../../src/exchange/nir/index.ts'

/** The membranes of a population between spikes while their input is constant, one neuron at a time; times in s. */
export interface Membrane {
  /** Turns to a neuron and the input that it has from now on. */
  turn(neuron: number, input: number): void
  /** Time until v rises through the threshold; `Infinity` where that is not `within` the time asked about. */
  crossing(v: number, threshold: number, within: number): number
  /** The membrane after a time. */
  after(v: number, time: number): number
}

/** LIF and LI: tau v' = rest - v with rest = vLeak + r I. */
export function leaky({ r, vLeak }: NirNeurons, taus: Float64Array): Membrane {
  let rest = 0
  let tau = 1
  return {
    turn(neuron, input) {
      rest = vLeak[neuron] + r[neuron] * input
      tau = taus[neuron]
    },
    crossing(v, threshold, within) {
      if (v > threshold || (v === threshold && rest > threshold)) return 0
      if (!(rest > threshold)) return Number.POSITIVE_INFINITY
      const time = tau * Math.log1p((threshold - v) / (rest - threshold))
      return time <= within ? time : Number.POSITIVE_INFINITY
    },
    after: (v, time) => v - (rest - v) * Math.expm1(-time / tau),
  }
}

/** IF: v' = r I. */
export function ramp({ r }: NirNeurons): Membrane {
  let slope = 0
  return {
    turn(neuron, input) {
      slope = r[neuron] * input
    },
    crossing(v, threshold, within) {
      if (v > threshold || (v === threshold && slope > 0)) return 0
      const time = slope > 0 ? (threshold - v) / slope : Number.POSITIVE_INFINITY
      return time <= within ? time : Number.POSITIVE_INFINITY
    },
    after: (v, time) => v + slope * time,
  }
}
