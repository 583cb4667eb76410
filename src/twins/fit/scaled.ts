import { type Factor, factor, inverse, solve } from './cholesky.ts'

/** A symmetric matrix brought to ones on its diagonal, so that units of parameters do not matter. */
export interface Scaled {
  /** Lower triangle, row by row. */
  readonly matrix: Float64Array
  /** Factor of every row and column. */
  readonly scale: Float64Array
}

/** Scales a symmetric matrix given by its lower triangle; what is 0 on the diagonal stays 0. */
export function scaled(curvature: Float64Array, size: number): Scaled {
  const scale = Float64Array.from({ length: size }, (_, p) => 1 / Math.sqrt(curvature[p * size + p] || 1))
  const matrix = new Float64Array(size * size)
  for (let p = 0; p < size; p++) {
    const row = p * size
    for (let q = 0; q < p; q++) matrix[row + q] = curvature[row + q] * scale[p] * scale[q]
    matrix[row + p] = curvature[row + p] === 0 ? 0 : 1
  }
  return { matrix, scale }
}

/** A + damping diag A, factored, and the solution x of it for b. */
export interface Damped {
  readonly step: Float64Array
  readonly factored: Factor
}

/** Solves (A + damping diag A) x = b. */
export function dampedStep({ matrix, scale }: Scaled, b: Float64Array, damping: number): Damped {
  const size = scale.length
  const damped = matrix.slice()
  for (let p = 0; p < size; p++) damped[p * size + p] += damping
  const step = b.map((value, p) => value * scale[p])
  const factored = factor(damped, size)
  solve(factored, step)
  return { step: step.map((value, p) => value * scale[p]), factored }
}

/** The inverse of the matrix that was scaled and factored. */
export function unscaledInverse(factored: Factor, scale: Float64Array): Float64Array {
  const size = scale.length
  const into = inverse(factored)
  for (let p = 0; p < size; p++) for (let q = 0; q < size; q++) into[p * size + q] *= scale[p] * scale[q]
  return into
}
