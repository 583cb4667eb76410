import type { Draws } from '../../random/draws.ts'
import { backward, type Factor } from './cholesky.ts'

/** A normal distribution of parameters: its mean, and its precision as `scaled` factored it. */
export interface Gaussian {
  readonly mean: Float64Array
  readonly factored: Factor
  readonly scale: Float64Array
}

/**
 * How far points drawn from it lie from the mean, in pairs to either side: whatever is linear in the parameters has then the mean it
 * should have, not only nearly.
 */
export function pairs(
  { mean, factored, scale }: Gaussian,
  random: Draws,
  first: number,
  count: number,
): Float64Array[] {
  const size = mean.length
  const all: Float64Array[] = []
  for (let n = 0; n < count; n++) {
    const off = Float64Array.from({ length: size }, (_, p) => random.normal(first + n * size + p))
    backward(factored, off)
    for (let p = 0; p < size; p++) off[p] *= scale[p]
    all.push(
      off,
      off.map((value) => -value),
    )
  }
  return all
}

/** Half the logarithm of the determinant of its covariance. */
export function logWidth({ factored, scale }: Gaussian): number {
  const { size, lower } = factored
  let sum = 0
  for (let p = 0; p < size; p++) sum += Math.log(scale[p]) - Math.log(lower[p * size + p])
  return sum
}
