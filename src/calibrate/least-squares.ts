import { InsituError } from '../errors.ts'

/** Loaded on first use. */
const algebra = () => import('ml-matrix')

/** Part of the largest singular value below which a direction counts as not determined by the data. */
const RANK = 1e-10

/** Part of a unit vector a parameter must hold to be named as not determined. */
const SHARE = 0.1

export interface Fit {
  /** One value per parameter, in the order of `names`. */
  readonly values: readonly number[]
  /** Standard deviation of each value. */
  readonly deviations: readonly number[]
  /** Covariance of the values, row by row. */
  readonly covariance: readonly (readonly number[])[]
  /** Standard deviation of one measurement that the rest of the numbers rest on. */
  readonly sigma: number
  /** Root mean square of measurement minus fit. */
  readonly residual: number
}

export interface FitOptions {
  /** What the parameters are called in messages. */
  readonly names: readonly string[]
  /** Known standard deviation of one measurement; estimated from the residuals if absent. */
  readonly sigma?: number
}

/**
 * Fits `measured = design . values` by least squares, with error bars.
 *
 * Throws `SHAPE` for lengths that do not match, `CONFIG` if there are too few points or the data do not determine a
 * parameter, naming it.
 */
export async function leastSquares(
  design: readonly (readonly number[])[],
  measured: ArrayLike<number>,
  options: FitOptions,
): Promise<Fit> {
  const { names } = options
  checkShapes(design, measured, names)
  const { Matrix, SingularValueDecomposition } = await algebra()
  // Columns of one length each, so that the rank does not depend on the units of the parameters.
  const scale = names.map((_, p) => Math.hypot(...design.map((row) => row[p])) || 1)
  const scaled = new Matrix(design.map((row) => row.map((value, p) => value / scale[p])))
  const svd = new SingularValueDecomposition(scaled, { autoTranspose: true })
  const right = svd.rightSingularVectors
  const singular = svd.diagonal
  const lost = new Set<string>()
  names.forEach((_, k) => {
    if (k < singular.length && singular[k] > RANK * singular[0]) return
    names.forEach((name, p) => {
      if (Math.abs(right.get(p, k)) > SHARE) lost.add(name)
    })
  })
  if (lost.size > 0) {
    throw new InsituError('CONFIG', `fit: ${design.length} points do not determine ${[...lost].join(' and ')}`, {
      hint: 'measure at more, and at more different, inputs',
    })
  }
  const target = Matrix.columnVector(Array.from(measured))
  const values = names.map((_, p) => {
    let value = 0
    for (let k = 0; k < names.length; k++) {
      value += (right.get(p, k) * svd.leftSingularVectors.getColumnVector(k).dot(target)) / singular[k]
    }
    return value / scale[p]
  })
  const squares = design.reduce((sum, row, i) => {
    const fitted = row.reduce((total, x, p) => total + x * values[p], 0)
    return sum + (measured[i] - fitted) ** 2
  }, 0)
  const sigma = options.sigma ?? estimated(squares, design.length - names.length)
  const covariance = names.map((_, p) =>
    names.map((_, q) => {
      let sum = 0
      for (let k = 0; k < names.length; k++) sum += (right.get(p, k) * right.get(q, k)) / singular[k] ** 2
      return (sigma * sigma * sum) / (scale[p] * scale[q])
    }),
  )
  return {
    values,
    deviations: covariance.map((row, p) => Math.sqrt(row[p])),
    covariance,
    sigma,
    residual: Math.sqrt(squares / design.length),
  }
}

function estimated(squares: number, freedom: number): number {
  if (freedom > 0) return Math.sqrt(squares / freedom)
  throw new InsituError('CONFIG', 'fit: as many parameters as points leave nothing to estimate the errors from', {
    hint: 'measure more points, or state the standard deviation of one measurement',
  })
}

function checkShapes(
  design: readonly (readonly number[])[],
  measured: ArrayLike<number>,
  names: readonly string[],
): void {
  if (design.length !== measured.length) {
    throw new InsituError('SHAPE', `fit: ${measured.length} measurements for ${design.length} inputs`)
  }
  if (design.length < names.length) {
    throw new InsituError('CONFIG', `fit: ${design.length} points cannot determine ${names.join(', ')}`, {
      hint: `measure at ${names.length} different inputs or more`,
    })
  }
  design.forEach((row, i) => {
    if (row.length !== names.length)
      throw new InsituError('SHAPE', `fit: row ${i} has ${row.length} numbers, wanted ${names.length}`)
    if (!row.every(Number.isFinite) || !Number.isFinite(measured[i])) {
      throw new InsituError('NOT_FINITE', `fit: point ${i} is not a number`)
    }
  })
}
