import { InsituError } from '../../errors.ts'
import { factor, inverse, solve } from '../fit/cholesky.ts'
import { scaled } from '../fit/scaled.ts'
import { polynomialSize, polynomialTerms } from './polynomial.ts'

/** Rows of inputs and readings without parameters of a machine. */
export interface Pairs {
  readonly rows: number
  /** rows x inputs. */
  readonly drive: Float64Array
  /** rows x outputs. */
  readonly sense: Float64Array
  readonly inputs: number
  readonly outputs: number
}

export interface PolynomialFit {
  /** Coefficients of every output, in the order of `polynomialTerms`. */
  readonly coefficients: readonly Float64Array[]
  /** Covariance of the coefficients of any output per variance of its readings, row by row. */
  readonly covariance: Float64Array
}

/**
 * Fits polynomials of the inputs to all outputs at once by least squares: they share the matrix, which is factored once.
 *
 * `of` may put another number in place of a reading. Throws `CONFIG` where the rows do not determine the coefficients.
 */
export function fitPolynomials(
  { rows, drive, sense, inputs, outputs }: Pairs,
  degree: 1 | 2,
  of: (reading: number) => number = (reading) => reading,
): PolynomialFit {
  const size = polynomialSize(inputs, degree)
  const matrix = new Float64Array(size * size)
  const right = Array.from({ length: outputs }, () => new Float64Array(size))
  const terms = new Float64Array(size)
  for (let r = 0; r < rows; r++) {
    polynomialTerms(drive, r * inputs, inputs, degree, terms)
    for (let p = 0; p < size; p++) {
      const term = terms[p]
      if (term === 0) continue
      const row = p * size
      for (let q = 0; q <= p; q++) matrix[row + q] += term * terms[q]
    }
    for (let c = 0; c < outputs; c++) {
      const value = of(sense[r * outputs + c])
      const into = right[c]
      for (let p = 0; p < size; p++) into[p] += value * terms[p]
    }
  }
  const form = scaled(matrix, size)
  const factored = factor(form.matrix, size)
  if (factored.lost.length > 0)
    throw new InsituError(
      'CONFIG',
      `polynomial of degree ${degree} of ${inputs} inputs: ${rows} rows do not determine ${factored.lost.length} of its ${size} coefficients`,
      { hint: 'take more rows, or rows in which the inputs differ more' },
    )
  const covariance = inverse(factored)
  for (let p = 0; p < size; p++)
    for (let q = 0; q < size; q++) covariance[p * size + q] *= form.scale[p] * form.scale[q]
  const coefficients = right.map((values) => {
    const b = values.map((value, p) => value * form.scale[p])
    solve(factored, b)
    return b.map((value, p) => value * form.scale[p])
  })
  return { coefficients, covariance }
}
