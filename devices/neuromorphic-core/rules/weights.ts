import { AXON_TYPES, RANGES } from '../network.ts'
import { eachAxonType, eachNeuron, type MappingRule, outside } from './rule.ts'

export const axonTypes: MappingRule = {
  name: 'axon-types',
  why: 'an axon has one of four types, and a neuron one weight for each of them',
  *check(network) {
    for (const [type, where] of eachAxonType(network)) yield* outside(type, { min: 0, max: AXON_TYPES - 1 }, where)
  },
}

export const fourWeights: MappingRule = {
  name: 'four-weights',
  why: 'a neuron has one weight, and one choice to make it stochastic, per axon type',
  *check(network) {
    const wanted = `${AXON_TYPES}, one per axon type`
    for (const [{ weights, stochasticWeights }, where] of eachNeuron(network)) {
      if (weights.length !== AXON_TYPES)
        yield { where: `${where}, number of weights`, wanted, given: String(weights.length) }
      if (stochasticWeights !== undefined && stochasticWeights.length !== AXON_TYPES)
        yield { where: `${where}, number of stochasticWeights`, wanted, given: String(stochasticWeights.length) }
    }
  },
}

export const weightRange: MappingRule = {
  name: 'weight-range',
  why: 'a weight has 9 bits, its sign included',
  *check(network) {
    for (const [{ weights }, where] of eachNeuron(network))
      for (const [type, weight] of weights.slice(0, AXON_TYPES).entries())
        yield* outside(weight, RANGES.weight, `${where}, weight of axon type ${type}`)
  },
}
