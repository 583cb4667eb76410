import { type Draws, draws } from '../../src/random/draws.ts'
import type { Stream } from '../../src/random/streams.ts'

/** Steps of two in time, so that the slowest part changes every 2^19 frames. */
const OCTAVES = 20
/** Draws of different octaves lie so far apart. */
const APART = 2 ** 40
/** Where the draws of the phases lie. */
const PHASES = 2 ** 50

/**
 * Noise of a spectrum close to 1/f over 2^20 frames, as a function of the frame's number alone: a sum of parts that are drawn
 * anew every 1, 2, 4, ... frames (Voss and Clarke's way, as told by Gardner 1978), each from a frame of its own on: were all to change
 * at even frames, the noise of a pair of frames would depend on which of them is the first.
 */
export class Flicker {
  readonly #draws: Draws
  readonly #size: number
  readonly #first: number
  readonly #parts = new Float64Array(OCTAVES)
  readonly #phases: readonly number[]
  readonly #drawn = new Float64Array(OCTAVES).fill(-1)

  /** `deviation`: of the whole; `first`: power of two of the fastest part, 0 for one that changes every frame. */
  constructor(deviation: number, seed: number, stream: Stream, first = 0) {
    this.#draws = draws(seed, stream)
    this.#size = deviation / Math.sqrt(OCTAVES - first)
    this.#first = first
    this.#phases = Array.from({ length: OCTAVES }, (_, n) => Math.floor(this.#draws.uniform(PHASES + n) * 2 ** n))
  }

  /** Standard deviation of it from frame to frame: of half the square of a step, each part changing once in its period. */
  static scatter(deviation: number): number {
    return deviation * Math.sqrt((2 - 2 ** (1 - OCTAVES)) / OCTAVES)
  }

  at(frame: number): number {
    if (this.#size === 0) return 0
    let sum = 0
    for (let octave = this.#first, period = 2 ** octave; octave < OCTAVES; octave++, period *= 2) {
      const index = Math.floor((frame + this.#phases[octave]) / period)
      if (this.#drawn[octave] !== index) {
        this.#drawn[octave] = index
        this.#parts[octave] = this.#draws.normal(octave * APART + index)
      }
      sum += this.#parts[octave]
    }
    return this.#size * sum
  }
}
