import type { SpikingLayerSpec } from '../../devices/spiking-layer/index.ts'
import { exp } from '../../src/kernels/exp.ts'
import { peakTime, response } from '../../src/kernels/membrane.ts'
import { type Crossing, crossingOf } from './crossing.ts'

/** One window of a layer: input spikes in order of time, then neuron by neuron from spike to spike. */
export class Window {
  readonly #layer: SpikingLayerSpec
  readonly #crossing: Crossing
  /** When the response to a single spike is highest. */
  readonly #peak: number
  /** Input spikes: which input, when, and what happens in the gap up to the next. */
  readonly #order: Int32Array
  readonly #times: Float64Array
  readonly #gaps: Float64Array
  readonly #decayM: Float64Array
  readonly #decayS: Float64Array
  readonly #gain: Float64Array
  /** Largest response within the gap: whoever stays below the threshold with it cannot fire. */
  readonly #most: Float64Array
  #count = 0

  constructor(layer: SpikingLayerSpec) {
    this.#layer = layer
    this.#crossing = crossingOf(layer)
    this.#peak = peakTime(layer, 0, 1)
    const room = layer.inputs * layer.spikesPerInput
    this.#order = new Int32Array(room)
    const numbers = () => new Float64Array(room)
    ;[this.#times, this.#gaps, this.#decayM] = [numbers(), numbers(), numbers()]
    ;[this.#decayS, this.#gain, this.#most] = [numbers(), numbers(), numbers()]
  }

  /** Takes the spike times of a row of drive; those at the window's end are none. */
  drive(times: Float64Array): void {
    const { window, tauM, tauS } = this.#layer
    let count = 0
    for (let s = 0; s < times.length; s++) if (times[s] < window) this.#order[count++] = s
    this.#count = count
    // Equal times in order of their place: the sum of the currents then has the same bits every time.
    this.#order.subarray(0, count).sort((a, b) => times[a] - times[b] || a - b)
    for (let e = 0; e < count; e++) this.#times[e] = times[this.#order[e]]
    for (let e = 0; e < count; e++) {
      const gap = (e + 1 < count ? this.#times[e + 1] : window) - this.#times[e]
      this.#gaps[e] = gap
      this.#decayM[e] = exp(-gap / tauM)
      this.#decayS[e] = exp(-gap / tauS)
      this.#gain[e] = response(this.#layer, gap)
      this.#most[e] = response(this.#layer, Math.min(gap, this.#peak))
      this.#order[e] = Math.floor(this.#order[e] / this.#layer.spikesPerInput)
    }
  }

  /** Writes the first spike times of a neuron to `into` from `at` on; what did not come is the window's end. */
  fire(neuron: number, weights: Float64Array, threshold: number, into: Float64Array, at: number): void {
    const { neurons, spikesPerNeuron, reset, window, tauM, tauS } = this.#layer
    const end = at + spikesPerNeuron
    into.fill(window, at, end)
    let v = 0
    let i = 0
    for (let e = 0; e < this.#count; e++) {
      i += weights[this.#order[e] * neurons + neuron]
      if (!(i > 0 && Math.max(v, 0) + i * this.#most[e] >= threshold)) {
        v = v * this.#decayM[e] + i * this.#gain[e]
        i *= this.#decayS[e]
        continue
      }
      let left = this.#gaps[e]
      for (;;) {
        const t = this.#crossing(v, i, threshold, left)
        if (t === Number.POSITIVE_INFINITY) break
        left -= t
        into[at++] = this.#times[e] + (this.#gaps[e] - left)
        if (at === end) return
        v = reset
        i *= exp(-t / tauS)
      }
      v = v * exp(-left / tauM) + i * response(this.#layer, left)
      i *= exp(-left / tauS)
    }
  }
}
