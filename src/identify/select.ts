import type { Selection } from './arrow.ts'
import type { Features } from './features.ts'
import { type Equations, type Joint, solveJoint } from './joint.ts'
import { distanceAt } from './normal-law.ts'

/** The fit that is left, and how far from 0 every weight stood, in standard deviations, when it was kept or left out. */
export interface Selected {
  readonly fit: Joint
  /** Of node i, sender s. */
  readonly scores: readonly Float64Array[]
  /** The distance that was asked for. */
  readonly wanted: number
}

/**
 * Leaves out what is not told from 0, one by one and the least certain first, until all that is left is.
 *
 * One by one, since two senders that move alike hide each other: without the one, the other is certain. `level` is the chance that
 * any weight, or any local term, that is 0 is kept in a fit with all of them (Bonferroni); 0 keeps everything.
 */
export function select(features: Features, equations: Equations, start: Selection, level: number): Selected {
  let fit = solveJoint(features, equations, start)
  const scores = start.senders.map(() => new Float64Array(features.nodes - 1))
  const edges = start.senders.reduce((sum, list) => sum + list.length, 0)
  const wanted = level > 0 ? distanceAt(level / Math.max(1, edges)) : 0
  const wantedTerm = level > 0 ? distanceAt(level / Math.max(1, start.terms.length * features.dimensions)) : 0
  for (;;) {
    const { selection, weights, weightDeviations, local, localDeviations } = fit
    let left = false
    const senders = selection.senders.map((list, i) => {
      const distances = list.map((_, n) => Math.abs(weights[i][n]) / weightDeviations[i][n])
      list.forEach((s, n) => {
        scores[i][s] = distances[n]
      })
      const weakest = distances.indexOf(Math.min(...distances))
      if (weakest < 0 || distances[weakest] >= wanted) return list
      left = true
      return list.filter((_, n) => n !== weakest)
    })
    const distances = selection.terms.map((_, n) => Math.abs(local[n]) / localDeviations[n])
    const weakest = distances.indexOf(Math.min(...distances))
    const keeps = weakest < 0 || distances[weakest] >= wantedTerm
    if (!left && keeps) return { fit, scores, wanted }
    const terms = keeps ? selection.terms : selection.terms.filter((_, n) => n !== weakest)
    fit = solveJoint(features, equations, { terms, senders })
  }
}
