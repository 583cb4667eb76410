import { exp } from '../../kernels/exp.ts'
import { peakTime, potential, response } from '../../kernels/membrane.ts'
import { type NeuronRow, type SpikingLayer, weightAt } from './layer.ts'

/**
 * When the potential of a neuron is highest between its last spike at `from`, after which it is `reset`, and the window's
 * end; without a spike `from` is 0 and the potential begins at 0.
 */
export function highestTime(layer: SpikingLayer, row: NeuronRow, from: number, reset: number): number {
  const { weights, drive, neuron } = row
  const order = Array.from(drive.keys()).filter((s) => drive[s] < layer.window)
  order.sort((a, b) => drive[a] - drive[b])
  let [at, v, i] = [from, reset, 0]
  let [best, when] = [Number.NEGATIVE_INFINITY, from]
  const note = (value: number, t: number) => {
    if (value > best) [best, when] = [value, t]
  }
  /** Lets time pass, with a look at the top on the way. */
  const pass = (to: number) => {
    if (i > 0) {
      const top = Math.min(peakTime(layer, v, i), to - at)
      note(potential(layer, v, i, top), at + top)
    }
    v = v * exp((at - to) / layer.tauM) + i * response(layer, to - at)
    i *= exp((at - to) / layer.tauS)
    at = to
    note(v, to)
  }
  for (const s of order) {
    const weight = weights[weightAt(layer, s, neuron)]
    // A jump before the spike still flows after it.
    if (drive[s] <= from) i += weight * exp((drive[s] - from) / layer.tauS)
    else {
      pass(drive[s])
      i += weight
    }
  }
  pass(layer.window)
  return when
}
