import { describe, expect, it } from 'vitest'
import {
  type CoreNetwork,
  checkNetwork,
  drainOf,
  type NeuronSpec,
  probabilisticNet,
  pyramidLayout,
  stackLayout,
} from '../../devices/index.ts'
import { SILENT, UNREAD } from '../../src/kernels/probabilistic/net.ts'

describe('layouts', () => {
  it.each([
    ['two cores', stackLayout(), 2, 1],
    ['a third', stackLayout({ cores: 3, classes: 3, arrangement: 'plain', tie: 'at-least' }), 3, 2],
    ['windows at stride 12', pyramidLayout({ stride: 12 }), 5, 1],
    ['windows at stride 4', pyramidLayout({ stride: 4 }), 30, 3],
    ['a single window', pyramidLayout({ side: 16, stride: 1 }), 1, 0],
  ])('fit the hardware: %s', (_, network, cores, drain) => {
    checkNetwork(network)
    expect(network.cores.length).toBe(cores)
    expect(drainOf(network)).toBe(drain)
    // Every axon hears something, once.
    const net = probabilisticNet(network)
    for (const { sources } of net.cores) expect([...sources]).not.toContain(SILENT)
    const read = net.cores.flatMap(({ groups }) => [...groups]).filter((group) => group !== UNREAD)
    expect(read.length).toBe(Math.floor(256 / network.outputs) * network.outputs)
  })

  it('turn copies so that a pixel meets every axon type', () => {
    const types = (network: CoreNetwork, line: number) =>
      network.inputs[line].map(({ axon }) => network.cores[0].axonTypes[axon]).sort()
    expect(types(stackLayout(), 5)).toEqual([0, 1, 2, 3])
    expect(types(stackLayout({ arrangement: 'plain' }), 5)).toEqual([1, 1, 1, 1])
  })

  it('give every neuron two types that excite and two that inhibit, drawn by seed', () => {
    const weights = (seed: number) => stackLayout({ seed }).cores[0].neurons.map(({ weights: of }) => of.join())
    expect(new Set(weights(1).map((of) => of.split(',').sort().join())).size).toBe(1)
    expect(new Set(weights(1)).size).toBe(6)
    expect(weights(1)).not.toEqual(weights(2))
  })

  it('show each pixel to the windows it lies in', () => {
    const { inputs } = pyramidLayout({ stride: 12 })
    expect(inputs[0]).toEqual([{ core: 0, axon: 0 }])
    // Row 13, column 14 is in all four windows.
    expect(inputs[13 * 28 + 14]).toEqual([
      { core: 0, axon: 13 * 16 + 14 },
      { core: 1, axon: 13 * 16 + 2 },
      { core: 2, axon: 16 + 14 },
      { core: 3, axon: 16 + 2 },
    ])
  })

  it('refuse what does not fit', () => {
    expect(() => stackLayout({ lines: 300 })).toThrow(/lines must be a whole number from 1 to 256, got 300/)
    expect(() => pyramidLayout({ side: 20, stride: 3 })).toThrow(/at stride 3 do not cover an image of 20 x 20/)
    expect(() => pyramidLayout({ side: 1000, stride: 12 })).toThrow(/cores must be .* from 1 to 4096, got 194054/)
  })
})

describe('a network as probabilities', () => {
  const first = (change: Partial<NeuronSpec>): CoreNetwork => {
    const { cores, ...rest } = stackLayout({ cores: 2 })
    const [one, two] = cores
    const neurons = one.neurons.map((neuron, j) => (j === 7 ? { ...neuron, ...change } : neuron))
    return { ...rest, cores: [{ ...one, neurons }, two] }
  }

  it('lies about the threshold where ties are to count', () => {
    expect(new Set(probabilisticNet(stackLayout(), 'zero').cores[0].bounds)).toEqual(new Set([0]))
    expect(new Set(probabilisticNet(stackLayout(), 'half').cores[0].bounds)).toEqual(new Set([0.5]))
    const atLeast = probabilisticNet(stackLayout({ tie: 'at-least' }), 'half')
    expect(new Set(atLeast.cores[0].bounds)).toEqual(new Set([-0.5]))
  })

  it('has its cores in order, wherever they are in the network', () => {
    const { cores, inputs, ...rest } = stackLayout({ cores: 2 })
    const moved = {
      ...rest,
      cores: [
        cores[1],
        { ...cores[0], neurons: cores[0].neurons.map((n, j) => ({ ...n, target: { core: 0, axon: j, delay: 2 } })) },
      ],
      inputs: inputs.map((axons) => axons.map(({ axon }) => ({ core: 1, axon }))),
    }
    const net = probabilisticNet(moved)
    expect(net.cores.map(({ neurons }) => neurons)).toEqual([256, 250])
    expect(net.cores[0].crossings).toBe(250 * 256)
    expect(net.cores[1].sources[3]).toBe(64 + 3)
  })

  it.each<[string, Partial<NeuronSpec>, RegExp]>([
    ['that remembers', { threshold: 2 }, /core 0, neuron 7: its threshold is 2/],
    ['that is reset elsewhere', { reset: 'subtract' }, /core 0, neuron 7: reset is 'subtract'/],
    ['with a floor below 0', { negativeThreshold: 4 }, /core 0, neuron 7: below -4 it does 'saturate'/],
    ['with a stochastic leak', { stochasticLeak: true }, /core 0, neuron 7: its leak is stochastic/],
    ['that shares an axon', { target: { core: 1, axon: 8, delay: 1 } }, /core 1, axon 8: it has several sources/],
    ['in a circle', { target: { core: 0, axon: 8, delay: 1 } }, /core 0 reaches itself/],
  ])('refuses a neuron %s', (_, change, message) => {
    expect(() => probabilisticNet(first(change))).toThrow(message)
  })
})
