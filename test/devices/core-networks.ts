import type { CoreNetwork, NeuronSpec } from '../../devices/neuromorphic-core/network.ts'

const neuron = (more: Partial<NeuronSpec>): NeuronSpec => ({ weights: [1, -1, 2, -2], threshold: 1, ...more })

/** Two small cores with every field in use: two inputs, a recurrent connection, two outputs. */
export function smallNetwork(): CoreNetwork {
  return {
    cores: [
      {
        axonTypes: [0, 1, 2, 3],
        neurons: [
          neuron({ target: { core: 1, axon: 0, delay: 1 }, leak: -3, leakReversal: true, stochasticLeak: true }),
          neuron({ target: { core: 0, axon: 3, delay: 15 }, thresholdMask: 7, negativeThreshold: 5, below: 'reset' }),
          neuron({
            target: { core: 1, axon: 1, delay: 2 },
            reset: 'subtract',
            stochasticWeights: [true, false, true, false],
          }),
        ],
        crossbar: [[0, 1], [1, 2], [], [0, 2]],
      },
      {
        axonTypes: [0, 3],
        neurons: [
          neuron({ target: { output: 0 }, resetPotential: -4, potential: 9 }),
          neuron({ target: { output: 1 }, reset: 'none' }),
        ],
        crossbar: [[0], [0, 1]],
      },
    ],
    inputs: [
      [
        { core: 0, axon: 0 },
        { core: 0, axon: 1 },
      ],
      [{ core: 0, axon: 1 }],
    ],
    outputs: 2,
    seed: 7,
  }
}
