import { InsituError } from '../errors.ts'

/** What is known of a scene: a normal distribution over its pixels. */
export interface Belief {
  readonly mean: Float64Array
  /** pixels x pixels, symmetric, row by row. */
  readonly covariance: Float64Array
}

/** A belief of its own, to be changed. */
export function copied({ mean, covariance }: Belief): Belief {
  return { mean: mean.slice(), covariance: covariance.slice() }
}

/** Sum of the variances of all pixels. */
export function trace(covariance: Float64Array): number {
  const size = sideOf(covariance)
  let sum = 0
  for (let p = 0; p < size; p++) sum += covariance[p * (size + 1)]
  return sum
}

/** Pixels of a covariance; throws `SHAPE` where it is no square. */
export function sideOf(covariance: Float64Array): number {
  const size = Math.round(Math.sqrt(covariance.length))
  if (size > 0 && size * size === covariance.length) return size
  throw new InsituError('SHAPE', `a covariance is square, got ${covariance.length} numbers`)
}

/** Writes covariance x row; returns row x covariance x row. */
export function spreadAlong(covariance: Float64Array, row: Float64Array, into: Float64Array): number {
  const size = row.length
  let along = 0
  for (let p = 0, at = 0; p < size; p++) {
    let [s0, s1] = [0, 0]
    const even = size - (size % 2)
    for (let q = 0; q < even; q += 2) {
      s0 += covariance[at + q] * row[q]
      s1 += covariance[at + q + 1] * row[q + 1]
    }
    if (even < size) s0 += covariance[at + even] * row[even]
    at += size
    into[p] = s0 + s1
    along += row[p] * (s0 + s1)
  }
  return along
}

/** Adds `factor` x g x g^T to a symmetric matrix. */
export function addOuter(matrix: Float64Array, g: Float64Array, factor: number): void {
  const size = g.length
  for (let p = 0, at = 0; p < size; p++) {
    const scale = factor * g[p]
    for (let q = 0; q < size; q++, at++) matrix[at] += scale * g[q]
  }
}

/**
 * Takes one reading into a belief, in place: K = P row / s with s = row P row + r, mean += K surprise, P = (I - K row) P (the update of
 * the Kalman filter, here for a scene that stands still).
 *
 * Returns the variance that the surprise was expected to have. `surprise` is the reading minus what was expected, `noise` the variance
 * of the reading. The covariance does not depend on what was read.
 */
export function observe(belief: Belief, row: Float64Array, surprise: number, noise: number): number {
  const { mean, covariance } = belief
  const g = new Float64Array(row.length)
  const variance = spreadAlong(covariance, row, g) + noise
  if (variance > 0) {
    addOuter(covariance, g, -1 / variance)
    for (let p = 0; p < row.length; p++) mean[p] += (g[p] * surprise) / variance
  }
  return variance
}

/** Variance that a reading takes away from all pixels together: |P row|^2 / (row P row + r). `scratch` has a number per pixel. */
export function gainOf(covariance: Float64Array, row: Float64Array, noise: number, scratch: Float64Array): number {
  const variance = spreadAlong(covariance, row, scratch) + noise
  let squares = 0
  for (let p = 0; p < row.length; p++) squares += scratch[p] * scratch[p]
  return variance > 0 ? squares / variance : 0
}
