import type { Cost } from '../cost/cost.ts'
import type { Optimizer } from '../optim/optimizer.ts'
import type { LessonSource } from '../rules/rule.ts'
import type { Perceptron } from './perceptron.ts'

/** Trains a perceptron by exact gradients, one lesson per update; `theta` is moved in place. */
export function backprop(
  net: Perceptron,
  theta: Float64Array,
  lessons: LessonSource,
  cost: Cost,
  optimizer: Optimizer,
  updates: number,
): void {
  const gradient = new Float64Array(net.paramCount)
  for (let n = 0; n < updates; n++) {
    const { drive, target } = lessons.next()
    net.gradient(theta, drive, target, cost, gradient)
    optimizer.step(theta, gradient)
  }
}
