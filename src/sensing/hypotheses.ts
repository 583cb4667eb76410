import { InsituError } from '../errors.ts'
import { addOuter, type Belief, copied, observe } from './belief.ts'

/**
 * Several beliefs about one scene, of which one is right: each learns from every reading, and the readings tell how likely each is.
 * This is what makes planning depend on the readings where they are linear in the scene: one normal belief alone has a covariance that
 * no reading changes (multiple-model estimation, Bar-Shalom, Li and Kirubarajan 2001, 11.6).
 */
export interface Hypotheses {
  /** Probability of each; they sum to 1. */
  readonly weights: Float64Array
  /** Mean and covariance of the whole: the spread within and between the beliefs. */
  belief(): Belief
  /**
   * Takes a reading in. `expected` is what the reading would be for the scene `at`, where the sensor was taken as straight; `row` are its
   * slopes there.
   */
  observe(row: Float64Array, reading: number, expected: number, at: Float64Array, noise: number): void
}

/** All beliefs equally likely at first; throws `CONFIG` for none and `SHAPE` for different scenes. */
export function hypotheses(beliefs: readonly Belief[]): Hypotheses {
  if (beliefs.length === 0) throw new InsituError('CONFIG', 'hypotheses about a scene: wanted one or more')
  const pixels = beliefs[0].mean.length
  const wrong = beliefs.find(({ mean }) => mean.length !== pixels)
  if (wrong !== undefined)
    throw new InsituError('SHAPE', `hypotheses about a scene: of ${pixels} and of ${wrong.mean.length} pixels`)
  const each = beliefs.map(copied)
  const weights = new Float64Array(each.length).fill(1 / each.length)
  const scores = new Float64Array(each.length)
  return {
    weights,
    belief() {
      const mean = new Float64Array(pixels)
      const covariance = new Float64Array(pixels * pixels)
      each.forEach((one, h) => {
        for (let p = 0; p < pixels; p++) mean[p] += weights[h] * one.mean[p]
        for (let at = 0; at < covariance.length; at++) covariance[at] += weights[h] * one.covariance[at]
      })
      if (each.length > 1)
        each.forEach((one, h) => {
          const off = one.mean.map((value, p) => value - mean[p])
          addOuter(covariance, off, weights[h])
        })
      return { mean, covariance }
    },
    observe(row, reading, expected, at, noise) {
      each.forEach((one, h) => {
        let surprise = reading - expected
        for (let p = 0; p < pixels; p++) surprise -= row[p] * (one.mean[p] - at[p])
        const variance = observe(one, row, surprise, noise)
        if (variance > 0) scores[h] -= 0.5 * (Math.log(variance) + surprise ** 2 / variance)
      })
      const top = scores.reduce((best, value) => Math.max(best, value), Number.NEGATIVE_INFINITY)
      let sum = 0
      for (let h = 0; h < each.length; h++) {
        weights[h] = Math.exp(scores[h] - top)
        sum += weights[h]
      }
      for (let h = 0; h < each.length; h++) weights[h] /= sum
    },
  }
}
