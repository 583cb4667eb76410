import * as v from 'valibot'
import { InsituError } from '../../src/errors.ts'
import { jsonText } from '../json-text.ts'
import { refuse } from './check.ts'

const name = v.pipe(v.string(), v.nonEmpty('must not be empty'))
const place = v.strictTuple([v.number(), v.number()], 'must be two numbers, [x, y]')
const named = v.strictTuple([name, v.number(), v.number()], 'must be a name and two numbers, ["a", x, y]')
const byName = v.record(v.string(), place, 'must be {"a": [x, y], ...}')
const bond = v.strictTuple([name, name], 'must be the names of two nodes, ["a", "b"]')

const schema = v.strictObject({
  name: v.optional(name),
  unit: v.optional(v.picklist(['m', 'cm', 'mm'], 'must be "m", "cm" or "mm"'), 'm'),
  // Chosen by what is there, so that a fault is that of one form and not of both.
  nodes: v.lazy((given): typeof byName | v.ArraySchema<typeof named, undefined> =>
    Array.isArray(given) ? v.array(named) : byName,
  ),
  bonds: v.array(bond, 'must be a list of pairs, [["a", "b"], ...]'),
  pins: v.optional(v.array(name, 'must be a list of names, ["a", "c.y"]'), []),
  inputs: v.array(name, 'must be a list, ["d.y"]'),
  outputs: v.array(name, 'must be a list, ["e.x"]'),
})

/** What a lattice file holds, its shape checked and its names not yet looked up. */
export type LatticeFile = v.InferOutput<typeof schema>

const EXAMPLE =
  'a lattice looks like {"unit": "mm", "nodes": {"a": [0, 0], "b": [16, 0], "c": [8, -14]}, "bonds": [["a", "c"], ' +
  '["b", "c"]], "pins": ["a", "b"], "inputs": ["c.y"], "outputs": ["c.x"]}'

/** Checks the shape of a lattice given as JSON text or as an object; throws `CONFIG` naming the fields that are wrong. */
export function latticeFile(json: unknown, source: string): LatticeFile {
  const given = v.safeParse(schema, typeof json === 'string' ? jsonText(json, source, EXAMPLE) : json)
  if (given.success) return given.output
  refuse(source, given.issues.map(describe), { hint: EXAMPLE })
  throw new InsituError('INTERNAL', `${source} was refused without a reason`)
}

function describe(issue: v.BaseIssue<unknown>): string {
  const at = v.getDotPath(issue)
  if (at === null) return `it must be an object, got ${issue.received}`
  if (issue.type === 'strict_object' && issue.expected === 'never')
    return `"${at}" is no field of a lattice; fields are ${Object.keys(schema.entries).join(', ')}`
  if (issue.type === 'strict_object') return `${at} is missing`
  const wanted = issue.message.startsWith('Invalid') ? `must be a ${issue.expected}` : issue.message
  return `${at} ${wanted}, got ${issue.received === 'undefined' ? 'nothing' : issue.received}`
}
