import type { Channel } from '../../devices/wave-field/index.ts'
import type { Readings } from '../../src/contract/sheet.ts'
import type { WaveState } from '../../src/kernels/wave/state.ts'
import { draws } from '../../src/random/draws.ts'
import { STREAM } from '../../src/random/streams.ts'
import { type Converter, convert } from '../converter.ts'

/** What is read of a field: noise, then a converter with a range and a step, as the sheet states them. */
export class Probe {
  readonly #sense: Readings
  readonly #local: Readings
  readonly #readNoise
  readonly #actionNoise
  readonly #echoNoise

  constructor(sense: Readings, local: Readings, seed: number) {
    this.#sense = sense
    this.#local = local
    this.#readNoise = draws(seed, STREAM.readNoise)
    this.#actionNoise = draws(seed, STREAM.actionNoise)
    this.#echoNoise = draws(seed, STREAM.echoNoise)
  }

  /** Reads outputs of slot `slot`; returns how many hit the end of the range. */
  outputs(state: WaveState, channels: readonly Channel[], slot: number, into: Float64Array, first: number): number {
    const { noise, width } = this.#sense
    let saturated = 0
    channels.forEach(({ mode, part }, o) => {
      const drawn = noise === 0 ? 0 : noise * this.#readNoise.normal(slot * width + o)
      saturated += put(into, first + o, state[part][mode] + drawn, this.#sense)
    })
    return saturated
  }

  /** Reads the action since the learning momentum was `from`: -change / bracket. */
  actions(
    { momentum }: WaveState,
    from: Float64Array,
    bracket: number,
    slot: number,
    into: Float64Array,
    first: number,
  ): number {
    const { noise } = this.#local
    const count = momentum.length
    let saturated = 0
    for (let i = 0; i < count; i++) {
      const drawn = noise === 0 ? 0 : noise * this.#actionNoise.normal(slot * count + i)
      saturated += put(into, first + i, (from[i] - momentum[i]) / bracket + drawn, this.#local)
    }
    return saturated
  }

  /** Adds `times` a reading's noise to what an echo brings back; `place` numbers the values of all echoes. */
  disturb(values: Float64Array, place: number, times = 1): void {
    const noise = times * this.#sense.noise
    if (noise > 0) for (let i = 0; i < values.length; i++) values[i] += noise * this.#echoNoise.normal(place + i)
  }
}

/** Puts one converted reading; 1 if it hit an end of the range. */
function put(into: Float64Array, at: number, value: number, range: Converter): number {
  const held = Math.min(range.max, Math.max(range.min, value))
  into[at] = convert(held, range)
  return held === value ? 0 : 1
}
