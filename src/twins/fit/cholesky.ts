/** A lower triangle L with L L^T = A, row by row; its upper half is not used. */
export interface Factor {
  readonly size: number
  readonly lower: Float64Array
  /** Columns that depend on those before them as far as numbers tell; they were left out. */
  readonly lost: readonly number[]
}

/** Pivot of a matrix with ones on its diagonal below which a column counts as a combination of those before it. */
const LOST = 1e-12

/**
 * Factors a symmetric matrix with ones on its diagonal, given by its lower triangle, row by row.
 *
 * `floor[i]` is known to lie below pivot i: what a prior contributes. A pivot that rounding has pushed below it is set to it, and a
 * column whose pivot is lost all the same is left out, as if it were a unit vector.
 */
export function factor(matrix: Float64Array, size: number, floor?: Float64Array): Factor {
  const lower = matrix.slice()
  const lost: number[] = []
  for (let i = 0; i < size; i++) {
    const row = i * size
    for (let j = 0; j < i; j++) {
      const other = j * size
      lower[row + j] = (lower[row + j] - product(lower, row, other, j)) / lower[other + j]
    }
    const pivot = Math.max(lower[row + i] - product(lower, row, row, i), floor?.[i] ?? 0)
    if (pivot > LOST) lower[row + i] = Math.sqrt(pivot)
    else {
      lost.push(i)
      lower[row + i] = 1
      lower.fill(0, row, row + i)
      for (let below = i + 1; below < size; below++) lower[below * size + i] = 0
    }
  }
  return { size, lower, lost }
}

/** Sum of the products of two stretches of numbers; four sums at a time, since one would wait for itself. */
function product(values: Float64Array, a: number, b: number, length: number): number {
  let [s0, s1, s2, s3] = [0, 0, 0, 0]
  const whole = length - (length % 4)
  for (let k = 0; k < whole; k += 4) {
    s0 += values[a + k] * values[b + k]
    s1 += values[a + k + 1] * values[b + k + 1]
    s2 += values[a + k + 2] * values[b + k + 2]
    s3 += values[a + k + 3] * values[b + k + 3]
  }
  for (let k = whole; k < length; k++) s0 += values[a + k] * values[b + k]
  return s0 + s1 + (s2 + s3)
}

/** Solves A x = b in place. */
export function solve(factor: Factor, b: Float64Array): void {
  forward(factor, b)
  backward(factor, b)
}

/** Solves L x = b in place, for the first `end` numbers. */
export function forward({ size, lower }: Factor, b: Float64Array, end = size): void {
  for (let i = 0; i < end; i++) {
    const row = i * size
    let sum = b[i]
    for (let k = 0; k < i; k++) sum -= lower[row + k] * b[k]
    b[i] = sum / lower[row + i]
  }
}

/** Solves L^T x = b in place, for the first `end` numbers; of independent normal numbers it makes ones with covariance A^-1. */
export function backward({ size, lower }: Factor, b: Float64Array, end = size): void {
  for (let i = end - 1; i >= 0; i--) {
    const row = i * size
    const x = b[i] / lower[row + i]
    b[i] = x
    for (let k = 0; k < i; k++) b[k] -= lower[row + k] * x
  }
}

/** The inverse of A, both halves. */
export function inverse({ size, lower }: Factor): Float64Array {
  // Row i of `inverted` is row i of L^-1.
  const inverted = new Float64Array(size * size)
  for (let i = 0; i < size; i++) {
    const row = i * size
    for (let k = 0; k < i; k++) {
      const factor = lower[row + k]
      if (factor === 0) continue
      const other = k * size
      for (let j = 0; j <= k; j++) inverted[row + j] -= factor * inverted[other + j]
    }
    const diagonal = lower[row + i]
    for (let j = 0; j < i; j++) inverted[row + j] /= diagonal
    inverted[row + i] = 1 / diagonal
  }
  const into = new Float64Array(size * size)
  for (let k = 0; k < size; k++) {
    const row = k * size
    for (let i = 0; i <= k; i++) {
      const factor = inverted[row + i]
      if (factor === 0) continue
      const target = i * size
      for (let j = 0; j <= i; j++) into[target + j] += factor * inverted[row + j]
    }
  }
  for (let i = 0; i < size; i++) for (let j = 0; j < i; j++) into[j * size + i] = into[i * size + j]
  return into
}

/** The combination of columns that a lost column takes part in, one for itself; `matrix` is the one that was factored. */
export function dependence(factor: Factor, matrix: Float64Array, column: number): Float64Array {
  const { size, lost } = factor
  const shared = new Float64Array(size)
  for (let k = 0; k < column; k++) shared[k] = lost.includes(k) ? 0 : -matrix[column * size + k]
  forward(factor, shared, column)
  backward(factor, shared, column)
  shared[column] = 1
  return shared
}
