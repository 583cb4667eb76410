import { exp } from '../../kernels/exp.ts'
import { peakTime, potential, response } from '../../kernels/membrane.ts'
import type { SpikingLayer } from './layer.ts'

/** Input spikes of one neuron in order of time: when, and by how much the current jumps. */
export interface Jumps {
  readonly times: readonly number[]
  readonly weights: readonly number[]
}

/**
 * When the potential is highest between a neuron's last spike, after which it is `reset`, and the window's end; with no
 * spike, `from` is 0 and the potential begins at 0.
 */
export function highestTime(layer: SpikingLayer, { times, weights }: Jumps, from: number, reset: number): number {
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
  times.forEach((time, s) => {
    // A jump before the spike still flows after it.
    if (time <= from) i += weights[s] * exp((time - from) / layer.tauS)
    else {
      pass(time)
      i += weights[s]
    }
  })
  pass(layer.window)
  return when
}
