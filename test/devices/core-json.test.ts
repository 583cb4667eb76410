import { describe, expect, it } from 'vitest'
import { readNetwork, writeNetwork } from '../../devices/neuromorphic-core/json.ts'
import { InsituError } from '../../src/errors.ts'
import { smallNetwork } from './core-networks.ts'

const NEURON = { weights: [1, 0, 0, -1], threshold: 1, target: { output: 0 } }
const CORE = { axonTypes: [0], neurons: [NEURON], crossbar: [[0]] }
const FILE = { cores: [CORE], inputs: [[{ core: 0, axon: 0 }]], outputs: 1 }

const withCore = (change: object) => ({ ...FILE, cores: [{ ...CORE, ...change }] })
const withNeuron = (change: object) => withCore({ neurons: [NEURON, { ...NEURON, ...change }] })

describe('networks as JSON', () => {
  it('come back as they were written', () => {
    const network = smallNetwork()
    const text = writeNetwork(network)
    expect(readNetwork(text)).toEqual(network)
    expect(readNetwork(JSON.parse(text))).toEqual(network)
    expect(readNetwork(writeNetwork(readNetwork(text)))).toEqual(network)
    expect(readNetwork(FILE)).toEqual(FILE)
  })

  it('take the defaults of a core for what its neurons do not say', () => {
    const { target, ...defaults } = NEURON
    const file = withCore({ defaults: { ...defaults, leak: 2 }, neurons: [{ target }, { threshold: 5 }] })
    const neurons = readNetwork(file).cores[0].neurons
    expect(neurons).toEqual([
      { ...NEURON, leak: 2 },
      { ...defaults, leak: 2, threshold: 5 },
    ])
  })

  it.each([
    ['{"cores": [', 'net.json is no JSON'],
    ['{"outputs": NaN}', 'net.json is no JSON'],
    ['', 'net.json is no JSON'],
    ['{"outputs": 1, "outputs": 2}', '"outputs" is given twice'],
    ['[]', 'cores is missing'],
    [null, 'it must be an object, got null'],
    [7, 'it must be an object, got 7'],
    [{}, 'cores is missing'],
    [{ ...FILE, output: 1 }, 'output is not known here'],
    [{ ...FILE, outputs: '1' }, 'outputs must be a number, got "1"'],
    [{ ...FILE, outputs: Number.NaN }, 'outputs must be a number, got NaN'],
    [{ ...FILE, inputs: [{ core: 0 }] }, 'input line 0 must be a list, got Object'],
    [{ ...FILE, inputs: [[{ core: 0 }]] }, 'input line 0[0], axon is missing'],
    [{ ...FILE, cores: [CORE, null] }, 'core 1 must be an object, got null'],
    [withCore({ axonTypes: 4 }), 'core 0, axonTypes must be a list of numbers, got 4'],
    [withCore({ axonTypes: [0, '1'] }), 'core 0, axonTypes[1] must be a number, got "1"'],
    [withCore({ crossbar: [['0']] }), 'core 0, crossbar row 0[0] must be a number, got "0"'],
    [withCore({ neurons: {} }), 'core 0, neurons must be a list of neurons'],
    [withNeuron({ weights: null }), 'core 0, neuron 1, weights must be a list of numbers, got null'],
    [withNeuron({ leakReversal: 1 }), 'core 0, neuron 1, leakReversal must be true or false, got 1'],
    [withNeuron({ reset: 'linear' }), 'core 0, neuron 1, reset must be "value", "subtract" or "none", got "linear"'],
    [withNeuron({ below: 0 }), 'core 0, neuron 1, below must be "saturate" or "reset", got 0'],
    [withNeuron({ vth: 3 }), 'core 0, neuron 1, vth is not known here'],
    [withNeuron({ target: { core: 0, axon: 0 } }), 'core 0, neuron 1, target, delay is missing'],
    [withNeuron({ target: { output: 0, delay: 1 } }), 'core 0, neuron 1, target, delay is not known here'],
    [withNeuron({ target: [{ output: 0 }, 3] }), 'core 0, neuron 1, target[1] must be an object, got 3'],
    [
      withNeuron({ target: [{ output: 0 }, { output: 0 }] }),
      'core 0, neuron 1, target: wanted one target, given a list of 2',
    ],
    [
      withNeuron({ leak: Number.POSITIVE_INFINITY }),
      'core 0, neuron 1, leak: wanted a whole number from -256 to 255, given Infinity',
    ],
    [withCore({ neurons: [{ weights: [1, 1, 1, 1] }] }), 'core 0, neuron 0, threshold is missing'],
    [
      JSON.stringify(withNeuron({ leak: 1 })).replace('"leak"', '"__proto__"'),
      'core 0, neuron 1, __proto__ is not known here',
    ],
  ])('%#: %j', (json, message) => {
    const read = () => readNetwork(json, 'net.json')
    expect(read).toThrow(InsituError)
    expect(read).toThrow(expect.objectContaining({ code: 'CONFIG', message: expect.stringContaining(message) }))
    expect(read).toThrow(/net\.json/)
  })

  it('are refused in little time where lists are huge', () => {
    const file = { ...withCore({ axonTypes: new Array<number>(1_000_000).fill(9) }), outputs: 1e15 }
    expect(() => readNetwork(file)).toThrow(
      /core 0, number of axons: wanted a whole number from 0 to 256, given 1000000/,
    )
  })
})
