import type { CoreNetwork } from './network.ts'

/** Where one core lies in the banks; axon a, neuron j is synapse `crossbar + a * neurons + j`. */
export interface CoreOffsets {
  readonly axons: number
  readonly neurons: number
  /** First synapse in the bank `crossbar`. */
  readonly crossbar: number
  /** First neuron in the banks `leak` and `threshold`. */
  readonly neuron: number
}

/** Where everything lies in theta: bank `crossbar`, then `leak`, then `threshold`, each core by core. */
export interface CoreLayout {
  readonly cores: readonly CoreOffsets[]
  readonly synapses: number
  readonly neurons: number
  /** First index of the banks `leak` and `threshold` in theta, and its length. */
  readonly leak: number
  readonly threshold: number
  readonly paramCount: number
}

export function coreLayout({ cores }: CoreNetwork): CoreLayout {
  let [synapses, neurons] = [0, 0]
  const found = cores.map((core): CoreOffsets => {
    const offsets = {
      axons: core.axonTypes.length,
      neurons: core.neurons.length,
      crossbar: synapses,
      neuron: neurons,
    }
    synapses += offsets.axons * offsets.neurons
    neurons += offsets.neurons
    return offsets
  })
  return {
    cores: found,
    synapses,
    neurons,
    leak: synapses,
    threshold: synapses + neurons,
    paramCount: synapses + 2 * neurons,
  }
}

/** The parameters that the network itself states: its crossings as 1 and 0, its leaks, its thresholds. */
export function initialTheta(network: CoreNetwork): Float64Array {
  const layout = coreLayout(network)
  const theta = new Float64Array(layout.paramCount)
  network.cores.forEach((core, c) => {
    const { crossbar, neurons, neuron } = layout.cores[c]
    core.crossbar.forEach((row, axon) => {
      for (const j of row) theta[crossbar + axon * neurons + j] = 1
    })
    core.neurons.forEach(({ leak = 0, threshold }, j) => {
      theta[layout.leak + neuron + j] = leak
      theta[layout.threshold + neuron + j] = threshold
    })
  })
  return theta
}
