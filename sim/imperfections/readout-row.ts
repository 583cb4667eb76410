import type { Readings } from '../../src/contract/sheet.ts'
import { type Draws, draws } from '../../src/random/draws.ts'
import type { Stream } from '../../src/random/streams.ts'
import { joined } from '../state.ts'

export interface RowOptions {
  /** Random walk of each reading's zero, in its unit per square root of a second. */
  readonly drift: number
  readonly slotSeconds: number
  readonly seed: number
  readonly streams: { readonly noise: Stream; readonly drift: Stream }
}

/** One row of readings on its way out: drift, then noise, then a converter with a range and a step. */
export class ReadoutRow {
  readonly #port: Readings
  readonly #noise: Draws
  readonly #walk: Draws
  readonly #stride: number
  readonly #zero: Float64Array
  /** Slot after the one read last. */
  #next = 0

  constructor(port: Readings, { drift, slotSeconds, seed, streams }: RowOptions) {
    this.#port = port
    this.#noise = draws(seed, streams.noise)
    this.#walk = draws(seed, streams.drift)
    this.#stride = drift * Math.sqrt(slotSeconds)
    this.#zero = new Float64Array(port.width)
  }

  /** Whether it changes as time goes on. */
  get drifts(): boolean {
    return this.#stride > 0
  }

  get next(): number {
    return this.#next
  }

  /** Turns what the machine gave in `slots` slots from `slot` on into readings, in place; returns how many hit an end of the range. */
  read(into: Float64Array, slot: number, slots: number): number {
    const { noise, width } = this.#port
    const count = slots * width
    if (this.#stride > 0) this.#drift(into, slot, slots)
    const first = slot * width
    if (noise > 0) for (let i = 0; i < count; i++) into[i] += noise * this.#noise.normal(first + i)
    this.#next = slot + slots
    return this.#convert(into, count)
  }

  save(): Float64Array {
    return joined([this.#next], this.#zero)
  }

  /** Takes what `save` gave from the front of `state`; returns what is behind it. */
  load(state: Float64Array): Float64Array {
    const end = 1 + this.#zero.length
    this.#next = state[0]
    this.#zero.set(state.subarray(1, end))
    return state.subarray(end)
  }

  /** A zero walks on while nobody reads it: the first step covers the slots since the last reading. */
  #drift(into: Float64Array, slot: number, slots: number): void {
    const { width } = this.#port
    for (let t = 0; t < slots; t++) {
      const stride = t === 0 ? this.#stride * Math.sqrt(slot - this.#next + 1) : this.#stride
      for (let o = 0; o < width; o++) {
        this.#zero[o] += stride * this.#walk.normal((slot + t) * width + o)
        into[t * width + o] += this.#zero[o]
      }
    }
  }

  /** Rounds to the step and holds at the range; returns how many readings hit an end. */
  #convert(into: Float64Array, count: number): number {
    const { min, max, step } = this.#port
    let saturated = 0
    for (let i = 0; i < count; i++) {
      const value = step === 0 ? into[i] : Math.floor(into[i] / step + 0.5) * step
      if (value > max) {
        into[i] = max
        saturated++
      } else if (value < min) {
        into[i] = min
        saturated++
      } else into[i] = value
    }
    return saturated
  }
}
