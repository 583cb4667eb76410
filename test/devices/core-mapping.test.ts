import { describe, expect, it } from 'vitest'
import { checkNetwork, findingsOf } from '../../devices/neuromorphic-core/check.ts'
import { MAPPING_RULES } from '../../devices/neuromorphic-core/rules/index.ts'
import type { Finding, NetworkDraft, NeuronDraft } from '../../devices/neuromorphic-core/rules/rule.ts'
import { InsituError } from '../../src/errors.ts'
import { smallNetwork } from './core-networks.ts'

type CoreDraft = NetworkDraft['cores'][number]

const network = (change: Partial<NetworkDraft>): NetworkDraft => ({ ...smallNetwork(), ...change })

/** The small network with core 0 changed. */
const core = (change: Partial<CoreDraft>): NetworkDraft => {
  const { cores } = smallNetwork()
  return network({ cores: [{ ...cores[0], ...change }, cores[1]] })
}

/** The small network with neuron 1 of core 0 changed. */
const neuron = (change: Partial<NeuronDraft>): NetworkDraft => {
  const { neurons } = smallNetwork().cores[0]
  return core({ neurons: [neurons[0], { ...neurons[1], ...change }, neurons[2]] })
}

const many = (axons: number): NetworkDraft =>
  core({
    axonTypes: new Array<number>(axons).fill(0),
    crossbar: Array.from({ length: axons }, (_, a) => (a < 257 ? [1] : [])),
  })

/** What breaks which rule, where, and what was given. */
const BROKEN: readonly (readonly [rule: string, broken: NetworkDraft, where: string, given: string])[] = [
  ['cores', network({ cores: [], inputs: [] }), 'number of cores', '0'],
  ['axons', many(300), 'core 0, number of axons', '300'],
  ['fan-in', many(257), 'core 0, neuron 1, inputs', '257'],
  [
    'neurons',
    core({ neurons: new Array<NeuronDraft>(257).fill({ weights: [0, 0, 0, 0], threshold: 1 }) }),
    'core 0, number of neurons',
    '257',
  ],
  ['seed', network({ seed: -1 }), 'seed', '-1'],
  ['seed', network({ seed: 2 ** 32 }), 'seed', '4294967296'],
  ['axon-types', core({ axonTypes: [0, 1, 4, 3] }), 'core 0, axon 2, type', '4'],
  ['four-weights', neuron({ weights: [1, 1, 1, 1, 1] }), 'core 0, neuron 1, number of weights', '5'],
  ['four-weights', neuron({ stochasticWeights: [true] }), 'core 0, neuron 1, number of stochasticWeights', '1'],
  ['weight-range', neuron({ weights: [0, 0, 256, 0] }), 'core 0, neuron 1, weight of axon type 2', '256'],
  ['weight-range', neuron({ weights: [0, 0, 0, -257] }), 'core 0, neuron 1, weight of axon type 3', '-257'],
  ['weight-range', neuron({ weights: [0.5, 0, 0, 0] }), 'core 0, neuron 1, weight of axon type 0', '0.5'],
  ['leak-range', neuron({ leak: 256 }), 'core 0, neuron 1, leak', '256'],
  ['threshold-range', neuron({ threshold: -1 }), 'core 0, neuron 1, threshold', '-1'],
  ['threshold-range', neuron({ negativeThreshold: 262144 }), 'core 0, neuron 1, negativeThreshold', '262144'],
  ['mask-range', neuron({ thresholdMask: 131072 }), 'core 0, neuron 1, thresholdMask', '131072'],
  ['potential-range', neuron({ potential: 524288 }), 'core 0, neuron 1, potential', '524288'],
  ['potential-range', neuron({ resetPotential: -524289 }), 'core 0, neuron 1, resetPotential', '-524289'],
  ['crossbar-rows', core({ crossbar: [[0], [1], [2]] }), 'core 0, rows of the crossbar', '3'],
  ['crossings', core({ crossbar: [[0], [1, 3], [], []] }), 'core 0, axon 1, crossing 1', '3'],
  ['crossings', core({ crossbar: [[0], [1, 1], [], []] }), 'core 0, axon 1, crossing 1', '1'],
  ['crossings', core({ crossbar: [[0], [], [], [2, 0]] }), 'core 0, axon 3, crossing 1', '0'],
  [
    'one-target',
    neuron({ target: [{ core: 0, axon: 3, delay: 1 }, { output: 1 }] }),
    'core 0, neuron 1, target',
    'a list of 2',
  ],
  ['target-exists', neuron({ target: { core: 2, axon: 0, delay: 1 } }), 'core 0, neuron 1, core of its target', '2'],
  [
    'target-exists',
    neuron({ target: { core: 1, axon: 2, delay: 1 } }),
    'core 0, neuron 1, axon of its target on core 1',
    '2',
  ],
  ['delay', neuron({ target: { core: 1, axon: 0, delay: 0 } }), 'core 0, neuron 1, delay', '0'],
  ['delay', neuron({ target: { core: 1, axon: 0, delay: 16 } }), 'core 0, neuron 1, delay', '16'],
  ['input-axons', network({ inputs: [[{ core: 0, axon: 4 }]] }), 'input line 0, axon of core 0', '4'],
  ['input-axons', network({ inputs: [[], [{ core: -1, axon: 0 }]] }), 'input line 1, core', '-1'],
  ['outputs', network({ outputs: 3 }), 'output 2', 'none'],
  ['outputs', network({ outputs: 0 }), 'number of outputs', '0'],
  ['outputs', network({ outputs: 1e12 }), 'number of outputs', '1000000000000'],
  ['outputs', neuron({ target: { output: 2 } }), 'core 0, neuron 1, output of its target', '2'],
]

