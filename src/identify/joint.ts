import { type Arrow, FactoredArrow, type Selection } from './arrow.ts'
import type { Features } from './features.ts'

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

/**
 * Solves for local coefficients and weights together: least squares over all nodes and windows.
 *
 * `arrow` are the normal equations of this component, corrected for noise or not. The error bars rest on the residuals as they are,
 * with their correlation between windows that overlap (Newey and West 1987), so they hold for coloured noise and for a local model
 * that is not quite right.
 */
export function solveJoint(features: Features, component: number, arrow: Arrow, selection: Selection): Joint {
  const factored = new FactoredArrow(arrow, selection)
  const local = Float64Array.from(selection.terms, (a) => arrow.sharedRight[a])
  const weights = selection.senders.map((list, i) => Float64Array.from(list, (s) => arrow.ownRight[i][s]))
  factored.solve(local, weights)
  const rest = residuals(features, component, selection, local, weights)
  const { localVariances, weightVariances } = variances(features, selection, factored, rest)
  const squares = rest.reduce((sum, value) => sum + value * value, 0)
  return {
    selection,
    local,
    localDeviations: localVariances.map(Math.sqrt),
    weights,
    weightDeviations: weightVariances.map((list) => list.map(Math.sqrt)),
    residual: Math.sqrt(squares / rest.length),
  }
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

/** Variances of all parameters: of the sum over windows of what each window moves them by. */
function variances(features: Features, selection: Selection, factored: FactoredArrow, rest: Float64Array) {
  const { windows, nodes, terms, local: values, couplings } = features
  const others = nodes - 1
  const size = selection.terms.length
  const starts = new Int32Array(nodes)
  let total = size
  for (let i = 0; i < nodes; i++) {
    starts[i] = total
    total += selection.senders[i].length
  }
  const moves = new Float64Array(windows.count * total)
  for (let k = 0; k < windows.count; k++) {
    const move = moves.subarray(k * total, (k + 1) * total)
    const shared = move.subarray(0, size)
    const own = selection.senders.map((list, i) => move.subarray(starts[i], starts[i] + list.length))
    for (let i = 0; i < nodes; i++) {
      const row = k * nodes + i
      const error = rest[row]
      for (let a = 0; a < size; a++) shared[a] += error * values[row * terms + selection.terms[a]]
      const list = selection.senders[i]
      for (let s = 0; s < list.length; s++) own[i][s] = error * couplings[i][k * others + list[s]]
    }
    factored.solve(shared, own)
  }
  centre(moves, total, windows.count)
  const lags = Math.ceil((windows.width - 1) / windows.stride)
  const freedom = freedoms(features, selection)
  const all = new Float64Array(total)
  for (let p = 0; p < total; p++) all[p] = longRun(moves, total, p, windows.counts, lags) * freedom
  return {
    localVariances: all.slice(0, size),
    weightVariances: selection.senders.map((list, i) => all.slice(starts[i], starts[i] + list.length)),
  }
}

/** The correction leaves a mean in what a window moves, which is no error. */
function centre(moves: Float64Array, total: number, count: number): void {
  for (let p = 0; p < total; p++) {
    let mean = 0
    for (let k = 0; k < count; k++) mean += moves[k * total + p] / count
    for (let k = 0; k < count; k++) moves[k * total + p] -= mean
  }
}

/** Variance of a sum of numbers whose correlation ends after `lags`; stretches are independent. */
function longRun(moves: Float64Array, total: number, p: number, counts: readonly number[], lags: number): number {
  let plain = 0
  let flat = 0
  let tapered = 0
  let first = 0
  for (const count of counts) {
    for (let lag = 0; lag <= lags && lag < count; lag++) {
      let sum = 0
      for (let k = lag; k < count; k++) sum += moves[(first + k) * total + p] * moves[(first + k - lag) * total + p]
      if (lag === 0) plain += sum
      flat += lag === 0 ? sum : 2 * sum
      tapered += lag === 0 ? sum : 2 * sum * (1 - lag / (lags + 1))
    }
    first += count
  }
  // Sums cut off at once are unbiased and may be negative; tapered ones are never.
  return flat > 0.2 * tapered ? flat : Math.max(tapered, Number.MIN_VALUE * plain)
}

/** Residuals are smaller than errors by the share of the numbers that the fit has used up. */
function freedoms({ windows, nodes }: Features, { terms, senders }: Selection): number {
  const independent = (nodes * windows.count * windows.stride) / windows.half
  const used = terms.length + senders.reduce((sum, list) => sum + list.length, 0)
  return independent / Math.max(1, independent - used)
}
