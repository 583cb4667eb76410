import { exp } from '../../kernels/exp.ts'
import { response } from '../../kernels/membrane.ts'
import type { Crossings } from './crossings.ts'
import { type NeuronRow, type SpikingLayer, weightAt } from './layer.ts'

/**
 * The direct path: dC/dV at every crossing, if no spike touched a later one of its neuron. A potential that is higher by
 * dV when it meets the threshold meets it earlier, by dV over its slope.
 */
export function direct({ early }: Crossings, costSlopes: Float64Array): Float64Array {
  return Float64Array.from(early, (one, k) => -one * costSlopes[k])
}

/**
 * The same and the reset path: an earlier spike moves the reset, which moves the potential of every later crossing of the
 * neuron, dV(t_k)/dt_m = -(threshold - reset) / tauM e^((t_m - t_k) / tauM), and with it its time.
 */
export function throughResets(
  { threshold, reset, tauM }: SpikingLayer,
  crossings: Crossings,
  costSlopes: Float64Array,
): Float64Array {
  const { times, early } = crossings
  const pull = direct(crossings, costSlopes)
  for (let m = times.length - 1; m >= 0; m--) {
    let later = 0
    for (let k = m + 1; k < times.length; k++) later += pull[k] * exp((times[m] - times[k]) / tauM)
    pull[m] += (early[m] * later * (threshold - reset)) / tauM
  }
  return pull
}

/** Slopes of a cost that gradients are added to. */
export interface TimingSlopes {
  /** d cost / d weight, inputs x neurons. */
  readonly weights: Float64Array
  /** d cost / d time of an input spike, as long as the drive; 0 for those that are none. */
  readonly drive?: Float64Array
}

/** Hands dC/dV at the crossings of a neuron on to what made the potential there: weights and input times. */
export function spread(
  layer: SpikingLayer,
  { weights, drive, neuron }: NeuronRow,
  { times }: Crossings,
  pull: Float64Array,
  into: TimingSlopes,
): void {
  const { window, tauM, tauS } = layer
  for (let s = 0; s < drive.length; s++) {
    if (drive[s] >= window) continue
    const w = weightAt(layer, s, neuron)
    for (let k = 0; k < times.length; k++) {
      const since = times[k] - drive[s]
      if (since < 0) continue
      const seen = response(layer, since)
      into.weights[w] += pull[k] * seen
      // An input that comes later lowers the potential by the slope of its response.
      if (into.drive !== undefined) into.drive[s] -= pull[k] * weights[w] * (exp(-since / tauS) - seen / tauM)
    }
  }
}
