import { AXONS, type CoreNetwork, type CoreSpec, NEURONS, type NeuronSpec, type Target } from '../network.ts'

/** A neuron that may still break the rules, also the one of a single target. */
export interface NeuronDraft extends Omit<NeuronSpec, 'target'> {
  readonly target?: Target | readonly Target[]
}

/** A network whose shape is right and whose numbers and addresses are not yet checked. */
export interface NetworkDraft extends Omit<CoreNetwork, 'cores'> {
  readonly cores: readonly (Omit<CoreSpec, 'neurons'> & { readonly neurons: readonly NeuronDraft[] })[]
}

/** One place where a network breaks a rule. */
export interface Finding {
  /** Name of the rule. */
  readonly rule: string
  /** "core 3, neuron 17". */
  readonly where: string
  readonly wanted: string
  readonly given: string
}

/** What a rule says about one place; whose it is, the rule's name says. */
export type Breach = Omit<Finding, 'rule'>

/** One constraint of the hardware on a network. */
export interface MappingRule {
  readonly name: string
  /** Why the hardware has it, one sentence. */
  readonly why: string
  /** Every place that breaks it. Must hold its own against networks that break any other rule. */
  check(network: NetworkDraft): Iterable<Breach>
}

export interface Interval {
  readonly min: number
  readonly max: number
}

/** A breach unless `value` is a whole number of the interval. */
export function* outside(value: number, { min, max }: Interval, where: string): Iterable<Breach> {
  if (Number.isInteger(value) && value >= min && value <= max) return
  yield { where, wanted: `a whole number from ${min} to ${max}`, given: String(value) }
}

type Found<T> = Iterable<readonly [found: T, where: string]>

/** Every neuron and how messages call it; those for which a core has no room are refused by their number. */
export function* eachNeuron({ cores }: NetworkDraft): Found<NeuronDraft> {
  for (const [c, { neurons }] of cores.entries())
    for (const [j, neuron] of neurons.slice(0, NEURONS).entries()) yield [neuron, `core ${c}, neuron ${j}`]
}

/** The same for the types of the axons. */
export function* eachAxonType({ cores }: NetworkDraft): Found<number> {
  for (const [c, { axonTypes }] of cores.entries())
    for (const [a, type] of axonTypes.slice(0, AXONS).entries()) yield [type, `core ${c}, axon ${a}, type`]
}

/** Every target, also those of neurons that have too many. */
export function* eachTarget(network: NetworkDraft): Found<Target> {
  for (const [{ target }, where] of eachNeuron(network)) {
    if (target === undefined) continue
    for (const one of [target].flat()) yield [one, where]
  }
}
