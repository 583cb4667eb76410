import { expect, test } from 'vitest'
import { threefry2x32 } from '../../src/random/threefry.ts'

const M = 0xffffffff
// Random123 1.14, tests/kat_vectors, threefry 2x32 with 20 rounds: key, counter, result.
const published = [
  [0, 0, 0, 0, 0x6b200159, 0x99ba4efe],
  [M, M, M, M, 0x1cb996fc, 0xbb002be7],
  [0x13198a2e, 0x03707344, 0x243f6a88, 0x85a308d3, 0xc4923a9c, 0x483df7a0],
]

test.each(published)('published vector: key %i %i, counter %i %i', (k0, k1, c0, c1, w0, w1) => {
  const out = new Uint32Array(2)
  threefry2x32(k0, k1, c0, c1, out)
  expect([...out]).toEqual([w0, w1])
})