describe('the mapping checker', () => {
  it('lets a network pass that the hardware can hold, at its limits too', () => {
    expect(findingsOf(smallNetwork())).toEqual([])
    expect(findingsOf(many(256))).toEqual([])
    expect(findingsOf(neuron({ weights: [-256, 255, 0, 0], target: { core: 1, axon: 1, delay: 15 } }))).toEqual([])
  })

  it.each(BROKEN)('%s: %#', (rule, broken, where, given) => {
    const found = findingsOf(broken).filter((one) => one.rule === rule)
    expect(found).toContainEqual(expect.objectContaining({ where, given }))
    expect(found[0].wanted).not.toBe('')
  })

  it('has a case above for every rule, and a reason in every rule', () => {
    expect(new Set(BROKEN.map(([rule]) => rule))).toEqual(new Set(MAPPING_RULES.map(({ name }) => name)))
    for (const { why } of MAPPING_RULES) expect(why.length).toBeGreaterThan(20)
  })

  it('runs all rules and says everything in one error', () => {
    const broken = neuron({
      weights: [300, 1, 1],
      leak: Number.NaN,
      threshold: Number.POSITIVE_INFINITY,
      target: [{ core: 9, axon: 0, delay: 16 }],
    })
    const error = caught(() => checkNetwork(broken, 'broken.json'))
    expect(error.code).toBe('CONFIG')
    const findings = error.cause as readonly Finding[]
    expect(findings.map(({ rule }) => rule)).toEqual([
      ...['four-weights', 'weight-range', 'leak-range', 'threshold-range', 'one-target', 'target-exists', 'delay'],
    ])
    expect(error.message).toContain('broken.json has 7 faults')
    expect(error.message).toContain('core 0, neuron 1, leak: wanted a whole number from -256 to 255, given NaN')
    expect(error.message).toContain('and 2 more')
    expect(error.hint).toContain('four-weights: ')
  })
})

function caught(run: () => unknown): InsituError {
  try {
    run()
  } catch (error) {
    if (error instanceof InsituError) return error
    throw error
  }
  throw new Error('nothing was thrown')
}
