import { describe, expect, it } from 'vitest'
import { crossEntropy } from '../../src/cost/cross-entropy.ts'
import { meanSquaredError } from '../../src/cost/mean-squared-error.ts'
import { adam } from '../../src/optim/adam.ts'
import { draws, fillUniform } from '../../src/random/draws.ts'
import { STREAM } from '../../src/random/streams.ts'
import { backprop } from '../../src/reference/backprop.ts'
import { Perceptron } from '../../src/reference/perceptron.ts'
import { shuffledLessons } from '../../src/rules/lessons.ts'

const random = (length: number, at: number) =>
  fillUniform(draws(at, STREAM.testInputs), -1, 1, new Float64Array(length))

describe('perceptron', () => {
  it.each(['sigmoid', 'tanh', 'relu'] as const)('%s: the gradient agrees with finite differences', (squash) => {
    const net = new Perceptron([3, 4, 2, 2], squash)
    expect(net.paramCount).toBe(3 * 4 + 4 * 2 + 2 * 2 + 4 + 2 + 2)
    const theta = random(net.paramCount, 1)
    const drive = random(5 * 3, 2)
    const target = random(5 * 2, 3)
    for (const cost of [meanSquaredError, crossEntropy()]) {
      const gradient = new Float64Array(net.paramCount)
      const scratch = new Float64Array(net.paramCount)
      net.gradient(theta, drive, target, cost, gradient)
      const step = 1e-5
      for (let i = 0; i < theta.length; i++) {
        const at = (shift: number) => {
          const moved = theta.slice()
          moved[i] += shift
          return net.gradient(moved, drive, target, cost, scratch)
        }
        // Central differences: error of order step^2, plus rounding of order 1e-16 / step.
        expect(gradient[i]).toBeCloseTo((at(step) - at(-step)) / (2 * step), 8)
      }
    }
  })

  it('subtracts its biases', () => {
    const net = new Perceptron([1, 1], 'relu')
    const sense = new Float64Array(1)
    net.forward(Float64Array.of(2, 0.5), Float64Array.of(3), 1, sense)
    expect(sense[0]).toBe(2 * 3 - 0.5)
  })

  it('learns XOR by backpropagation', () => {
    const net = new Perceptron([2, 4, 1], 'sigmoid')
    const table = { rows: 4, drive: Float64Array.of(0, 0, 0, 1, 1, 0, 1, 1), target: Float64Array.of(0, 1, 1, 0) }
    const theta = random(net.paramCount, 4)
    backprop(net, theta, shuffledLessons(table, { seed: 1, batch: 4 }), meanSquaredError, adam(0.05), 1500)
    const sense = new Float64Array(4)
    net.forward(theta, table.drive, 4, sense)
    expect([...sense].map(Math.round)).toEqual([0, 1, 1, 0])
  })
})
