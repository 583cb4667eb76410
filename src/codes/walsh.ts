import { permutation } from '../random/permutation.ts'
import { STREAM } from '../random/streams.ts'
import { tailMask, unpackSigns, wordsFor } from './signs.ts'
import type { SignSource } from './source.ts'

/**
 * Orthogonal signs: shuffled rows of a Hadamard matrix, negated every second cycle.
 *
 * The parity of popcount(row & j) is linear in j, so the sign row of j is the exclusive or of one stored row per set
 * bit of j.
 */
export function walshCode(seed: number, paramCount: number): SignSource {
  let length = 2
  while (length <= paramCount) length *= 2
  const order = permutation(seed, STREAM.walshRows, length - 1)
  const width = wordsFor(paramCount)
  const levels = Math.log2(length)
  const basis = new Uint32Array(levels * width)
  for (let i = 0; i < paramCount; i++) {
    const row = 1 + order(i)
    for (let b = 0; b < levels; b++) if ((row >> b) & 1) basis[b * width + (i >> 5)] |= 1 << (i & 31)
  }
  const mask = tailMask(paramCount)
  const scratch = new Uint32Array(width)

  const words = (first: number, count: number, into: Uint32Array) => {
    for (let k = first, at = 0; at < count * width; k++) {
      const j = k % length
      const flip = Math.floor(k / length) % 2 === 1 ? 0xffffffff : 0
      for (let w = 0; w < width; w++, at++) {
        let bits = flip
        for (let b = 0; b < levels; b++) if ((j >> b) & 1) bits ^= basis[b * width + w]
        into[at] = w === width - 1 ? bits & mask : bits
      }
    }
  }
  return {
    family: 'walsh',
    paramCount,
    length,
    words,
    fill(k, into) {
      words(k, 1, scratch)
      unpackSigns(scratch, into, paramCount)
    },
  }
}
