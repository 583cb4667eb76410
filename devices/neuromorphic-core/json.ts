import { checkNetwork } from './check.ts'
import type { CoreNetwork, CoreSpec, NeuronSpec } from './network.ts'
import { refuse } from './refuse.ts'
import type { NetworkDraft, NeuronDraft } from './rules/rule.ts'
import { type NetworkFile, type NeuronFile, networkFile } from './schema.ts'

/**
 * Reads a network from JSON text, or from an object that was parsed elsewhere, and checks it.
 *
 * `source` is what messages call it: a file's path. Throws `CONFIG` that says where: for what is no JSON or has another
 * shape, then for every place that breaks a rule of the hardware, all at once.
 */
export function readNetwork(json: unknown, source = 'network'): CoreNetwork {
  const network = withDefaults(networkFile(json, source), source)
  checkNetwork(network, source)
  return network
}

function withDefaults({ cores, ...network }: NetworkFile, source: string): NetworkDraft {
  const missing: string[] = []
  const complete = (neuron: NeuronFile, where: string): NeuronDraft => {
    const { weights, threshold, ...rest } = neuron
    if (weights === undefined) missing.push(`${where}, weights is missing`)
    if (threshold === undefined) missing.push(`${where}, threshold is missing`)
    return { ...rest, weights: weights ?? [], threshold: threshold ?? 0 }
  }
  const filled = cores.map(({ defaults, neurons, ...core }, c) => ({
    ...core,
    neurons: neurons.map((neuron, j) => complete({ ...defaults, ...neuron }, `core ${c}, neuron ${j}`)),
  }))
  if (missing.length > 0)
    throw refuse(source, missing, { hint: 'give it with the neuron, or in the defaults of its core' })
  return { ...network, cores: filled }
}

/** A network as JSON text that `readNetwork` reads back: one neuron, axon and input line per line of text. */
export function writeNetwork({ cores, inputs, outputs, seed }: CoreNetwork): string {
  const fields = [`"cores": ${block(cores.map(writeCore))}`, `"inputs": ${rows(inputs)}`, `"outputs": ${outputs}`]
  if (seed !== undefined) fields.push(`"seed": ${seed}`)
  return `{\n${fields.join(',\n')}\n}\n`
}

function writeCore({ axonTypes, neurons, crossbar }: CoreSpec): string {
  const defaults = common(neurons)
  const own = neurons.map((neuron) =>
    Object.fromEntries(Object.entries(neuron).filter(([key]) => !Object.hasOwn(defaults, key))),
  )
  const fields = [`"axonTypes": ${JSON.stringify(axonTypes)}`, `"defaults": ${JSON.stringify(defaults)}`]
  return `{${[...fields, `"neurons": ${rows(own)}`, `"crossbar": ${rows(crossbar)}`].join(',\n')}}`
}

/** The settings in which all neurons agree. */
function common(neurons: readonly NeuronSpec[]): Partial<NeuronSpec> {
  const [first = {}, ...others] = neurons
  const agreed = Object.entries(first).filter(([key, value]) => {
    const text = JSON.stringify(value)
    return others.every((neuron) => JSON.stringify(neuron[key as keyof NeuronSpec]) === text)
  })
  return Object.fromEntries(agreed)
}

function rows(values: readonly unknown[]): string {
  return block(values.map((value) => JSON.stringify(value)))
}

function block(lines: readonly string[]): string {
  return lines.length === 0 ? '[]' : `[\n${lines.join(',\n')}\n]`
}
