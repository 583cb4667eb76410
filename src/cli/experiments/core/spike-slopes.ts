import type { Device } from '../../../contract/device.ts'
import { crossingsOf, noTiming } from '../../../rules/timing/crossings.ts'
import { spikeTimeGradient } from '../../../rules/timing/gradient.ts'
import { direct, spread } from '../../../rules/timing/paths.ts'
import { fire, type Neuron } from './spiking-neuron.ts'

/** Slopes of one spike time by the weights and by the input times, one after the other. */
export type Slopes = Float64Array

const only = (k: number, count: number) => Float64Array.from({ length: count }, (_, n) => (n === k ? 1 : 0))

/** Weights and input times as the two halves of one array. */
function halves({ weights, drive }: Neuron) {
  const all = new Float64Array(weights.length + drive.length)
  return { all, weights: all.subarray(0, weights.length), drive: all.subarray(weights.length) }
}

/** Exact slopes of spike `k`, at spike times that were measured. */
export function exactSlopes(neuron: Neuron, spikes: Float64Array, k: number): Slopes {
  const { layer, weights, drive } = neuron
  const into = halves(neuron)
  spikeTimeGradient(layer, weights, { drive, spikes }, only(k, spikes.length), into)
  return into.all
}

/** The same from the direct path alone: as if no earlier spike moved. */
export function directSlopes(neuron: Neuron, spikes: Float64Array, k: number): Slopes {
  const { layer, weights, drive } = neuron
  const into = halves(neuron)
  const wanted = only(k, spikes.length)
  const row = { weights, drive, neuron: 0 }
  const crossings = crossingsOf(layer, row, spikes, wanted, {}, noTiming())
  spread(layer, row, crossings, direct(crossings, wanted), into)
  return into.all
}

/** Slopes of every spike by central differences on a machine; `step` is relative to the mean weight and to tauS. */
export async function differences(
  device: Device,
  { weights, drive, layer, single }: Neuron,
  step: number,
): Promise<readonly Slopes[]> {
  const count = device.sheet.sense.width
  const found = Array.from({ length: count }, () => new Float64Array(weights.length + drive.length))
  for (let i = 0; i < weights.length + drive.length; i++) {
    const h = step * (i < weights.length ? single : layer.tauS)
    const at = (by: number) => {
      const [w, d] = [weights.slice(), drive.slice()]
      if (i < w.length) w[i] += by
      else d[i - w.length] += by
      return fire(device, w, d)
    }
    const [up, down] = [await at(h), await at(-h)]
    for (let k = 0; k < count; k++) found[k][i] = (up[k] - down[k]) / (2 * h)
  }
  return found
}
