import { spikingLayerSimulator } from '../../../../sim/index.ts'
import { attach, type Device } from '../../../contract/device.ts'
import { InsituError } from '../../../errors.ts'
import { peakTime, response } from '../../../kernels/membrane.ts'
import { draws } from '../../../random/draws.ts'
import { STREAM } from '../../../random/streams.ts'
import { spikeTimeGradient } from '../../../rules/timing/gradient.ts'
import { type SpikingLayer, spikingLayerOf } from '../../../rules/timing/layer.ts'
import { real, type Values, whole } from '../settings.ts'

/** One neuron, and what it is shown. */
export const NEURON_SETTINGS = {
  tauM: real(20, 'time constant of the membrane, ms', 1e-3),
  tauS: real(5, 'time constant of the synapses, ms', 1e-3),
  window: real(100, 'length of a window, ms', 1e-3),
  reset: real(0, 'potential after a spike, in thresholds, below 1', Number.NEGATIVE_INFINITY),
  inputs: whole(6, 'inputs, each with one weight'),
  inputSpikes: whole(1, 'spikes of every input, at random in the first half of the window'),
  spikes: whole(3, 'output spikes that are read and differentiated'),
  weight: real(1.5, 'mean weight, in those that lift a neuron at rest just to its threshold'),
} as const

export type NeuronValues = Values<typeof NEURON_SETTINGS>

/** A neuron with weights and inputs under which it fires as often as asked. */
export interface Neuron {
  readonly layer: SpikingLayer
  /** Opens a machine of this layer; `mismatch` and `jitter` (ms) as in `SpikingImperfections`. */
  open(imperfections?: { readonly mismatch: number; readonly jitter: number; readonly seed: number }): Device
  readonly drive: Float64Array
  readonly weights: Float64Array
  /** Other weights, under which the same inputs make it fire as often. */
  readonly teacher: Float64Array
  /** The weight that lifts a neuron at rest just to its threshold, per ms. */
  readonly single: number
}

/** Inputs that are tried, and weights for each, before the settings count as impossible. */
const DRIVES = 20
const TRIES = 20

/**
 * Draws inputs and weights until the neuron fires often enough, and never only grazes its threshold; throws `CONFIG` if it
 * does not.
 */
export async function drawNeuron(of: string, settings: NeuronValues, seed: number): Promise<Neuron> {
  const { inputs, inputSpikes, spikes, tauM, tauS, window, reset, weight } = settings
  const single = 1 / response(settings, peakTime(settings, 0, 1))
  const range = 20 * Math.max(1, weight) * single
  const open: Neuron['open'] = ({ mismatch, jitter, seed: machine } = { mismatch: 0, jitter: 0, seed: 1 }) =>
    attach(
      spikingLayerSimulator({
        ...{ inputs, neurons: 1, spikesPerInput: inputSpikes, spikesPerNeuron: spikes, window, tauM, tauS, reset },
        imperfections: {
          weights: { min: -range, max: range, step: 0, safe: 0 },
          ...{ weightMismatch: mismatch, thresholdMismatch: mismatch / 2, jitter },
        },
        seed: machine,
      }),
    )
  await using device = open()
  const layer = spikingLayerOf(of, device.sheet, device.name)
  const source = draws(seed, STREAM.initialValues)
  let drawn = 0
  const some = (count: number, low: number, high: number) =>
    Float64Array.from({ length: count }, () => low + (high - low) * source.uniform(drawn++))
  let most = 0
  for (let n = 0; n < DRIVES; n++) {
    const drive = some(inputs * inputSpikes, 0, window / 2)
    const found: Float64Array[] = []
    for (let w = 0; w < TRIES; w++) {
      const weights = some(inputs, 0, 2 * weight * single)
      const times = await fire(device, weights, drive)
      const into = { weights: new Float64Array(inputs) }
      const { grazing, silent } = spikeTimeGradient(layer, weights, { drive, spikes: times }, times, into)
      most = Math.max(most, spikes - silent)
      if (silent === 0 && grazing === 0) found.push(weights)
      if (found.length === 2) return { layer, open, drive, weights: found[0], teacher: found[1], single }
    }
  }
  throw new InsituError(
    'CONFIG',
    `${of}: of ${DRIVES * TRIES} neurons drawn, no two with the same inputs fired ${spikes} spikes in ${window} ms without grazing their threshold; the most was ${most}`,
    { hint: 'raise weight, inputs, inputSpikes or window, or ask for fewer spikes' },
  )
}

/** Spike times of a neuron in one window. */
export async function fire(device: Device, weights: Float64Array, drive: Float64Array): Promise<Float64Array> {
  const times = new Float64Array(device.sheet.sense.width)
  await device.store(weights)
  await device.measure({ slots: 1, drive: { kind: 'track', data: drive, hold: 1 } }, times)
  return times
}
