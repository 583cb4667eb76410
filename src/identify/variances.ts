import { type Arrow, type FactoredArrow, picked, type Selection } from './arrow.ts'

export interface Variances {
  readonly local: Float64Array
  readonly weights: readonly Float64Array[]
}

/** Least part of the variance without correlation that sums over lags, which may be negative, are believed to leave. */
const LEAST = 0.05

/**
 * Variances of a solution whose residuals have the given correlation from window to window, the same in all nodes and at all times.
 *
 * `lagged[l]` are products of columns that are l windows apart, `covariances[l]` those of the residuals: their sum is the covariance
 * of the right sides, and the inverse on both sides of it that of the answer.
 */
export function solutionVariances(
  factored: FactoredArrow,
  lagged: readonly Arrow[],
  covariances: Float64Array,
  selection: Selection,
): Variances {
  const whole = spread(factored, lagged, covariances, selection)
  const plain = spread(factored, lagged, covariances.slice(0, 1), selection)
  const bounded = (a: Float64Array, b: Float64Array) => a.map((value, n) => Math.max(value, LEAST * b[n]))
  return {
    local: bounded(whole.local, plain.local),
    weights: whole.weights.map((list, i) => bounded(list, plain.weights[i])),
  }
}

function spread(
  factored: FactoredArrow,
  lagged: readonly Arrow[],
  covariances: Float64Array,
  { terms, senders }: Selection,
): Variances {
  const size = terms.length
  const first = lagged[0]
  const mixed = (pick: (arrow: Arrow) => Float64Array) => {
    let into = new Float64Array(0)
    covariances.forEach((c, lag) => {
      const block = pick(lagged[lag])
      if (lag === 0) into = block.map((value) => c * value)
      else for (let n = 0; n < into.length; n++) into[n] += c * block[n]
    })
    return into
  }
  // Covariance of what is left of the shared right side once every node's own is taken off; and, node by node, its parts.
  const left = mixed(({ shared }) => picked(shared, first.terms, terms, terms))
  const blocks = senders.map((list, i) => {
    const m = list.length
    const own = mixed((arrow) => picked(arrow.own[i], arrow.others, list, list))
    const cross = mixed((arrow) => picked(arrow.cross[i], arrow.others, terms, list))
    const factor = factored.crossOverOwn(i)
    // F Omega_ss, then (I, -F) Omega (I, -F)^T.
    const pulled = product(factor, own, size, m, m)
    const square = productTransposed(pulled, factor, size, m, size)
    const mix = productTransposed(cross, factor, size, m, size)
    for (let a = 0; a < size; a++) {
      for (let b = 0; b < size; b++) left[a * size + b] += square[a * size + b] - mix[a * size + b] - mix[b * size + a]
    }
    return { m, own, factor, joint: cross.map((value, n) => value - pulled[n]) }
  })
  const inverse = factored.sharedInverse()
  const covariance = product(product(inverse, left, size, size, size), inverse, size, size, size)
  const local = Float64Array.from(terms, (_, a) => covariance[a * size + a])
  const weights = blocks.map(({ m, own, factor, joint }, i) => {
    const ownInverse = factored.ownInverse(i)
    // Of D^-1 s - F^T c: its own part, that of c, and twice what they share, as c takes part of the same residuals.
    const alone = product(product(ownInverse, own, m, m, m), ownInverse, m, m, m)
    const shared = product(inverse, joint, size, size, m)
    const through = product(covariance, factor, size, size, m)
    const both = product(shared, ownInverse, size, m, m)
    return Float64Array.from({ length: m }, (_, s) => {
      let sum = alone[s * m + s]
      for (let a = 0; a < size; a++) sum += factor[a * m + s] * (through[a * m + s] - 2 * both[a * m + s])
      return sum
    })
  })
  return { local, weights }
}

/** A B, of rows x inner and inner x columns. */
function product(a: Float64Array, b: Float64Array, rows: number, inner: number, columns: number): Float64Array {
  const into = new Float64Array(rows * columns)
  for (let r = 0; r < rows; r++) {
    for (let k = 0; k < inner; k++) {
      const factor = a[r * inner + k]
      for (let c = 0; c < columns; c++) into[r * columns + c] += factor * b[k * columns + c]
    }
  }
  return into
}

/** A B^T, of rows x inner and columns x inner. */
function productTransposed(
  a: Float64Array,
  b: Float64Array,
  rows: number,
  inner: number,
  columns: number,
): Float64Array {
  const into = new Float64Array(rows * columns)
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) {
      let sum = 0
      for (let k = 0; k < inner; k++) sum += a[r * inner + k] * b[c * inner + k]
      into[r * columns + c] = sum
    }
  }
  return into
}
