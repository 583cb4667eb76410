import { STREAM } from '../../src/random/streams.ts'
import { threefry2x32 } from '../../src/random/threefry.ts'

const TWO_32 = 4294967296

/**
 * Spikes drawn from probabilities, by place: the same seed, slot, tick and line give the same spike, whoever draws it.
 *
 * Key (seed, STREAM.coreInput), counter (slot x ticks + tick, line / 2), Threefry-2x32-20; an even line takes the first word,
 * an odd one the second, and spikes if it is below the probability times 2^32: never at 0, always at 1.
 */
export class InputSpikes {
  readonly #seed: number
  readonly #ticks: number
  readonly #words = new Uint32Array(2)

  /** `ticks` is how many of them a slot has. */
  constructor(seed: number, ticks: number) {
    this.#seed = seed
    this.#ticks = ticks
  }

  /** Draws one tick of a slot: writes 0 or 1 for `rates[from + line]` into `into[at + line]`, for `lines` lines. */
  draw(
    slot: number,
    tick: number,
    rates: ArrayLike<number>,
    from: number,
    lines: number,
    into: { [index: number]: number },
    at: number,
  ): void {
    const words = this.#words
    const place = (slot * this.#ticks + tick) % TWO_32
    let drawn = -1
    for (let line = 0; line < lines; line++) {
      const rate = rates[from + line]
      if (rate > 0 && rate < 1) {
        const pair = line >> 1
        if (pair !== drawn) threefry2x32(this.#seed, STREAM.coreInput, place, pair, words)
        drawn = pair
        into[at + line] = words[line & 1] < rate * TWO_32 ? 1 : 0
      } else into[at + line] = rate >= 1 ? 1 : 0
    }
  }
}
