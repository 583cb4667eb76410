import type { CoreNetwork, NeuronSpec, Target } from '../../devices/neuromorphic-core/network.ts'
import type { LawOptions } from '../../src/testing/index.ts'

/** Two cores, the first feeding the second, small enough for laws; `random` turns on what draws random numbers. */
export function coresForLaws({ random = false } = {}): CoreNetwork {
  const to = (core: number, axon: number, delay: number): Target => ({ core, axon, delay })
  const targets: readonly (readonly Target[])[] = [
    [to(1, 0, 1), to(1, 1, 1), to(1, 2, 2), to(1, 3, 1), { output: 0 }, { output: 0 }],
    [{ output: 1 }, { output: 2 }, { output: 3 }, { output: 3 }],
  ]
  const neuron = (target: Target, n: number): NeuronSpec => ({
    weights: [9, -5, 14, 7],
    threshold: 1,
    negativeThreshold: 30,
    reset: n % 2 === 0 ? 'value' : 'subtract',
    target,
    ...(random && n % 3 === 0 && { stochasticWeights: [true, false, false, true], stochasticLeak: true }),
    ...(random && { thresholdMask: 7 }),
  })
  return {
    cores: targets.map((list) => ({
      axonTypes: [0, 1, 2, 3, 0, 0],
      neurons: list.map(neuron),
      crossbar: [[0, 1], [2], [3], [1, 3], [0], [2, 3]],
    })),
    inputs: [0, 1, 2].map((line) => [
      { core: 0, axon: line },
      { core: 0, axon: 3 + line },
      { core: 1, axon: 4 + (line % 2) },
    ]),
    outputs: 4,
    seed: 3,
  }
}

/** Where these cores work: every synapse as likely open as closed, thresholds that a few spikes reach. */
export const CORES_AT_WORK = {
  centre: [0.5, 0, 12],
  spread: [0.5, 0.03, 6e-5],
} as const satisfies LawOptions
