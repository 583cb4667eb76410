import { threefryFill } from '../../src/kernels/threefry.ts'
import { STREAM } from '../../src/random/streams.ts'

const TWO_32 = 4294967296

/**
 * The draws that turn probabilities of closed crossings into bits, by place: the same seed, draw and crossing give the same
 * bit, whoever draws it. `draw` is the number of the member of an ensemble, or of the slot where a machine draws anew.
 *
 * Key (seed, STREAM.coreSynapses), counter (draw, i / 2), Threefry-2x32-20; an even crossing i takes the first word, an odd
 * one the second. i counts through the bank `crossbar`.
 */
export class SynapseDraws {
  readonly #seed: number
  readonly #words: Uint32Array

  constructor(seed: number, crossings: number) {
    this.#seed = seed
    this.#words = new Uint32Array(2 * Math.ceil(crossings / 2))
  }

  /** The words of a draw, one per crossing, valid until the next one. */
  draw(draw: number): Uint32Array {
    const pairs = this.#words.length / 2
    threefryFill(this.#seed, STREAM.coreSynapses, draw, pairs, pairs, this.#words)
    return this.#words
  }
}

/** Whether a crossing of this probability is closed by this word: never at 0, always at 1. */
export function closes(probability: number, word: number): boolean {
  return word < probability * TWO_32
}
