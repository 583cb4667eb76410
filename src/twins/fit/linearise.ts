import { Accumulator } from './accumulate.ts'
import type { Problem } from './problem.ts'
import { eachReading, quadratic } from './rows.ts'

/** The problem as it looks from one point: a quadratic form. */
export interface Linear {
  /** J^T W J plus the precision of the prior, lower triangle, row by row. */
  readonly curvature: Float64Array
  /** Half the slope of the misfit, downhill: J^T W (reading - expectation) + precision (mean - parameters). */
  readonly downhill: Float64Array
  /** Parameters that the data of each column of readings determine, as a number that need not be whole. */
  readonly freedom: Float64Array
}

/** What was known of the parameters at one point: their covariance, with the sigma it rests on. */
export interface Believed {
  readonly covariance: Float64Array
  readonly sigma: Float64Array
}

/**
 * Expands the misfit about `parameters`, where the twin expects `believed`.
 *
 * `freedom` rests on the covariance and sigma of a point `before` nearby (MacKay 1992: the sum over a column's readings of
 * j C j^T / sigma^2); it is 0 without.
 */
export async function linearise(
  problem: Problem,
  parameters: Float64Array,
  believed: readonly Float64Array[],
  sigma: Float64Array,
  before?: Believed,
): Promise<Linear> {
  const { twin, records, prior, precision, size } = problem
  const width = twin.width.sense
  const curvature = new Float64Array(size * size)
  const squares = new Accumulator(curvature, size)
  const downhill = new Float64Array(size)
  const freedom = new Float64Array(width)
  const weights = Float64Array.from(sigma, (one) => 1 / one ** 2)
  for (let n = 0; n < records.length; n++) {
    const { sense } = records[n]
    const here = believed[n]
    await eachReading(twin, records[n], here, parameters, (reading, row) => {
      const { count, index, value } = row
      const column = reading % width
      const weight = weights[column]
      const off = weight * (sense[reading] - here[reading])
      for (let a = 0; a < count; a++) downhill[index[a]] += off * value[a]
      squares.add(row, weight)
      if (before !== undefined) freedom[column] += quadratic(row, before.covariance, size) / before.sigma[column] ** 2
    })
  }
  squares.flush()
  for (let p = 0; p < size; p++) {
    if (precision === undefined) {
      const own = 1 / prior.deviations[p] ** 2
      curvature[p * size + p] += own
      downhill[p] += own * (prior.mean[p] - parameters[p])
      continue
    }
    for (let q = 0; q < size; q++) {
      const together = precision[p * size + q]
      if (q <= p) curvature[p * size + q] += together
      downhill[p] += together * (prior.mean[q] - parameters[q])
    }
  }
  return { curvature, downhill, freedom }
}
