import { crossingsOf, noTiming, type TimingHealth, type TimingOptions } from './crossings.ts'
import type { SpikingLayer } from './layer.ts'
import { spread, type TimingSlopes, throughResets } from './paths.ts'

/** One window of a layer: the spikes that went in and those that were read, as the ports have them. */
export interface SpikeWindow {
  /** inputs x spikesPerInput times. */
  readonly drive: Float64Array
  /** neurons x spikesPerNeuron times; the window's end where none came. */
  readonly spikes: Float64Array
}

/**
 * Adds the exact gradient of a cost of spike times to `into`, through every spike and every reset (Yamamoto, Sakemi and
 * Aihara 2022): V(t_k) = threshold defines t_k, so
 * dt_k/dx = -(dV(t_k)/dx + sum over earlier spikes of dV(t_k)/dt_m dt_m/dx) / V'(t_k), taken backwards.
 *
 * `costSlopes` is d cost / d time of every reading; those of spikes that did not come are passed over (see `wake`). Where
 * `into.drive` is given it takes d cost / d input time: handed to the layer before as its `costSlopes`, layers are trained
 * through each other. The times are taken as they are, on an imperfect machine the measured ones.
 */
export function spikeTimeGradient(
  layer: SpikingLayer,
  weights: Float64Array,
  { drive, spikes }: SpikeWindow,
  costSlopes: Float64Array,
  into: TimingSlopes,
  options: TimingOptions = {},
  health: TimingHealth = noTiming(),
): TimingHealth {
  const { neurons, spikesPerNeuron } = layer
  for (let neuron = 0; neuron < neurons; neuron++) {
    const own = (all: Float64Array) => all.subarray(neuron * spikesPerNeuron, (neuron + 1) * spikesPerNeuron)
    const row = { weights, drive, neuron }
    const crossings = crossingsOf(layer, row, own(spikes), own(costSlopes), options, health)
    spread(layer, row, crossings, throughResets(layer, crossings, own(costSlopes)), into)
  }
  return health
}
