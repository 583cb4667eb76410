import { describe, expect, it } from 'vitest'
import { multiply, product } from '../../src/kernels/product.ts'
import { draws, fillUniform } from '../../src/random/draws.ts'
import { STREAM } from '../../src/random/streams.ts'

const numbers = (count: number, seed: number) =>
  fillUniform(draws(seed, STREAM.testInputs), -1, 1, new Float64Array(count))

describe('products of matrices', () => {
  it('are sums of rows times columns', () => {
    const into = new Float64Array(4)
    multiply({ m: 2, k: 3, n: 2 }, Float64Array.of(1, 2, 3, 4, 5, 6), Float64Array.of(1, 0, 0, 1, 2, -1), into)
    expect([...into]).toEqual([7, -1, 16, -1])
    multiply(
      { m: 2, k: 3, n: 2, transposed: true },
      Float64Array.of(1, 4, 2, 5, 3, 6),
      Float64Array.of(1, 0, 0, 1, 2, -1),
      into,
    )
    expect([...into]).toEqual([7, -1, 16, -1])
  })

  it.each([
    [1, 150, 401],
    [5, 33, 200],
    [64, 50, 64],
    [51, 7, 130],
    [30, 1, 1000],
    [3000, 9, 1],
  ])('of %i x %i x %i are the plain loop’s, bit for bit, transposed or not', (m, k, n) => {
    for (const transposed of [false, true]) {
      const shape = { m, k, n, transposed }
      const fast = product(shape)
      for (const seed of [1, 2]) {
        const [left, right] = [numbers(m * k, seed), numbers(k * n, seed + 2)]
        const [wanted, seen] = [new Float64Array(m * n), new Float64Array(m * n)]
        multiply(shape, left, right, wanted)
        fast(left, right, seen)
        expect(seen).toEqual(wanted)
      }
    }
  })
})
