import { cosineBetween, feedbackMatrices, type RandomFeedback, sendBack } from './feedback/matrix.ts'
import { type FeedbackOptions, type FeedbackState, feedbackRule } from './feedback/rule.ts'
import type { Rule } from './rule.ts'

export interface FeedbackAlignmentOptions extends FeedbackOptions, RandomFeedback {}

const NAME = 'feedback-alignment'

/**
 * Feedback alignment (Lillicrap et al. 2016; settings of Song, Xu and Lafferty 2021): errors come back through fixed random
 * weights instead of the machine's own, which nobody needs to know.
 *
 * One read per row, with taps; the only thing known of the machine is which parameter is the weight between which signals, and a
 * slope for its neurons. `health.alignment` is the cosine between the fixed weights and those that the machine holds; it need
 * not rise for the cost to fall. Throws `SHAPE` for layers or feedback that are not those of the machine, `CONFIG` for settings.
 */
export function feedbackAlignment(options: FeedbackAlignmentOptions): Rule<'taps', FeedbackState> {
  return feedbackRule(NAME, options, (_device, layers) => {
    const upper = layers.slice(1)
    const sizes = upper.map(({ inputs, outputs }) => [inputs, outputs] as const)
    const matrices = feedbackMatrices(NAME, sizes, options)
    return {
      back: (layer, { rows, above }, _theta, into) => sendBack(matrices[layer], above, rows, into),
      alignment: (theta) =>
        Math.min(...upper.map(({ w }, l) => cosineBetween(matrices[l], theta.subarray(w, w + matrices[l].length)))),
    }
  })
}
