import { describe, expect, it } from 'vitest'
import { pyramidLayout, stackLayout, uniformCrossings } from '../../../devices/neuromorphic-core/layouts/index.ts'
import type { CoreNetwork } from '../../../devices/neuromorphic-core/network.ts'
import { drainOf } from '../../../devices/neuromorphic-core/presentation.ts'
import { coreLayout, initialTheta } from '../../../devices/neuromorphic-core/theta.ts'
import { neuromorphicCore } from '../../../sim/core/core.ts'
import { ensemble } from '../../../sim/core/ensemble.ts'
import { attach } from '../../../src/contract/device.ts'
import { draws } from '../../../src/random/draws.ts'
import { STREAM } from '../../../src/random/streams.ts'

/** Some neurons of two cores: weights of several sizes, both tie rules. */
function uneven(): CoreNetwork {
  const network = stackLayout({ lines: 20, classes: 8, seed: 4 })
  return {
    ...network,
    outputs: 3,
    cores: network.cores.map((core) => ({
      ...core,
      neurons: core.neurons.slice(0, 70).map((neuron, j) => ({
        ...neuron,
        threshold: j % 2,
        weights: neuron.weights.map((s, type) => s * (1 + ((j + type) % 5))),
      })),
    })),
  }
}

/** Three cores in a row whose neurons spike at an input sum of 0, hence also while nothing is shown. */
function unasked(): CoreNetwork {
  const network = stackLayout({ lines: 20, classes: 8, cores: 3, tie: 'at-least', seed: 6 })
  return {
    ...network,
    cores: network.cores.map((core) => ({ ...core, neurons: core.neurons.slice(0, 60) })),
    outputs: 2,
  }
}

/** Two cores that hear a line each and a third that hears both of them. */
function joining(delays: readonly [number, number], output?: number): CoreNetwork {
  const one = { axonTypes: [0], crossbar: [[0]] }
  const neuron = { weights: [1, 1, 1, 1], threshold: 1 }
  const heard = delays.map((delay, axon) => ({
    ...one,
    neurons: [{ ...neuron, target: { core: 2, axon, delay } }, ...(output === axon ? [{ ...neuron, target }] : [])],
  }))
  const last = { axonTypes: [0, 0], crossbar: [[0], [0]], neurons: [{ ...neuron, target }] }
  return { cores: [...heard, last], inputs: [[{ core: 0, axon: 0 }], [{ core: 1, axon: 0 }]], outputs: 1 }
}
const target = { output: 0 }

describe('an ensemble', () => {
  it('refuses ways of different length, in ticks', () => {
    const sample = (network: CoreNetwork) => () => {
      const theta = initialTheta(network)
      return [...ensemble({ network, theta, drive: new Float64Array(2), rows: 1, members: 1, ticks: 1 })]
    }
    expect(sample(joining([2, 2]))).not.toThrow()
    expect(sample(joining([1, 2]))).toThrow('core 2 hears of the inputs on ways of 1 and of 2 ticks')
    expect(sample(joining([1, 1], 1))).toThrow('output 0 hears of the inputs on ways of 0 and of 1 ticks')
  })

  it.each(['rows', 'members', 'ticks'])('refuses numbers of %s that cannot be', (name) => {
    const network = stackLayout({ lines: 20, classes: 8 })
    const options = {
      network,
      theta: uniformCrossings(network, 1),
      drive: new Float64Array(20),
      rows: 1,
      members: 1,
      ticks: 1,
    }
    for (const count of [0, 1.5, Number.NaN])
      expect(() => [...ensemble({ ...options, [name]: count })]).toThrow(
        `${name} must be a whole number from 1, got ${count}`,
      )
  })

  it.each([
    ['weights of several sizes and leaks', uneven(), 3],
    ['five cores', pyramidLayout({ stride: 12 }), 0],
    ['neurons that spike unasked', unasked(), 0],
  ])('counts what its members count as machines: %s', async (_, network, spread) => {
    const lines = network.inputs.length
    const [rows, ticks, seed] = [3, 2, 9]
    const theta = uniformCrossings(network, 2)
    const random = draws(3, STREAM.testInputs)
    const { leak, threshold } = coreLayout(network)
    for (let i = leak; i < threshold; i++) theta[i] = spread * (random.uniform(i) - 0.5)
    const drive = Float64Array.from({ length: rows * lines }, (_, n) => random.uniform(n))
    for (const { member, counts, operations, idle } of ensemble({
      network,
      theta,
      drive,
      rows,
      members: 2,
      ticks,
      seed,
    })) {
      const machine = neuromorphicCore({ network, ticks, seed, member, synapses: 'held' })
      await using device = attach(machine)
      await device.store(theta)
      const read = new Float64Array(rows * network.outputs)
      await device.measure({ slots: rows, drive: { kind: 'track', data: drive, hold: 1 } }, read)
      const summed = read.map((_, n) => counts[n] + counts[read.length + n])
      expect(summed).toEqual(read)
      expect(new Set(read).size).toBeGreaterThan(2)
      expect(operations).toBe(machine.activity().operations)
      expect(idle > 0).toBe(drainOf(network) > 1)
    }
  })
})
