import {
  type CoreNetwork,
  coreLayout,
  initialTheta,
  memorylessNeuron,
  type NeuronSpec,
} from '../../../../devices/index.ts'
import { draws } from '../../../random/draws.ts'
import { STREAM } from '../../../random/streams.ts'

export interface SmallCores {
  readonly lines: number
  /** Axons that every line reaches, each of another type. */
  readonly copies: number
  /** Neurons of a core between inputs and outputs; none if 0. */
  readonly hidden: number
  readonly classes: number
  /** Neurons per class. */
  readonly each: number
}

/** Cores of neurons without memory, small enough to be trained by reads alone: one, or one after the other. */
export function smallCores({ lines, copies, hidden, classes, each }: SmallCores, seed: number): CoreNetwork {
  const core = (axons: number, neurons: readonly NeuronSpec[]) => ({
    axonTypes: Array.from({ length: axons }, (_, a) => a % 4),
    neurons,
    crossbar: Array.from({ length: axons }, () => []),
  })
  const last = Array.from({ length: classes * each }, (_, j) =>
    memorylessNeuron(seed, hidden + j, 'strict', { output: Math.floor(j / each) }),
  )
  const first = Array.from({ length: hidden }, (_, j) =>
    memorylessNeuron(seed, j, 'strict', { core: 1, axon: j, delay: 1 }),
  )
  const axons = lines * copies
  return {
    cores: hidden === 0 ? [core(axons, last)] : [core(axons, first), core(hidden, last)],
    inputs: Array.from({ length: lines }, (_, line) =>
      Array.from({ length: copies }, (_, k) => ({ core: 0, axon: k * lines + ((line + k) % lines) })),
    ),
    outputs: classes,
    seed,
  }
}

/** Probabilities drawn from [margin, 1 - margin), leaks and thresholds of the network. */
export function drawnCrossings(network: CoreNetwork, margin: number, seed: number): Float64Array {
  const theta = initialTheta(network)
  const random = draws(seed, STREAM.initialValues)
  const { synapses } = coreLayout(network)
  for (let i = 0; i < synapses; i++) theta[i] = margin + (1 - 2 * margin) * random.uniform(i)
  return theta
}
