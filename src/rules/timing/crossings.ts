import { exp } from '../../kernels/exp.ts'
import { highestTime } from './highest.ts'
import { type NeuronRow, type SpikingLayer, weightAt } from './layer.ts'

export interface TimingOptions {
  /**
   * Least slope of the potential at a spike, in potential per unit of time. Where it only grazes its threshold a time moves
   * without bound; a smaller slope counts as this one, and as one of `grazing`. Default threshold / (10 tauM).
   */
  readonly leastSlope?: number
  /**
   * For spikes that did not come and should have: time by which the first missing one of a neuron is taken to come earlier
   * per unit that the potential rises at its highest point. Default 0: what did not happen has no gradient.
   */
  readonly wake?: number
}

/** What a gradient of spike times met on its way. */
export interface TimingHealth {
  /** Spikes whose potential crossed the threshold more slowly than `leastSlope`. */
  grazing: number
  /** Spikes that did not come within the window. */
  silent: number
  /** Smallest slope of the potential at a spike; Infinity without spikes. */
  smallestSlope: number
}

export function noTiming(): TimingHealth {
  return { grazing: 0, silent: 0, smallestSlope: Number.POSITIVE_INFINITY }
}

/** Where a neuron met its threshold, in order of time, and how its times answer to a potential there: dt = -early dV. */
export interface Crossings {
  readonly times: readonly number[]
  readonly early: readonly number[]
}

/**
 * The crossings of one neuron at its measured spike times. A neuron that fires stands at its threshold, so the slope there
 * is I - threshold / tauM, and the potential need not be summed up.
 *
 * `costSlopes` is the slope of the cost by each time; a missing spike joins only where the cost falls if it comes earlier.
 */
export function crossingsOf(
  layer: SpikingLayer,
  row: NeuronRow,
  spikes: Float64Array,
  costSlopes: Float64Array,
  options: TimingOptions,
  health: TimingHealth,
): Crossings {
  const { threshold, tauM, tauS, window, reset } = layer
  const { weights, drive, neuron } = row
  const { leastSlope = threshold / (10 * tauM), wake = 0 } = options
  const times: number[] = []
  const early: number[] = []
  for (const t of spikes) {
    if (t >= window) break
    let current = 0
    for (let s = 0; s < drive.length; s++)
      if (drive[s] <= t) current += weights[weightAt(layer, s, neuron)] * exp((drive[s] - t) / tauS)
    const slope = current - threshold / tauM
    health.smallestSlope = Math.min(health.smallestSlope, slope)
    if (slope < leastSlope) health.grazing++
    times.push(t)
    early.push(1 / Math.max(slope, leastSlope))
  }
  const fired = times.length
  health.silent += spikes.length - fired
  if (wake > 0 && fired < spikes.length && costSlopes[fired] > 0) {
    times.push(fired === 0 ? highestTime(layer, row, 0, 0) : highestTime(layer, row, times[fired - 1], reset))
    early.push(wake)
  }
  return { times, early }
}
