import { InsituError } from '../../errors.ts'
import type { Problem } from './problem.ts'

/** What is known of the scatter of readings about the twin: the numbers, or that they are to be estimated. */
export type Noise = number | Float64Array | 'per-reading' | 'shared'

/** Columns with fewer readings to spare than this take the estimate of all columns together. */
const FEW = 4

/** Part of the readings' size below which a scatter is not told from rounding. */
const ROUNDING = 1e-9

/** Estimates the standard deviation of a reading, per column. */
export interface Scatter {
  /** Whether it is estimated, or was given. */
  readonly estimated: boolean
  /** From the sum of the squares of each column's differences and the parameters that its data determine. */
  readonly from: (columns: Float64Array, freedom: Float64Array) => Float64Array
}

/** Makes the estimator; `least` is the smallest deviation that is believed. Throws `CONFIG` or `SHAPE` for numbers that are none. */
export function scatter(problem: Problem, noise: Noise, least = 0): Scatter {
  const { twin, rows, records } = problem
  const width = twin.width.sense
  if (typeof noise !== 'string') {
    const given = typeof noise === 'number' ? new Float64Array(width).fill(noise) : noise
    if (given.length !== width)
      throw new InsituError('SHAPE', `fit of twin ${twin.name}: sigma has ${given.length} numbers, wanted ${width}`)
    const bad = given.findIndex((value) => !(value > 0 && value < Infinity))
    if (bad >= 0)
      throw new InsituError(
        'CONFIG',
        `fit of twin ${twin.name}: sigma of reading ${bad} must be positive, got ${given[bad]}`,
      )
    return { estimated: false, from: () => given }
  }
  const total = records.reduce((sum, { sense }) => sum + sense.reduce((part, value) => part + value * value, 0), 0)
  const floor = Math.max(least, ROUNDING * (Math.sqrt(total / (rows * width)) || 1))
  return {
    estimated: true,
    from(columns, freedom) {
      const left = freedom.map((used) => rows - used)
      const sum = (values: Float64Array) => values.reduce((a, b) => a + b, 0)
      const together = Math.sqrt(sum(columns) / Math.max(1, sum(left)))
      return columns.map((square, c) =>
        Math.max(floor, noise === 'shared' || left[c] < FEW ? together : Math.sqrt(square / left[c])),
      )
    },
  }
}

/** How many readings are left to estimate their scatter from; throws `CONFIG` where there are none. */
export function requireSpare({ twin, rows }: Problem, freedom: Float64Array): number {
  const readings = rows * twin.width.sense
  const used = freedom.reduce((a, b) => a + b, 0)
  if (readings - used >= 1 - 1e-6) return readings - used
  throw new InsituError(
    'CONFIG',
    `fit of twin ${twin.name}: ${readings} readings determine as many parameters and leave nothing to estimate their scatter from`,
    { hint: 'measure more rows, or state the standard deviation of a reading as sigma' },
  )
}
