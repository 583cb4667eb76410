import { RANGES } from '../network.ts'
import { eachNeuron, type MappingRule, type NeuronDraft, outside } from './rule.ts'

type Field = 'leak' | 'threshold' | 'negativeThreshold' | 'thresholdMask' | 'resetPotential' | 'potential'

const range = (name: string, why: string, fields: readonly Field[], rangeOf: keyof typeof RANGES): MappingRule => ({
  name,
  why,
  *check(network) {
    for (const [neuron, where] of eachNeuron(network))
      for (const field of fields) yield* value(neuron, field, rangeOf, where)
  },
})

function* value(neuron: NeuronDraft, field: Field, rangeOf: keyof typeof RANGES, where: string) {
  const given = neuron[field]
  if (given !== undefined) yield* outside(given, RANGES[rangeOf], `${where}, ${field}`)
}

export const leakRange = range('leak-range', 'a leak has 9 bits, its sign included', ['leak'], 'leak')

export const thresholdRange = range(
  'threshold-range',
  'a threshold has 18 bits and no sign',
  ['threshold', 'negativeThreshold'],
  'threshold',
)

export const maskRange = range(
  'mask-range',
  'the random number under the mask has 17 bits',
  ['thresholdMask'],
  'thresholdMask',
)

export const potentialRange = range(
  'potential-range',
  'a potential has 20 bits, its sign included',
  ['potential', 'resetPotential'],
  'potential',
)
