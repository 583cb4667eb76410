import { called, checkGeometry, type GeometryCheck, refuse } from './check.ts'
import { type Dof, formatDof, formatPin, parseDof, parsePin } from './dof.ts'
import { indexByName, type LatticeGeometry, noSuchNode } from './geometry.ts'
import { latticeFile } from './schema.ts'

/** A lattice with the places where it is loaded and read. */
export interface LatticePlan {
  readonly geometry: LatticeGeometry
  readonly inputs: readonly Dof[]
  readonly outputs: readonly Dof[]
}

/** Units a file may give coordinates in, as parts of a metre: dividing keeps 16 mm the same number as 0.016 m. */
const PER_METRE = { m: 1, cm: 100, mm: 1000 } as const

/** Names that an object of JavaScript cannot be trusted to keep. */
const UNKEYED: ReadonlySet<string> = new Set(['__proto__', 'prototype', 'constructor'])

/**
 * Reads a user's lattice, from text or from an object that JSON could hold, and checks it; throws `CONFIG`.
 * `source` names it in messages: a file's path. Nodes are `{"a": [x, y]}` or, where their names are numbers and their
 * order matters, `[["a", x, y]]`; coordinates are in `unit` (m if nothing is said, or cm or mm), y upwards.
 */
export function readGeometry(json: unknown, source: string, options: Pick<GeometryCheck, 'require'> = {}): LatticePlan {
  const given = latticeFile(json, source)
  const name = given.name ?? source
  const listed = Array.isArray(given.nodes)
    ? given.nodes
    : Object.entries(given.nodes).map(([key, [x, y]]) => [key, x, y] as const)
  const per = PER_METRE[given.unit]
  const nodes = listed.map(([key, x, y]) => ({ name: key, x: x / per, y: y / per }))
  const index = indexByName({ nodes })
  const faults: string[] = []
  const find = (node: string, what: string): number => {
    const found = index.get(node)
    if (found === undefined) faults.push(`${what}: ${noSuchNode(node, nodes)}`)
    return found ?? -1
  }
  const dofs = (kind: string, texts: readonly string[]) =>
    texts.flatMap((text) => {
      try {
        return [parseDof(text)]
      } catch (fault) {
        faults.push(`${kind} "${text}": ${(fault as Error).message}`)
        return []
      }
    })
  const bonds = given.bonds.map(([a, b]) => {
    const bond = `bond "${a}"-"${b}"`
    return [find(a, bond), find(b, bond)] as const
  })
  const pins = given.pins.map((text) => {
    const { node, axis } = parsePin(text, (key) => index.has(key))
    return { node: find(node, `pin "${text}"`), axis }
  })
  const plan = {
    geometry: { name, nodes, bonds, pins },
    inputs: dofs('input', given.inputs),
    outputs: dofs('output', given.outputs),
  }
  refuse(called(name, source), faults)
  checkGeometry(plan.geometry, plan.inputs, plan.outputs, { ...options, source })
  return plan
}

/** The JSON text that `readGeometry` reads as exactly this lattice; coordinates in m. */
export function writeGeometry({ geometry, inputs, outputs }: LatticePlan): string {
  const { nodes, bonds, pins } = geometry
  const line = (value: unknown) => JSON.stringify(value)
  const block = (open: string, parts: readonly string[], close: string) =>
    `${open}\n${parts.map((part) => `    ${part}`).join(',\n')}\n  ${close}`
  const index = indexByName(geometry)
  const fields = {
    name: line(geometry.name),
    unit: line('m'),
    nodes: keepsOrder(geometry)
      ? block(
          '{',
          nodes.map((node) => `${line(node.name)}: ${line([node.x, node.y])}`),
          '}',
        )
      : block(
          '[',
          nodes.map((node) => line([node.name, node.x, node.y])),
          ']',
        ),
    bonds: block(
      '[',
      bonds.map(([a, b]) => line([nodes[a].name, nodes[b].name])),
      ']',
    ),
    pins: line(pins.map((pin) => formatPin(nodes[pin.node].name, pin.axis, (key) => index.has(key)))),
    inputs: line(inputs.map(formatDof)),
    outputs: line(outputs.map(formatDof)),
  }
  return `{\n${Object.entries(fields)
    .map(([key, value]) => `  ${line(key)}: ${value}`)
    .join(',\n')}\n}\n`
}

/** Whether an object keyed by name gives the nodes back as they are: it puts names that are numbers first. */
function keepsOrder({ nodes }: LatticeGeometry): boolean {
  const keys = Object.keys(Object.fromEntries(nodes.map(({ name }) => [name, 0])))
  return keys.length === nodes.length && nodes.every(({ name }, at) => name === keys[at] && !UNKEYED.has(name))
}
