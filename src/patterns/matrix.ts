import { InsituError } from '../errors.ts'
import { isFamily } from './family.ts'
import type { Patterns } from './patterns.ts'

export interface MatrixOptions {
  readonly rows: number
  readonly columns: number
  /** For records, none of a family's; default "matrix". */
  readonly name?: string
}

/**
 * Patterns of one's own: a matrix with one pattern in a row, row-major. Throws `SHAPE` where its length is no whole number of
 * patterns, `NOT_FINITE` and `CONFIG` where its entries are no numbers or all the same, and `CONFIG` for the name of a family: a machine that
 * makes that family itself would show its own patterns.
 */
export function matrixPatterns(matrix: Float64Array, options: MatrixOptions): Patterns {
  const { rows, columns, name = 'matrix' } = options
  if (isFamily(name))
    throw new InsituError('CONFIG', `patterns "${name}": that is the name of a family; give those of your own another`)
  const size = rows * columns
  const count = matrix.length / size
  if (!Number.isInteger(count) || count < 1)
    throw new InsituError(
      'SHAPE',
      `patterns "${name}": ${matrix.length} numbers are no whole number of patterns of ${rows} x ${columns}`,
    )
  let [min, max] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (let n = 0; n < matrix.length; n++) {
    const value = matrix[n]
    if (!Number.isFinite(value))
      throw new InsituError(
        'NOT_FINITE',
        `patterns "${name}": entry ${n % size} of pattern ${Math.floor(n / size)} is ${value}`,
      )
    if (value < min) min = value
    if (value > max) max = value
  }
  if (min === max) throw new InsituError('CONFIG', `patterns "${name}": every entry is ${min}, so they show nothing`)
  return {
    name,
    count,
    rows,
    columns,
    min,
    max,
    fill: (k, into) => into.set(matrix.subarray(k * size, (k + 1) * size)),
    project(image, into) {
      for (let k = 0, at = 0; k < count; k++) {
        let sum = 0
        for (let p = 0; p < size; p++, at++) sum += matrix[at] * image[p]
        into[k] = sum
      }
    },
    back(values, into) {
      into.fill(0)
      for (let k = 0, at = 0; k < count; k++) {
        const value = values[k]
        for (let p = 0; p < size; p++, at++) into[p] += matrix[at] * value
      }
    },
  }
}
