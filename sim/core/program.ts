import type { CoreNetwork, CoreSpec, NeuronSpec, Target } from '../../devices/neuromorphic-core/network.ts'
import { type ChipProgram, NOWHERE, route } from '../../src/kernels/core/program.ts'
import { type CoreSettings, emptySettings, FLAG, RESET, SIZE, TYPES, WORDS } from '../../src/kernels/core/settings.ts'

/**
 * A network as the flat settings that an engine runs. The network must have passed `checkNetwork`: nothing is looked at
 * again. `seed` takes the place of the network's own.
 */
export function coreProgram(network: CoreNetwork, seed = network.seed ?? 0): ChipProgram {
  const neurons = network.cores.length * SIZE
  const program: ChipProgram = {
    cores: network.cores.map((core, c) => coreSettings(core, seed, c)),
    routes: new Int32Array(neurons).fill(NOWHERE),
    lines: new Int32Array(neurons).fill(NOWHERE),
    outputs: network.outputs,
    potential: new Int32Array(neurons),
  }
  network.cores.forEach((core, c) => {
    core.neurons.forEach((neuron, j) => {
      program.potential[c * SIZE + j] = neuron.potential ?? 0
      if (neuron.target !== undefined) aim(program, c * SIZE + j, neuron.target)
    })
  })
  return program
}

function aim({ routes, lines }: ChipProgram, neuron: number, target: Target): void {
  if ('output' in target) lines[neuron] = target.output
  else routes[neuron] = route(target.core, target.axon, target.delay)
}

function coreSettings({ axonTypes, neurons, crossbar }: CoreSpec, seed: number, core: number): CoreSettings {
  const settings = emptySettings(neurons.length, seed, core)
  settings.axonType.set(axonTypes)
  crossbar.forEach((row, a) => {
    for (const j of row) settings.crossbar[a * WORDS + (j >> 5)] |= 1 << (j & 31)
  })
  for (const [j, neuron] of neurons.entries()) setNeuron(settings, j, neuron)
  return settings
}

function setNeuron(settings: CoreSettings, j: number, neuron: NeuronSpec): void {
  settings.weight.set(neuron.weights, j * TYPES)
  neuron.stochasticWeights?.forEach((stochastic, type) => {
    if (stochastic) settings.stochasticWeight[j] |= 1 << type
  })
  settings.leak[j] = neuron.leak ?? 0
  settings.flags[j] =
    (neuron.stochasticLeak ? FLAG.stochasticLeak : 0) |
    (neuron.leakReversal ? FLAG.leakReversal : 0) |
    (neuron.below === 'reset' ? 0 : FLAG.saturateBelow)
  settings.reset[j] = RESET[neuron.reset ?? 'value']
  settings.threshold[j] = neuron.threshold
  settings.thresholdMask[j] = neuron.thresholdMask ?? 0
  settings.negativeThreshold[j] = neuron.negativeThreshold ?? 0
  settings.resetPotential[j] = neuron.resetPotential ?? 0
}
