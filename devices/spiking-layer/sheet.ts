import { type DataSheet, dataSheet, type Kind } from '../../src/contract/sheet.ts'
import { checkLayer, type SpikingLayer } from '../../src/rules/timing/layer.ts'

/** A range of weights, per millisecond, the step the hardware resolves (0 if continuous), and the value it is safe at. */
export interface WeightRange {
  readonly min: number
  readonly max: number
  readonly step: number
  readonly safe: number
}

/** Steps in which spike times are sent and read, ms; 0 if continuous. */
export interface SpikeClock {
  readonly drive: number
  readonly sense: number
}

/**
 * A layer of spiking neurons. Times are in ms, potentials in units of one's own, weights in these per ms: a spike of
 * weight w lets the current jump by w.
 *
 * Drive: the spike times of the inputs, `spikesPerInput` numbers for the first, then for the second, in any order; a time
 * at the window's end is no spike, and equal times count as often as they are named. Sense: the first `spikesPerNeuron`
 * spike times of the first neuron, then of the second; a spike that did not come reads as the window's end and counts as
 * saturated, since the clock ran out. Theta: one bank `weights`, input by input (weight of input i to neuron n at
 * i * neurons + n).
 */
export type SpikingLayerSpec = SpikingLayer

export interface SpikingSheetOptions {
  readonly kind: Kind
  readonly identity: string
  readonly weights: WeightRange
  readonly clock: SpikeClock
  /** Standard deviation of a spike time, ms. A spike that did not come has none. */
  readonly jitter: number
  readonly maxSlots: number
  readonly repeatable: boolean
  readonly settings?: Readonly<Record<string, unknown>>
}

/** The data sheet of a spiking layer; throws `CONFIG` naming the number that cannot be. A slot is one window. */
export function spikingSheet(spec: SpikingLayerSpec, options: SpikingSheetOptions): DataSheet {
  checkLayer('spiking-layer', spec)
  const { inputs, spikesPerInput, neurons, spikesPerNeuron, window, tauM, tauS, threshold, reset } = spec
  const { weights, clock, jitter } = options
  const times = { unit: 'ms', min: 0, max: window }
  return dataSheet({
    machine: 'spiking-layer',
    kind: options.kind,
    identity: options.identity,
    banks: [{ name: 'weights', width: inputs * neurons, unit: 'ms^-1', slew: Number.POSITIVE_INFINITY, ...weights }],
    drive: { width: inputs * spikesPerInput, ...times, step: clock.drive },
    sense: { width: neurons * spikesPerNeuron, ...times, step: clock.sense, noise: jitter },
    maxSlots: options.maxSlots,
    slotSeconds: window / 1000,
    repeatable: options.repeatable,
    settings: {
      ...{ inputs, spikesPerInput, neurons, spikesPerNeuron, window, tauM, tauS, threshold, reset },
      ...options.settings,
    },
  })
}
