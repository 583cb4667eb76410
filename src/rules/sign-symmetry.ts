import { InsituError } from '../errors.ts'
import { cosineBetween, feedbackMatrices, type RandomFeedback, sendBack } from './feedback/matrix.ts'
import { type FeedbackOptions, type FeedbackState, feedbackRule } from './feedback/rule.ts'
import type { Rule } from './rule.ts'

export interface SignSymmetryOptions extends FeedbackOptions, Pick<RandomFeedback, 'seed' | 'scale'> {
  /** Sizes beside the signs: all `scale` (default), or fixed ones drawn with that standard deviation. */
  readonly sizes?: 'uniform' | 'random'
}

const NAME = 'sign-symmetry'

/**
 * Sign symmetry (Liao, Leibo and Poggio 2016): errors come back through weights that have the signs of the machine's own, and
 * sizes of their own.
 *
 * Of the weights as stored only the signs are looked at, in every step. One read per row, with taps. `health.alignment` is the
 * cosine between what is sent back and what the weights would send. Throws as `feedbackAlignment` does.
 */
export function signSymmetry(options: SignSymmetryOptions): Rule<'taps', FeedbackState> {
  const { sizes: kind = 'uniform', seed, scale } = options
  if (kind !== 'uniform' && kind !== 'random')
    throw new InsituError('CONFIG', `${NAME}: sizes must be uniform or random, got ${String(kind satisfies never)}`)
  return feedbackRule(NAME, options, (_device, layers) => {
    const upper = layers.slice(1)
    const wanted = upper.map(({ inputs, outputs }) => [inputs, outputs] as const)
    const drawn = feedbackMatrices(NAME, wanted, {
      ...(seed !== undefined && { seed }),
      ...(scale !== undefined && { scale }),
    })
    const sizes = drawn.map((matrix, l) =>
      matrix.map((value) => (kind === 'random' ? Math.abs(value) : (scale ?? 1 / Math.sqrt(upper[l].inputs)))),
    )
    const signed = sizes.map((size) => new Float64Array(size.length))
    const refresh = (l: number, theta: Float64Array) => {
      const { w } = upper[l]
      for (let i = 0; i < sizes[l].length; i++) signed[l][i] = Math.sign(theta[w + i]) * sizes[l][i]
      return signed[l]
    }
    return {
      back: (layer, { rows, above }, theta, into) => sendBack(refresh(layer, theta), above, rows, into),
      alignment: (theta) =>
        Math.min(...upper.map(({ w }, l) => cosineBetween(refresh(l, theta), theta.subarray(w, w + sizes[l].length)))),
    }
  })
}
