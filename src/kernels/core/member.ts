import { childSeed } from '../../random/draws.ts'
import { STREAM } from '../../random/streams.ts'
import { threefryFill } from '../threefry.ts'

/** Probabilities are compared with words of 32 bits. */
const TWO_32 = 4294967296

/** The seed of one copy of a core: member 0 has the seed itself; synapses, input spikes and random modes follow from it. */
export function memberSeed(seed: number, member: number): number {
  return member === 0 ? seed : childSeed(seed, STREAM.coreMembers, member)
}

/**
 * Draws that decide which synapses of a core are closed, by place: synapse i of the flat crossbar bank is closed while its
 * word is below c_i 2^32, so never at 0 and always at 1; a draw that is held makes every bit a step function of its c_i.
 *
 * Key (seed, STREAM.coreSynapses), counter (draw, i / 2), Threefry-2x32-20; an even i takes the first word. Draw 0 is that
 * of a machine that keeps its bits, draw 1 + slot that of one that draws them anew.
 */
export class SynapseDraws {
  readonly #seed: number

  /** `seed` is that of the member. */
  constructor(seed: number) {
    this.#seed = seed
  }

  /** The words of synapses 0 .. into.length - 1; returns `into`. */
  words(draw: number, into: Uint32Array): Uint32Array {
    const pairs = Math.ceil(into.length / 2)
    const whole = 2 * pairs === into.length ? into : new Uint32Array(2 * pairs)
    threefryFill(this.#seed, STREAM.coreSynapses, draw % TWO_32, pairs, pairs, whole)
    if (whole !== into) into.set(whole.subarray(0, into.length))
    return into
  }
}

/** Whether a synapse of probability `c` is closed under its word. */
export function closed(word: number, c: number): boolean {
  return word < c * TWO_32
}
