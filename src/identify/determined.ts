import { type Arrow, FactoredArrow, picked, type Selection } from './arrow.ts'
import { senderOf } from './features.ts'
import { symmetric } from './symmetric.ts'

/** How much larger than noise alone a column must be for what is fitted to it to mean anything. */
const SIGNAL = 3

/** Part of the diagonal that rounding makes of a column that is not there. */
const ROUNDING = 1e-11

/** Part of a unit vector that a sender must hold to be named. */
const SHARE = 0.3

/** Weights into one node that the traces do not tell apart, or not from 0 at all. */
export interface Undetermined {
  /** Node, by number. */
  readonly node: number
  /** Senders whose weights into it are not told apart. */
  readonly from: readonly number[]
  /** Size of what tells them apart, in standard deviations of noise; about 1 where only noise does. */
  readonly ratio: number
}

/**
 * Finds combinations of senders that noise hides: units that move together give no sign of which of them acts.
 *
 * Returns the senders that can stay (of those that move alike, one for all) and what was found.
 */
export function determinedSenders(
  arrow: Arrow,
  noise: Arrow,
  all: Selection,
): { readonly selection: Selection; readonly undetermined: readonly Undetermined[] } {
  const undetermined: Undetermined[] = []
  const senders = all.senders.map((list, i) => {
    let left = list
    const named = new Set<number>()
    let smallest = Number.POSITIVE_INFINITY
    while (left.length > 0) {
      const { ratio, direction } = weakest(
        picked(arrow.own[i], arrow.others, left, left),
        picked(noise.own[i], arrow.others, left, left),
      )
      if (ratio >= SIGNAL) break
      smallest = Math.min(smallest, ratio)
      const sizes = direction.map(Math.abs)
      const largest = sizes.reduce((a, b) => Math.max(a, b))
      left.forEach((s, n) => {
        if (sizes[n] > SHARE * largest) named.add(s)
      })
      left = left.filter((_, n) => n !== sizes.lastIndexOf(largest))
    }
    if (named.size > 0) {
      const from = [...named].sort((a, b) => a - b).map((s) => senderOf(i, s))
      undetermined.push({ node: i, from, ratio: Math.sqrt(smallest) })
    }
    return left
  })
  return { selection: { ...all, senders }, undetermined }
}

/** The combination of columns that is smallest against its noise, and the ratio of their squares. */
export function weakest(matrix: Float64Array, noise: Float64Array): { ratio: number; direction: Float64Array } {
  const size = Math.sqrt(matrix.length)
  const floor = noise.slice()
  for (let p = 0; p < size; p++) floor[p * size + p] += ROUNDING * (matrix[p * size + p] || 1)
  const factored = symmetric(matrix, size)
  if (factored.lost.length > 0) {
    const column = factored.lost[0]
    const direction = Float64Array.from({ length: size }, (_, q) => (q < column ? -matrix[column * size + q] : 0))
    const before = Array.from({ length: column }, (_, q) => q)
    const shared = direction.slice(0, column)
    symmetric(picked(matrix, size, before, before), column).solve(shared)
    direction.set(shared)
    direction[column] = 1
    return { ratio: 0, direction }
  }
  // Power iteration on A^-1 N; from a start that no symmetry of the nodes annuls.
  let direction = Float64Array.from({ length: size }, (_, p) => 1 + 0.618 * ((p * 7) % 11))
  let inverse = 0
  for (let n = 0; n < 200; n++) {
    const next = new Float64Array(size)
    for (let p = 0; p < size; p++) for (let q = 0; q < size; q++) next[p] += floor[p * size + q] * direction[q]
    factored.solve(next)
    const length = Math.hypot(...next)
    const before = inverse
    inverse = length / Math.hypot(...direction)
    direction = next.map((value) => value / length)
    if (Math.abs(inverse - before) < 1e-6 * inverse) break
  }
  return { ratio: 1 / inverse, direction }
}

/** Leaves out local terms that noise hides, or that rounding cannot tell from others: of each such combination the last one. */
export function determinedTerms(arrow: Arrow, noise: Arrow, selection: Selection): Selection {
  let left = selection.terms
  while (left.length > 0) {
    const { complement } = new FactoredArrow(arrow, { ...selection, terms: left })
    const { ratio, direction } = weakest(complement, picked(noise.shared, noise.terms, left, left))
    if (ratio >= SIGNAL) break
    // In units of the columns, so that the unit of a term does not matter.
    const sizes = direction.map((value, n) => Math.abs(value) * Math.sqrt(arrow.shared[left[n] * (arrow.terms + 1)]))
    const largest = sizes.reduce((a, b) => Math.max(a, b))
    const last = sizes.findLastIndex((value) => value > SHARE * largest)
    left = left.filter((_, n) => n !== last)
  }
  return { ...selection, terms: left }
}
