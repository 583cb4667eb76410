import { type Factor, factor, inverse, solve } from '../twins/fit/cholesky.ts'
import { scaled } from '../twins/fit/scaled.ts'

/** A symmetric positive matrix, scaled to ones on its diagonal and factored. */
export interface Symmetric {
  readonly size: number
  /** Numbers of columns that are combinations of others as far as rounding tells; they take no part. */
  readonly lost: readonly number[]
  /** Solves A x = b in place. */
  solve(b: Float64Array): void
  /** The inverse of A, both halves. */
  inverse(): Float64Array
}

/** Factors a matrix given by its lower triangle, row by row; with `damping` its diagonal grows by that part. */
export function symmetric(lower: Float64Array, size: number, damping = 0): Symmetric {
  const { matrix, scale } = scaled(lower, size)
  for (let p = 0; p < size; p++) matrix[p * size + p] += damping
  const factored: Factor = factor(matrix, size)
  const { lost } = factored
  return {
    size,
    lost,
    solve(b) {
      for (let p = 0; p < size; p++) b[p] *= scale[p]
      for (const p of lost) b[p] = 0
      solve(factored, b)
      for (let p = 0; p < size; p++) b[p] *= scale[p]
    },
    inverse() {
      const into = inverse(factored)
      for (let p = 0; p < size; p++) for (let q = 0; q < size; q++) into[p * size + q] *= scale[p] * scale[q]
      return into
    },
  }
}
