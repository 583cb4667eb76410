import type { Stream } from './streams.ts'
import { threefry2x32 } from './threefry.ts'

const TWO_32 = 4294967296

/** Random numbers by index: the same (seed, stream, index) gives the same number, in any order of asking. */
export interface Draws {
  /** Uniform in [0, 1) with 53 bits. `index` is a whole number below 2^53. */
  uniform(index: number): number
  /** Standard normal by Box-Muller; indices 2n and 2n + 1 share one pair. Largest magnitude about 6.8. */
  normal(index: number): number
  /** A 32-bit word, unsigned. */
  word(index: number): number
}

/** Opens one stream of a seed. */
export function draws(seed: number, stream: Stream): Draws {
  const out = new Uint32Array(2)
  const block = (index: number) => threefry2x32(seed, stream, index, Math.floor(index / TWO_32), out)
  let pair = -1
  let even = 0
  let odd = 0
  return {
    uniform(index) {
      block(index)
      return ((out[0] >>> 5) * 67108864 + (out[1] >>> 6)) / 9007199254740992
    },
    normal(index) {
      const wanted = Math.floor(index / 2)
      if (wanted !== pair) {
        block(wanted)
        const radius = Math.sqrt(-2 * Math.log((out[0] + 0.5) / TWO_32))
        const angle = (2 * Math.PI * out[1]) / TWO_32
        even = radius * Math.cos(angle)
        odd = radius * Math.sin(angle)
        pair = wanted
      }
      return index % 2 === 0 ? even : odd
    },
    word(index) {
      block(index)
      return out[0]
    },
  }
}

/** Fills `into` with uniform numbers in [low, high): draw n goes to element n. */
export function fillUniform(source: Draws, low: number, high: number, into: Float64Array): Float64Array {
  for (let i = 0; i < into.length; i++) into[i] = low + (high - low) * source.uniform(i)
  return into
}

/** A 32-bit seed derived from another: child `index` of `seed`, for runs, chips and windows that need their own. */
export function childSeed(seed: number, stream: Stream, index: number): number {
  return draws(seed, stream).word(index)
}
