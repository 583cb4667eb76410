import type { Stream } from './streams.ts'
import { threefry2x32 } from './threefry.ts'

/**
 * `i -> perm(seed, stream, n, i)`: a permutation of 0..n-1 without a table, as `docs/reference/codes.md` defines it.
 * Walks a keyed bijection on the next power of two until it lands below `n`.
 */
export function permutation(seed: number, stream: Stream, n: number): (i: number) => number {
  let bits = 1
  while (2 ** bits < n) bits++
  const mask = 2 ** bits - 1
  const words = new Uint32Array(2)
  threefry2x32(seed, stream, n, 0, words)
  const [w0, w1] = words
  const shift = (bits + 1) >> 1
  const a0 = (w0 & mask) | 1
  const o0 = (w0 >>> 16) & mask
  const a1 = (w1 & mask) | 1
  const o1 = (w1 >>> 16) & mask
  return (i) => {
    let x = i
    do {
      x = (Math.imul(x, a0) + o0) & mask
      x ^= x >>> shift
      x = (Math.imul(x, a1) + o1) & mask
      x ^= x >>> shift
    } while (x >= n)
    return x
  }
}

/** A fair shuffle of 0..n-1 (Fisher-Yates); every `epoch` gives a fresh one. */
export function shuffled(n: number, seed: number, stream: Stream, epoch: number): Uint32Array {
  const order = Uint32Array.from({ length: n }, (_, i) => i)
  const words = new Uint32Array(2)
  for (let i = n - 1; i > 0; i--) {
    threefry2x32(seed, stream, i, epoch, words)
    const j = Math.floor((words[0] / 4294967296) * (i + 1))
    const held = order[i]
    order[i] = order[j]
    order[j] = held
  }
  return order
}
