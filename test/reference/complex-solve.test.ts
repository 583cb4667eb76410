import { describe, expect, it } from 'vitest'
import { draws, fillUniform } from '../../src/random/draws.ts'
import { STREAM } from '../../src/random/streams.ts'
import { complexSolve } from '../../src/reference/complex-solve.ts'

/** (A + i B) (x + i y), real part and imaginary part. */
function times(a: Float64Array, b: Float64Array, x: Float64Array, y: Float64Array) {
  const n = x.length
  const [re, im] = [new Float64Array(n), new Float64Array(n)]
  for (let r = 0; r < n; r++) {
    for (let c = 0; c < n; c++) {
      re[r] += a[r * n + c] * x[c] - b[r * n + c] * y[c]
      im[r] += a[r * n + c] * y[c] + b[r * n + c] * x[c]
    }
  }
  return { re, im }
}

const random = (count: number, seed: number) =>
  fillUniform(draws(seed, STREAM.testInputs), -1, 1, new Float64Array(count))
const largest = (values: Float64Array) => values.reduce((most, v) => Math.max(most, Math.abs(v)), 0)

describe('a complex solve', () => {
  it('of one equation is a division', () => {
    const { re, im } = complexSolve(Float64Array.of(3), Float64Array.of(-4), Float64Array.of(50))
    // 50 / (3 - 4i) = 6 + 8i.
    expect([re[0], im[0]]).toEqual([6, 8])
  })

  it('of two equations is what Cramer says', () => {
    // (1 + i) x + 2 y = 4, i x + (3 - i) y = 1: determinant (1 + i)(3 - i) - 2i = 4.
    const { re, im } = complexSolve(Float64Array.of(1, 2, 0, 3), Float64Array.of(1, 0, 1, -1), Float64Array.of(4, 1))
    // x = (4 (3 - i) - 2) / 4, y = ((1 + i) - 4i) / 4.
    expect(re[0]).toBeCloseTo(2.5, 15)
    expect(im[0]).toBeCloseTo(-1, 15)
    expect(re[1]).toBeCloseTo(0.25, 15)
    expect(im[1]).toBeCloseTo(-0.75, 15)
  })

  it.each([5, 30])('of %i leaves nothing over, and does not need its right-hand side back', (n) => {
    const [a, b, f] = [random(n * n, 1), random(n * n, 2), random(n, 3)]
    const kept = f.slice()
    const { re, im } = complexSolve(a.slice(), b.slice(), f)
    const back = times(a, b, re, im)
    // Rounding times the growth of the elimination.
    expect(largest(back.re.map((v, r) => v - f[r]))).toBeLessThan(1e-11)
    expect(largest(back.im)).toBeLessThan(1e-11)
    expect([...f]).toEqual([...kept])
  })

  it('of a real matrix is real', () => {
    const n = 8
    const [a, f] = [random(n * n, 4), random(n, 5)]
    const { re, im } = complexSolve(a.slice(), new Float64Array(n * n), f)
    expect([...im].every((v) => v === 0)).toBe(true)
    expect(largest(times(a, new Float64Array(n * n), re, im).re.map((v, r) => v - f[r]))).toBeLessThan(1e-12)
  })

  it('exchanges rows: a pivot of nothing, or next to nothing, is no obstacle', () => {
    for (const small of [0, 1e-20]) {
      // Without exchange x would be lost in y / small.
      const { re, im } = complexSolve(Float64Array.of(small, 1, 1, 1), new Float64Array(4), Float64Array.of(1, 2))
      expect([...re]).toEqual([expect.closeTo(1, 14), expect.closeTo(1, 14)])
      expect([...im].map(Math.abs)).toEqual([0, 0])
    }
    // By size as a complex number: i against a real part of next to nothing. 1e-20 x + i y = 1 and i x + y = 2.
    const { re, im } = complexSolve(Float64Array.of(1e-20, 0, 0, 1), Float64Array.of(0, 1, 1, 0), Float64Array.of(1, 2))
    expect([re[0], im[0], re[1], im[1]]).toEqual([1, -2, 0, -1].map((v) => expect.closeTo(v, 14)))
    // A permutation takes an exchange in every column.
    const n = 6
    const shift = Float64Array.from({ length: n * n }, (_, k) => (k % n === (Math.floor(k / n) + 1) % n ? 1 : 0))
    const x = complexSolve(shift, new Float64Array(n * n), Float64Array.of(0, 1, 2, 3, 4, 5))
    expect([...x.re]).toEqual([5, 0, 1, 2, 3, 4])
  })

  it('carries steps of 1e-30 as derivatives without loss', () => {
    // x = 1 / (a + i h): the imaginary part over h is -1 / a^2.
    const { re, im } = complexSolve(Float64Array.of(7), Float64Array.of(1e-30), Float64Array.of(1))
    expect(re[0]).toBe(1 / 7)
    expect(im[0] / 1e-30).toBeCloseTo(-1 / 49, 16)
  })

  it('refuses a singular matrix, naming the column', () => {
    expect(() => complexSolve(Float64Array.of(1, 2, 2, 4), new Float64Array(4), Float64Array.of(1, 1))).toThrow(
      /column 1 of 2 is singular/,
    )
    expect(() => complexSolve(Float64Array.of(Number.NaN), Float64Array.of(0), Float64Array.of(1))).toThrow(
      expect.objectContaining({ code: 'INTERNAL' }),
    )
  })
})
