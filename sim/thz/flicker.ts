import { type Draws, draws } from '../../src/random/draws.ts'
import type { Stream } from '../../src/random/streams.ts'

/** Steps of two in time, so that the slowest part changes every 2^20 frames. */
const OCTAVES = 20
/** Draws of different octaves lie so far apart. */
const APART = 2 ** 40

/**
 * Noise of a spectrum close to 1/f over 2^20 frames, as a function of the frame's number alone: a sum of parts that are drawn
 * anew every 1, 2, 4, ... frames (Voss and Clarke's way, as told by Gardner 1978).
 */
export class Flicker {
  readonly #draws: Draws
  readonly #size: number
  readonly #parts = new Float64Array(OCTAVES)
  readonly #drawn = new Float64Array(OCTAVES).fill(-1)

  /** `deviation`: of the whole. */
  constructor(deviation: number, seed: number, stream: Stream) {
    this.#draws = draws(seed, stream)
    this.#size = deviation / Math.sqrt(OCTAVES)
  }

  at(frame: number): number {
    if (this.#size === 0) return 0
    let sum = 0
    for (let octave = 0, period = 1; octave < OCTAVES; octave++, period *= 2) {
      const index = Math.floor(frame / period)
      if (this.#drawn[octave] !== index) {
        this.#drawn[octave] = index
        this.#parts[octave] = this.#draws.normal(octave * APART + index)
      }
      sum += this.#parts[octave]
    }
    return this.#size * sum
  }
}
