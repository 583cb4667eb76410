import { InsituError } from '../errors.ts'

/**
 * Area under the curve of hits against false alarms: the chance that a link ranks above a pair without one; ties count half.
 *
 * NaN where there are only links or none. `SHAPE` for lists of two lengths.
 */
export function rankingAuc(scores: ArrayLike<number>, truth: ArrayLike<boolean>): number {
  if (scores.length !== truth.length) {
    throw new InsituError('SHAPE', `auc: ${scores.length} scores for ${truth.length} pairs`)
  }
  const order = Array.from(scores, (_, n) => n).sort((a, b) => scores[a] - scores[b])
  let ranks = 0
  let links = 0
  for (let first = 0; first < order.length; ) {
    let end = first + 1
    while (end < order.length && scores[order[end]] === scores[order[first]]) end++
    const rank = (first + 1 + end) / 2
    for (let n = first; n < end; n++) {
      if (!truth[order[n]]) continue
      ranks += rank
      links++
    }
    first = end
  }
  return (ranks - (links * (links + 1)) / 2) / (links * (order.length - links))
}
