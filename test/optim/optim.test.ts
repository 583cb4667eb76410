import { describe, expect, test } from 'vitest'
import { adam } from '../../src/optim/adam.ts'
import { momentum } from '../../src/optim/momentum.ts'
import type { Optimizer } from '../../src/optim/optimizer.ts'
import { constant, cosine, inverse, stepwise, warmed } from '../../src/optim/schedule.ts'
import { sgd } from '../../src/optim/sgd.ts'
import { withUpdateNoise } from '../../src/optim/update-noise.ts'

const noisy = (kind: 'independent' | 'common') => () => withUpdateNoise(adam(0.05), { sigma: 1e-3, kind, seed: 3 })
const all: Record<string, () => Optimizer> = {
  sgd: () => sgd(0.05),
  'sgd on a schedule': () => sgd(cosine(0.1, 300, 0.01)),
  momentum: () => momentum(0.02, 0.8),
  adam: () => adam(0.05),
  'independent noise': noisy('independent'),
  'common noise': noisy('common'),
}
const slope = (theta: Float64Array) => Float64Array.of(2 * (theta[0] - 1), 6 * (theta[1] + 2))

describe.each(Object.entries(all))('%s', (_, make) => {
  test('comes to the bottom of a bowl', () => {
    const optimizer = make()
    const theta = Float64Array.of(0, 0)
    for (let n = 0; n < 400; n++) optimizer.step(theta, slope(theta))
    // Independent noise of 1e-3 per update settles below 1e-2 on these slopes.
    expect(theta[0]).toBeCloseTo(1, 1)
    expect(theta[1]).toBeCloseTo(-2, 1)
  })

  test('goes on exactly from saved data that went through JSON', () => {
    const optimizer = make()
    const theta = Float64Array.of(0.3, -0.4)
    for (let n = 0; n < 7; n++) optimizer.step(theta, slope(theta))
    const resumed = make()
    resumed.load(JSON.parse(JSON.stringify(optimizer.save())))
    const copy = theta.slice()
    for (let n = 0; n < 7; n++) {
      optimizer.step(theta, slope(theta))
      resumed.step(copy, slope(copy))
    }
    expect([...copy]).toEqual([...theta])
  })

  test('refuses saved data of another kind', () => {
    expect(() => make().load({ hello: 1 })).toThrow(/saved state must hold/)
  })
})

test('adam steps by the rate at first, whatever the scale of the gradient', () => {
  for (const scale of [1e-4, 1, 1e6]) {
    const theta = Float64Array.of(0, 0)
    adam(0.1).step(theta, Float64Array.of(scale, -scale))
    expect(theta[0]).toBeCloseTo(-0.1, 4)
    expect(theta[1]).toBeCloseTo(0.1, 4)
  }
})

test('momentum follows its recurrence', () => {
  const optimizer = momentum(0.1, 0.5)
  const theta = Float64Array.of(0)
  const trace: number[] = []
  for (const g of [1, 1, 0]) {
    optimizer.step(theta, Float64Array.of(g))
    trace.push(theta[0])
  }
  expect(trace.map((v) => +v.toFixed(12))).toEqual([-0.1, -0.25, -0.325])
})

test('schedules', () => {
  expect([0, 1, 9].map(constant(0.5))).toEqual([0.5, 0.5, 0.5])
  expect([0, 1, 9].map(inverse(1, 0.1))).toEqual([1, 1 / 1.1, 1 / 1.9])
  expect([0, 10, 20, 99].map(cosine(1, 20))).toEqual([1, 0.5, 0, 0])
  expect([0, 1, 2, 3, 9].map(warmed(constant(1), 3))).toEqual([0.25, 0.5, 0.75, 1, 1])
  expect([0, 3, 4, 8].map(stepwise(1, 0.5, 4))).toEqual([1, 1, 0.5, 0.25])
  expect(() => sgd(-1)).toThrow(/rate must be a positive number, got -1/)
})

test('common noise moves all parameters alike, independent noise does not', () => {
  const zero = new Float64Array(50)
  const moved = (kind: 'independent' | 'common') => {
    const theta = new Float64Array(50)
    withUpdateNoise(sgd(1), { sigma: 0.1, kind, seed: 1 }).step(theta, zero)
    return theta
  }
  expect(new Set(moved('common')).size).toBe(1)
  expect(moved('common')[0]).not.toBe(0)
  const independent = moved('independent')
  expect(new Set(independent).size).toBe(50)
  const deviation = Math.sqrt(independent.reduce((s, v) => s + v * v, 0) / 50)
  expect(deviation).toBeGreaterThan(0.05)
  expect(deviation).toBeLessThan(0.15)
})

test.each(['independent', 'common'] as const)('%s update noise is drawn anew at every update', (kind) => {
  const [width, updates] = [4, 2000]
  const optimizer = withUpdateNoise(sgd(1), { sigma: 0.1, kind, seed: 1 })
  const moves = Array.from({ length: updates }, () => {
    const theta = new Float64Array(width)
    optimizer.step(theta, new Float64Array(width))
    return theta.map((v) => v / 0.1)
  })
  const mean = (of: (move: Float64Array, n: number) => number) => moves.reduce((s, m, n) => s + of(m, n), 0) / updates
  // A product of standard normal numbers has deviation 1, their square sqrt(2); bars at five deviations of 2000 draws.
  const bar = 5 / Math.sqrt(updates)
  for (let i = 0; i < width; i++) {
    expect(Math.abs(mean((move) => move[i]))).toBeLessThan(bar)
    expect(Math.abs(mean((move) => move[i] ** 2) - 1)).toBeLessThan(bar * Math.SQRT2)
    for (let j = 0; j < width; j++) {
      const next = mean((move, n) => move[i] * (moves[n + 1]?.[j] ?? 0))
      expect(Math.abs(next)).toBeLessThan(bar)
      if (i < j && kind === 'independent') expect(Math.abs(mean((move) => move[i] * move[j]))).toBeLessThan(bar)
    }
  }
})

test('adam follows the recurrence of Kingma and Ba', () => {
  const optimizer = adam(0.1, { beta1: 0.8, beta2: 0.95, epsilon: 1e-3 })
  const theta = Float64Array.of(0)
  const gradients = [1, -0.5, 0.25, 2, 0]
  let wanted = 0
  gradients.forEach((g, n) => {
    optimizer.step(theta, Float64Array.of(g))
    // Written out as weighted sums over all gradients so far, divided by the sum of their weights.
    const average = (beta: number, power: number) => {
      const weights = gradients.slice(0, n + 1).map((_, k) => beta ** (n - k))
      const total = weights.reduce((sum, w) => sum + w, 0)
      return weights.reduce((sum, w, k) => sum + w * gradients[k] ** power, 0) / total
    }
    wanted -= (0.1 * average(0.8, 1)) / (Math.sqrt(average(0.95, 2)) + 1e-3)
    expect(theta[0]).toBeCloseTo(wanted, 12)
  })
})
