import { DELAYS } from '../network.ts'
import { eachNeuron, eachTarget, type MappingRule, outside } from './rule.ts'

export const oneTarget: MappingRule = {
  name: 'one-target',
  why: 'a neuron has room for one address; what more targets need is a copy of the neuron',
  *check(network) {
    for (const [{ target }, where] of eachNeuron(network)) {
      if (!Array.isArray(target)) continue
      yield { where: `${where}, target`, wanted: 'one target', given: `a list of ${target.length}` }
    }
  },
}

export const targetExists: MappingRule = {
  name: 'target-exists',
  why: 'a spike for an axon that is not there is lost in silence',
  *check(network) {
    for (const [target, where] of eachTarget(network)) {
      if ('output' in target) continue
      const core = network.cores[target.core]
      if (core === undefined) yield* outside(target.core, upTo(network.cores.length), `${where}, core of its target`)
      else if (core.axonTypes[target.axon] === undefined)
        yield* outside(target.axon, upTo(core.axonTypes.length), `${where}, axon of its target on core ${target.core}`)
    }
  },
}

export const delay: MappingRule = {
  name: 'delay',
  why: 'spikes wait in a ring of 16 ticks, and the slot of the tick itself is being read',
  *check(network) {
    for (const [target, where] of eachTarget(network))
      if (!('output' in target)) yield* outside(target.delay, DELAYS, `${where}, delay`)
  },
}

export const outputs: MappingRule = {
  name: 'outputs',
  why: 'an output that no neuron feeds would read 0 for ever, and a spike needs an output that is there',
  *check(network) {
    const neurons = network.cores.reduce((sum, core) => sum + core.neurons.length, 0)
    const faults = [...outside(network.outputs, { min: 1, max: neurons }, 'number of outputs')]
    yield* faults
    const fed = new Set<number>()
    for (const [target, where] of eachTarget(network)) {
      if (!('output' in target)) continue
      fed.add(target.output)
      if (faults.length === 0) yield* outside(target.output, upTo(network.outputs), `${where}, output of its target`)
    }
    for (let line = 0; faults.length === 0 && line < network.outputs; line++)
      if (!fed.has(line)) yield { where: `output ${line}`, wanted: 'a neuron that feeds it', given: 'none' }
  },
}

function upTo(count: number) {
  return { min: 0, max: count - 1 }
}
