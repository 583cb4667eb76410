import { type Arrow, FactoredArrow, type Selection } from './arrow.ts'
import type { Features } from './features.ts'
import { solutionVariances } from './variances.ts'

/** The shared local dynamics of one component, and the weights into every node where the coupling leads into it. */
export interface Joint {
  readonly selection: Selection
  /** Coefficient of each selected term, and its standard deviation. */
  readonly local: Float64Array
  readonly localDeviations: Float64Array
  /** Weight of each selected sender, node by node, and its standard deviation. */
  readonly weights: readonly Float64Array[]
  readonly weightDeviations: readonly Float64Array[]
  /** Root mean square of slope minus model over the windows. */
  readonly residual: number
}

/** The equations of one component. */
export interface Equations {
  readonly component: number
  /** Normal equations, corrected for noise or not. */
  readonly arrow: Arrow
  /** Products of columns that are some windows apart (`laggedSquares`). */
  readonly lagged: readonly Arrow[]
}

/**
 * Solves for local coefficients and weights together: least squares over all nodes and windows.
 *
 * The error bars rest on the residuals, whose correlation between windows that overlap is measured over all nodes and times
 * together. So they hold for noise of any colour within a window, and tell of a model that is not quite right.
 */
export function solveJoint(features: Features, { component, arrow, lagged }: Equations, selection: Selection): Joint {
  const factored = new FactoredArrow(arrow, selection)
  const local = Float64Array.from(selection.terms, (a) => arrow.sharedRight[a])
  const weights = selection.senders.map((list, i) => Float64Array.from(list, (s) => arrow.ownRight[i][s]))
  factored.solve(local, weights)
  const rest = residuals(features, component, selection, local, weights)
  const covariances = lagCovariances(features, rest, lagged.length)
  const freedom = freedoms(features, selection)
  const variances = solutionVariances(
    factored,
    lagged,
    covariances.map((c) => c * freedom),
    selection,
  )
  return {
    selection,
    local,
    localDeviations: variances.local.map(Math.sqrt),
    weights,
    weightDeviations: variances.weights.map((list) => list.map(Math.sqrt)),
    residual: Math.sqrt(covariances[0]),
  }
}

/** Mean products of residuals of one node that are 0, 1, 2, ... windows apart. */
function lagCovariances({ windows, nodes }: Features, rest: Float64Array, lags: number): Float64Array {
  return Float64Array.from({ length: lags }, (_, lag) => {
    let sum = 0
    let count = 0
    let first = 0
    for (const n of windows.counts) {
      for (let k = first * nodes; k < (first + n - lag) * nodes; k++) sum += rest[k] * rest[k + lag * nodes]
      count += Math.max(0, n - lag) * nodes
      first += n
    }
    return count === 0 ? 0 : sum / count
  })
}

/** Slope minus model, window k and node i at `k * nodes + i`. */
function residuals(
  { windows, nodes, dimensions, terms, local: values, slopes, couplings }: Features,
  component: number,
  selection: Selection,
  local: Float64Array,
  weights: readonly Float64Array[],
): Float64Array {
  const into = new Float64Array(windows.count * nodes)
  const others = nodes - 1
  for (let k = 0; k < windows.count; k++) {
    for (let i = 0; i < nodes; i++) {
      const row = k * nodes + i
      let sum = slopes[row * dimensions + component]
      selection.terms.forEach((a, n) => {
        sum -= local[n] * values[row * terms + a]
      })
      const list = selection.senders[i]
      for (let s = 0; s < list.length; s++) sum -= weights[i][s] * couplings[i][k * others + list[s]]
      into[row] = sum
    }
  }
  return into
}

/** Residuals are smaller than errors by the share of the numbers that the fit has used up. */
function freedoms({ windows, nodes }: Features, { terms, senders }: Selection): number {
  const independent = (nodes * windows.count * windows.stride) / windows.half
  const used = terms.length + senders.reduce((sum, list) => sum + list.length, 0)
  return independent / Math.max(1, independent - used)
}
