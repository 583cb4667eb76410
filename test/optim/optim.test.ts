import { describe, expect, test } from 'vitest'
import { adam } from '../../src/optim/adam.ts'
import { momentum } from '../../src/optim/momentum.ts'
import type { Optimizer } from '../../src/optim/optimizer.ts'
import { constant, cosine, inverse, stepwise } from '../../src/optim/schedule.ts'
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
