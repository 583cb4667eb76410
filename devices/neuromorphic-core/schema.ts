import * as v from 'valibot'
import { InsituError } from '../../src/errors.ts'
import { jsonText } from '../json-text.ts'

const list = v.array(v.number(), 'must be a list of numbers')
const toAxon = v.strictObject({ core: v.number(), axon: v.number(), delay: v.number() })
const toOutput = v.strictObject({ output: v.number() })

// Chosen by what is there, so that a fault is that of one form and not of both.
const oneTarget = v.lazy((given): typeof toAxon | typeof toOutput =>
  typeof given === 'object' && given !== null && 'output' in given ? toOutput : toAxon,
)

// A list of targets passes here: the rule `one-target` says why a neuron cannot have it.
const target = v.lazy((given): typeof oneTarget | v.ArraySchema<typeof oneTarget, undefined> =>
  Array.isArray(given) ? v.array(oneTarget) : oneTarget,
)

const neuron = v.strictObject({
  weights: v.exactOptional(list),
  stochasticWeights: v.exactOptional(v.array(v.boolean(), 'must be a list of true and false')),
  leak: v.exactOptional(v.number()),
  stochasticLeak: v.exactOptional(v.boolean()),
  leakReversal: v.exactOptional(v.boolean()),
  threshold: v.exactOptional(v.number()),
  thresholdMask: v.exactOptional(v.number()),
  negativeThreshold: v.exactOptional(v.number()),
  below: v.exactOptional(v.picklist(['saturate', 'reset'], 'must be "saturate" or "reset"')),
  reset: v.exactOptional(v.picklist(['value', 'subtract', 'none'], 'must be "value", "subtract" or "none"')),
  resetPotential: v.exactOptional(v.number()),
  potential: v.exactOptional(v.number()),
  target: v.exactOptional(target),
})

const core = v.strictObject({
  axonTypes: list,
  defaults: v.exactOptional(neuron),
  neurons: v.array(neuron, 'must be a list of neurons, [{"weights": [1, 0, 0, -1], "threshold": 1}, ...]'),
  crossbar: v.array(list, 'must be a list of lists, per axon the neurons it is connected to'),
})

const schema = v.strictObject({
  cores: v.array(core, 'must be a list of cores'),
  inputs: v.array(
    v.array(v.strictObject({ core: v.number(), axon: v.number() })),
    'must be a list of lists, per input line the axons it reaches',
  ),
  outputs: v.number(),
  seed: v.exactOptional(v.number()),
})

/** What a network file holds: its shape is checked, its numbers and addresses are not yet. */
export type NetworkFile = v.InferOutput<typeof schema>

export type NeuronFile = NetworkFile['cores'][number]['neurons'][number]

const EXAMPLE =
  'a network looks like {"cores": [{"axonTypes": [0, 3], "neurons": [{"weights": [1, 0, 0, -1], "threshold": 1, ' +
  '"target": {"output": 0}}], "crossbar": [[0], [0]]}], "inputs": [[{"core": 0, "axon": 0}], [{"core": 0, "axon": 1}]], ' +
  '"outputs": 1}'

/** Checks the shape of a network given as JSON text or as an object; throws `CONFIG` naming what is wrong first, and where. */
export function networkFile(json: unknown, source: string): NetworkFile {
  const value = typeof json === 'string' ? jsonText(json, source, EXAMPLE) : json
  // A million wrong numbers in a list are one fault, and not worth half a minute.
  const given = v.safeParse(schema, value, { abortEarly: true })
  if (given.success) return given.output
  throw new InsituError('CONFIG', `${source}: ${describe(given.issues[0])}`, { hint: EXAMPLE })
}

function describe(issue: v.BaseIssue<unknown>): string {
  const keys = (issue.path ?? []).map(({ key }) => key as string | number)
  const shut = issue.type === 'strict_object'
  if (shut && issue.expected === 'never') return `${inWords(keys)} is not known here`
  if (shut && issue.expected !== 'Object') return `${inWords(keys)} is missing`
  const wanted = issue.message.startsWith('Invalid') ? `must be ${wantedIn(issue)}` : issue.message
  return `${inWords(keys)} ${wanted}, got ${issue.received === 'undefined' ? 'nothing' : issue.received}`
}

function wantedIn({ expected }: v.BaseIssue<unknown>): string {
  if (expected === 'Object') return 'an object'
  if (expected === 'boolean') return 'true or false'
  return expected === 'Array' ? 'a list' : `a ${expected}`
}

/** What the numbers in a path count. */
const COUNTED: Readonly<Record<string, string>> = {
  cores: 'core',
  neurons: 'neuron',
  crossbar: 'crossbar row',
  inputs: 'input line',
}

/** `cores`, 3, `neurons`, 17, `weights`, 2 as "core 3, neuron 17, weights[2]". */
function inWords(keys: readonly (string | number)[]): string {
  const words: string[] = []
  keys.forEach((key, at) => {
    const before = keys[at - 1]
    if (typeof key === 'number') {
      const counted = COUNTED[before]
      words.push(counted === undefined ? `${words.pop() ?? 'item '}[${key}]` : `${counted} ${key}`)
    } else if (typeof keys[at + 1] !== 'number' || COUNTED[key] === undefined) words.push(key)
  })
  return words.length === 0 ? 'it' : words.join(', ')
}
