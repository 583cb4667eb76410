import { InsituError } from '../errors.ts'
import { type Fit, leastSquares } from './least-squares.ts'

/** Highest power that a fit of measured points can bear in double precision without orthogonal polynomials. */
const HIGHEST = 8

export interface PolynomialOptions {
  /** Highest power: 1 for gain and offset (default). */
  readonly degree?: number
  /** Known standard deviation of one measurement; estimated from the residuals if absent. */
  readonly sigma?: number
}

/**
 * Fits y = c0 + c1 x + c2 x^2 + ... to measured pairs; `values[n]` is c_n.
 * The parameters are called offset, gain, and x^2, x^3, ... in errors.
 */
export function fitPolynomial(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  options: PolynomialOptions = {},
): Promise<Fit> {
  const degree = options.degree ?? 1
  if (!Number.isInteger(degree) || degree < 0 || degree > HIGHEST) {
    return Promise.reject(
      new InsituError('CONFIG', `fit: degree ${degree}, wanted a whole number from 0 to ${HIGHEST}`),
    )
  }
  const powers = Array.from({ length: degree + 1 }, (_, n) => n)
  const names = powers.map((n) => ['offset', 'gain'][n] ?? `x^${n}`)
  const design = Array.from(x, (value) => powers.map((n) => value ** n))
  return leastSquares(design, y, options.sigma === undefined ? { names } : { names, sigma: options.sigma })
}
