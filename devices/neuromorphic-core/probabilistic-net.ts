import { type ProbabilisticCore, type ProbabilisticNet, SILENT, UNREAD } from '../../src/kernels/probabilistic/net.ts'
import { AXON_TYPES, type CoreNetwork, type CoreSpec, type NeuronSpec } from './network.ts'
import { coresInOrder } from './order.ts'
import { refuse } from './refuse.ts'
import { coreLayout } from './theta.ts'

/**
 * Where the training puts the line between silence and a spike. `zero`: at 0, as if no sum were ever equal to it. `half`: at
 * the threshold less 1/2, midway between the sums that spike and those that do not, so that ties count for the side on
 * which they fall when deployed.
 */
export const BOUNDARIES = ['zero', 'half'] as const
export type Boundary = (typeof BOUNDARIES)[number]

/**
 * What the rule `probabilistic-synapses` trains: a feed-forward network of neurons without memory, read from a network of
 * cores; groups are its output lines and parameters lie as `coreLayout` has them.
 *
 * Throws one `CONFIG` for all places where the network is something else: circles, neurons that remember or draw random
 * numbers, an axon with several sources.
 */
export function probabilisticNet(network: CoreNetwork, boundary: Boundary = 'zero'): ProbabilisticNet {
  const faults: string[] = []
  const layout = coreLayout(network)
  const order = coresInOrder(network)
  const firsts = new Map<number, number>()
  let next = network.inputs.length
  for (const c of order) {
    firsts.set(c, next)
    next += network.cores[c].neurons.length
  }
  const heard = sourcesOf(network, firsts, faults)
  const cores = order.map((c): ProbabilisticCore => {
    const core = network.cores[c]
    core.neurons.forEach((neuron, j) => {
      faults.push(...memories(neuron).map((what) => `core ${c}, neuron ${j}: ${what}`))
    })
    const { axons, neurons, crossbar, neuron } = layout.cores[c]
    return {
      ...{ axons, neurons, sources: heard[c], crossings: crossbar },
      leaks: layout.leak + neuron,
      thresholds: layout.threshold + neuron,
      types: Uint8Array.from(core.axonTypes),
      ...neuronTables(core, boundary),
    }
  })
  if (faults.length > 0)
    throw refuse('the network to train as probabilities', faults, {
      hint: "wanted reset 'value' to 0, below 'saturate' at 0, threshold 0 or 1, nothing stochastic, one source per axon",
    })
  return { inputs: network.inputs.length, cores, groups: network.outputs, parameters: layout.paramCount }
}

function neuronTables({ neurons }: CoreSpec, boundary: Boundary) {
  return {
    weights: Float64Array.from({ length: neurons.length * AXON_TYPES }, (_, n) => {
      return neurons[Math.floor(n / AXON_TYPES)].weights[n % AXON_TYPES] ?? 0
    }),
    bounds: Float64Array.from(neurons, ({ threshold }) => (boundary === 'half' ? threshold - 0.5 : 0)),
    groups: Int32Array.from(neurons, ({ target }) =>
      target !== undefined && 'output' in target ? target.output : UNREAD,
    ),
  }
}

/** Everything by which a neuron is more than its input of one tick. */
function memories(neuron: NeuronSpec): readonly string[] {
  const { reset = 'value', resetPotential = 0, below = 'saturate', negativeThreshold = 0 } = neuron
  const { threshold, potential = 0, thresholdMask = 0 } = neuron
  return [
    ...(reset === 'value' && resetPotential === 0 ? [] : [`reset is '${reset}', to ${resetPotential}`]),
    ...(below === 'saturate' && negativeThreshold === 0 ? [] : [`below -${negativeThreshold} it does '${below}'`]),
    ...(threshold <= 1 ? [] : [`its threshold is ${threshold}, below which it remembers`]),
    ...(potential === 0 ? [] : [`it starts at ${potential}`]),
    ...(neuron.stochasticWeights?.some(Boolean) ? ['a weight is stochastic'] : []),
    ...(neuron.stochasticLeak ? ['its leak is stochastic'] : []),
    ...(neuron.leakReversal ? ['its leak reverses'] : []),
    ...(thresholdMask > 0 ? ['its threshold is stochastic'] : []),
  ]
}

/** Source of every axon, per core. */
function sourcesOf({ cores, inputs }: CoreNetwork, firsts: ReadonlyMap<number, number>, faults: string[]) {
  const sources = cores.map(({ axonTypes }) => new Int32Array(axonTypes.length).fill(SILENT))
  const hear = (core: number, axon: number, source: number) => {
    if (sources[core][axon] !== SILENT) faults.push(`core ${core}, axon ${axon}: it has several sources`)
    sources[core][axon] = source
  }
  inputs.forEach((axons, line) => {
    for (const { core, axon } of axons) hear(core, axon, line)
  })
  cores.forEach(({ neurons }, c) => {
    neurons.forEach(({ target }, j) => {
      if (target !== undefined && 'core' in target) hear(target.core, target.axon, (firsts.get(c) as number) + j)
    })
  })
  return sources
}
