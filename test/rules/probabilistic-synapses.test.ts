import { describe, expect, it } from 'vitest'
import { coreLayout, probabilisticNet, stackLayout, uniformCrossings } from '../../devices/index.ts'
import { neuromorphicCore } from '../../sim/index.ts'
import { attach } from '../../src/contract/device.ts'
import { probabilisticOracle } from '../../src/kernels/probabilistic/oracle.ts'
import { adam } from '../../src/optim/adam.ts'
import { probabilisticSynapses } from '../../src/rules/probabilistic-synapses.ts'
import type { Lesson } from '../../src/rules/rule.ts'
import { train } from '../../src/rules/train.ts'

/** A core with 12 of its neurons: three classes. */
function small() {
  const { cores, ...rest } = stackLayout({ lines: 4, classes: 64, cores: 1, seed: 3 })
  const network = { ...rest, cores: [{ ...cores[0], neurons: cores[0].neurons.slice(0, 12) }], outputs: 3 }
  const theta = uniformCrossings(network, 5)
  return { network, theta, layout: coreLayout(network), net: probabilisticNet(network, 'half') }
}

const lesson: Lesson = {
  rows: 3,
  drive: Float64Array.of(1, 0.1, 0.4, 0, 0, 0.9, 0.3, 0.8, 0.5, 0.5, 0, 1),
  target: Float64Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1),
}
const lessons = { next: () => lesson }

describe('probabilistic-synapses', () => {
  it('finds the slope of its cost and of its regulariser', async () => {
    const { network, theta, net, layout } = small()
    await using device = attach(neuromorphicCore({ network, synapses: 'held' }))
    const lambda = 0.01
    const rule = probabilisticSynapses({ net, regulariser: lambda, engine: probabilisticOracle })
    const state = await rule.begin(device, theta)
    const estimate = await rule.step(device, state, theta, lessons, {})
    const gradient = (estimate.gradient as Float64Array).slice()
    expect(estimate.slots).toBe(0)
    const value = async () => {
      const { cost } = await rule.step(device, state, theta, lessons, {})
      return theta.subarray(0, layout.synapses).reduce((sum, c) => sum + (lambda / 12) * c * (1 - c), cost)
    }
    const h = 1e-5
    for (let i = 0; i < layout.threshold; i += 401) {
      const held = theta[i]
      theta[i] = held + h
      const above = await value()
      theta[i] = held - h
      const below = await value()
      theta[i] = held
      expect(Math.abs((above - below) / (2 * h) - gradient[i])).toBeLessThan(1e-7)
    }
    expect([...gradient.subarray(layout.threshold)].every((g) => g === 0)).toBe(true)
  })

  it('learns within the limits, on the machine, and leaves thresholds alone', async () => {
    const { network, theta, net, layout } = small()
    await using device = attach(neuromorphicCore({ network, synapses: 'held' }))
    const costs: number[] = []
    const rule = probabilisticSynapses({ net, regulariser: (step) => 1e-3 * step })
    for await (const { cost, projected } of train(rule, device, theta, lessons, { optimizer: adam(0.05), steps: 60 })) {
      costs.push(cost)
      if (costs.length === 60) expect(projected).toBeGreaterThan(0)
    }
    expect(costs[59]).toBeLessThan(costs[0] / 2)
    const crossings = theta.subarray(0, layout.synapses)
    expect(Math.min(...crossings)).toBe(0)
    expect(Math.max(...crossings)).toBe(1)
    expect(new Set(theta.subarray(layout.threshold))).toEqual(new Set([1]))
  })

  it('refuses a machine of another network and lessons that are none', async () => {
    const { network, net, theta } = small()
    await using other = attach(neuromorphicCore({ network: stackLayout({ lines: 4, cores: 1 }), synapses: 'held' }))
    const rule = probabilisticSynapses({ net })
    expect(() => rule.begin(other, theta)).toThrow(/the net has 3096 parameters, neuromorphic-core .* has 64500/)
    await using device = attach(neuromorphicCore({ network, synapses: 'held' }))
    const state = await rule.begin(device, theta)
    const step = (wrong: Partial<Lesson>) =>
      rule.step(device, state, theta, { next: () => ({ ...lesson, ...wrong }) }, {})
    await expect(step({ rows: 4 })).rejects.toThrow(/a lesson of 4 rows wants 16 inputs and 12 targets, got 12 and 9/)
    await expect(step({ drive: lesson.drive.map((x, n) => (n === 6 ? 1.5 : x)) })).rejects.toThrow(
      /row 1, input 2 of a lesson is 1.5, wanted a probability/,
    )
    expect(() => probabilisticSynapses({ net, regulariser: -1 })).toThrow(/regulariser must be from 0, got -1/)
  })
})
