import { referenceGradient, type WaveOptions } from '../../../../sim/index.ts'
import type { Cost } from '../../../cost/cost.ts'
import { asked } from '../../../rules/echo/asked.ts'
import type { Rule } from '../../../rules/rule.ts'

/**
 * Backpropagation through time as a rule: the gradient is computed from a model of the machine, which is the machine here,
 * and a stored trajectory. Lessons, cost and its mean are those of `recurrentEcho`.
 */
export function throughTime(
  options: WaveOptions,
  { cost, frames }: { readonly cost: Cost; readonly frames: number },
): Rule<never, Float64Array> {
  const { inputs, outputs } = options
  return {
    name: 'backpropagation through time',
    needs: [],
    begin: (_device, theta) => new Float64Array(theta.length),
    async step(_device, gradient, theta, lessons) {
      const { rows, drive, target } = lessons.next()
      const passages = rows / frames
      gradient.fill(0)
      let total = 0
      for (let n = 0; n < passages; n++) {
        const part = (data: Float64Array, width: number) => data.subarray(n * frames * width, (n + 1) * frames * width)
        const found = referenceGradient(options, theta, part(drive, inputs.length), (output) => {
          const { cost: value, slopes } = asked(cost, output, part(target, outputs.length), outputs.length)
          total += value
          return slopes
        })
        for (let i = 0; i < gradient.length; i++) gradient[i] += found.theta[i] / passages
      }
      return { cost: total / passages, gradient, slots: 0, clipped: 0, saturated: 0, retries: 0 }
    },
  }
}
