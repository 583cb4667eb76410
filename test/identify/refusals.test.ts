import { describe, expect, it } from 'vitest'
import { chua, lorenz, noisy, randomNetwork, simulateUnits } from '../../sim/index.ts'
import { COUPLINGS, identifyNetwork, polynomials, type Traces } from '../../src/identify/index.ts'
import { lorenzNetwork } from './networks.ts'

const { read, truth } = lorenzNetwork(1, { nodes: 4, samples: 400, noise: 0.02 })

const refusal = (code: string, part: string) =>
  expect.objectContaining({ code, message: expect.stringContaining(part) })

describe('traces are refused', () => {
  it('with the node, component and sample of what is no number', () => {
    const data = read.data.slice()
    data[(7 * 4 + 2) * 3 + 1] = Number.NaN
    const names = ['north', 'east', 'south', 'west']
    const message = 'sample 7 of stretch 0 is NaN at node south, component y'
    expect(() => identifyNetwork({ ...read, data, names })).toThrow(refusal('NOT_FINITE', message))
  })

  it.each([
    ['lengths', { data: new Float64Array(11) }, 'SHAPE', '4800 numbers, got 11'],
    ['names', { names: ['a'] }, 'SHAPE', '1 names for 4'],
    ['one node', { nodes: 1, samples: 1600 }, 'SHAPE', '1 nodes'],
    ['time steps', { dt: 0 }, 'CONFIG', 'dt is 0'],
  ] as const)('with %s that do not fit', (_, change, code, part) => {
    expect(() => identifyNetwork({ ...read, ...change })).toThrow(refusal(code, part))
  })

  it('with stretches of different units, or none', () => {
    const other = lorenzNetwork(1, { nodes: 3, samples: 400 }).read
    expect(() => identifyNetwork([read, other])).toThrow(refusal('SHAPE', 'stretch 1 has 3 nodes'))
    expect(() => identifyNetwork([])).toThrow(refusal('CONFIG', 'no traces'))
  })

  it('where they are too short', () => {
    const short = { ...read, samples: 30, data: read.data.slice(0, 30 * 12) }
    expect(() => identifyNetwork(short)).toThrow(refusal('CONFIG', 'too short for 4 nodes and 10 local terms'))
  })
})

describe('settings are refused', () => {
  it.each([
    ['coupling', { coupling: { ...COUPLINGS.diffusive(), into: 3 } }, 'CONFIG', 'component 3'],
    ['library', { library: polynomials(2, 2) }, 'SHAPE', 'library of 2'],
    ['noise', { noise: [0.1] }, 'SHAPE', 'wanted 3 deviations'],
    ['significance', { significance: 1 }, 'CONFIG', 'significance 1'],
    ['window', { window: 0.01 }, 'CONFIG', '3 samples'],
  ])('%s', (_, options, code, part) => {
    expect(() => identifyNetwork(read, options)).toThrow(refusal(code, part))
  })
})

describe('units that move together', () => {
  // Nodes 0 and 1 alike from the start and driven alike: nothing tells which of them acts.
  const units = { dynamics: lorenz(), coupling: COUPLINGS.diffusive(), nodes: 4, weights: twins() }
  const start = Float64Array.from({ length: 12 }, (_, n) => [1, 2, 20, 1, 2, 20, -5, -6, 22, 8, 3, 30][n])
  const traces: Traces = noisy(simulateUnits(units, { samples: 600, dt: 0.01, seed: 1, start }), [0.02, 0.02, 0.02], 1)

  it('are refused by their names', () => {
    const names = ['a', 'b', 'c', 'd']
    expect(() => identifyNetwork({ ...traces, names })).toThrow(refusal('CONFIG', 'into node c from nodes a, b'))
    expect(() => identifyNetwork({ ...traces, names })).toThrow(refusal('CONFIG', 'into node a from node b'))
  })

  it('or reported, and the rest is found', () => {
    const fit = identifyNetwork(traces, { determined: 'reported' })
    expect(fit.undetermined.map(({ node, from }) => [node, [...from]])).toEqual([
      [0, [1]],
      [1, [0]],
      [2, [0, 1]],
      [3, [0, 1]],
    ])
    for (const { ratio } of fit.undetermined) expect(ratio).toBeLessThan(1.73)
    expect(fit.weights[2 * 4 + 0]).toBeNaN()
    expect(fit.deviations[2 * 4 + 1]).toBe(Number.POSITIVE_INFINITY)
    expect(Math.abs(fit.weights[3 * 4 + 2] - 0.5)).toBeLessThan(5 * fit.deviations[3 * 4 + 2])
  })

  it('without noise as well', () => {
    const clean = simulateUnits(units, { samples: 600, dt: 0.01, seed: 1, start })
    const { undetermined } = identifyNetwork(clean, { determined: 'reported' })
    expect(undetermined.map(({ node }) => node)).toEqual([0, 1, 2, 3])
  })

  function twins(): Float64Array {
    const weights = new Float64Array(16)
    weights[2 * 4 + 0] = 0.5
    weights[3 * 4 + 2] = 0.5
    return weights
  }
})

it('local terms that a closed orbit hides, and that are missed, are named', () => {
  const weights = randomNetwork(3, 0.5, { low: 0.2, high: 1 }, 2)
  const units = { dynamics: chua(), coupling: COUPLINGS.diffusive(), nodes: 3, weights }
  const clean = simulateUnits(units, { samples: 600, dt: 0.05, settle: 500, seed: 2 })
  const library = polynomials(3, 3)
  const settings = { library, window: 0.8 }
  const traces = noisy(clean, [0.02, 0.02, 0.02], 2)
  expect(() => identifyNetwork(traces, settings)).toThrow(refusal('CONFIG', 'the local terms x^3'))
  const { hidden, misfit } = identifyNetwork(traces, { ...settings, determined: 'reported' })
  expect(hidden[0]).toContain('x^3')
  expect(misfit[0]).toBeGreaterThan(2)
})

it('a network is drawn from its seed', () => {
  expect([...randomNetwork(4, 0.5, { low: 0.3, high: 1 }, 1)]).toEqual([...truth])
})
