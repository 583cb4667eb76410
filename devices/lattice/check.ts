import { type ErrorDetails, InsituError } from '../../src/errors.ts'
import { type Dof, formatDof } from './dof.ts'
import { indexByName, isPinned, type LatticeGeometry, noSuchNode } from './geometry.ts'
import { unreached, unreachedOutputs } from './reach.ts'

export interface GeometryCheck {
  /** 'free' lets a lattice go without pins, as one that is driven at a frequency may; 'pinned' if nothing is said. */
  readonly require?: 'pinned' | 'free'
  /** Where it comes from, for the message: a file's path. */
  readonly source?: string
}

/** Faults named in one message; a file with more has one cause behind most of them. */
const MOST = 5

/**
 * Refuses a lattice that cannot be a machine: throws `CONFIG` with its faults, each in words of the user's own names.
 * Says nothing about rigidity: whether a mechanism remains shows when the stiffness matrix is factorised.
 */
export function checkGeometry(
  geometry: LatticeGeometry,
  inputs: readonly Dof[],
  outputs: readonly Dof[],
  options: GeometryCheck = {},
): void {
  const who = called(geometry.name, options.source)
  const text = [...inputs, ...outputs].find((dof: unknown) => typeof dof === 'string')
  if (text !== undefined)
    throw new InsituError('CONFIG', `${who}: an input or output is the text "${String(text)}", wanted { node, axis }`, {
      hint: 'parseDof reads such texts',
    })
  const faults = [...nodeFaults(geometry), ...bondFaults(geometry), ...pinFaults(geometry, options.require ?? 'pinned')]
  faults.push(...portFaults(geometry, 'input', inputs), ...portFaults(geometry, 'output', outputs))
  // Only a drawing that can be read has connections worth following.
  if (faults.length === 0) faults.push(...connectionFaults(geometry, inputs, outputs))
  refuse(who, faults)
}

/** 'lattice beam (beam.json)': how messages name a lattice. */
export function called(name: string, source?: string): string {
  return `lattice ${name}${source === undefined || source === name ? '' : ` (${source})`}`
}

/** Throws one `CONFIG` that lists the faults, if there are any. */
export function refuse(who: string, faults: readonly string[], details: ErrorDetails = {}): void {
  if (faults.length === 0) return
  if (faults.length === 1) throw new InsituError('CONFIG', `${who}: ${faults[0]}`, details)
  const listed = faults.slice(0, MOST).map((fault) => `\n  - ${fault}`)
  const rest = faults.length > MOST ? `\n  - and ${faults.length - MOST} more` : ''
  throw new InsituError('CONFIG', `${who} has ${faults.length} faults:${listed.join('')}${rest}`, details)
}

function nodeFaults({ nodes }: LatticeGeometry): string[] {
  const faults: string[] = []
  const seen = new Set<string>()
  const twice = new Set<string>()
  nodes.forEach(({ name, x, y }, at) => {
    if (name === '') faults.push(`node ${at + 1} of ${nodes.length} has an empty name`)
    if (seen.has(name)) twice.add(name)
    seen.add(name)
    if (!Number.isFinite(x) || !Number.isFinite(y))
      faults.push(`node "${name}" must lie at finite coordinates, got (${x}, ${y})`)
  })
  for (const name of twice) faults.push(`there are two nodes of the name "${name}"; names must differ`)
  return faults
}

function bondFaults({ nodes, bonds }: LatticeGeometry): string[] {
  if (bonds.length === 0) return ['it has no bonds; at least one is needed']
  const faults: string[] = []
  const first = new Map<number, number>()
  bonds.forEach(([a, b], at) => {
    const [from, to] = [nodes[a], nodes[b]]
    if (from === undefined || to === undefined) {
      const node = from === undefined ? a : b
      faults.push(`bond ${at + 1} joins node number ${node}, but nodes are numbered 0 to ${nodes.length - 1}`)
      return
    }
    const bond = `bond "${from.name}"-"${to.name}"`
    if (a === b) faults.push(`bond ${at + 1} joins node "${from.name}" to itself; it must join two nodes`)
    else if (from.x === to.x && from.y === to.y)
      faults.push(`${bond} has length zero: both nodes lie at (${from.x}, ${from.y}) m`)
    const key = Math.min(a, b) * nodes.length + Math.max(a, b)
    const before = first.get(key)
    if (before === undefined) first.set(key, at)
    else if (a !== b) faults.push(`${bond} is given twice, as bonds ${before + 1} and ${at + 1}; keep one`)
  })
  return faults
}

function pinFaults({ nodes, pins }: LatticeGeometry, require: 'pinned' | 'free'): string[] {
  if (pins.length === 0 && require === 'pinned')
    return ['it is not pinned anywhere, so a load would carry it away; pin two nodes or more, e.g. "pins": ["a", "b"]']
  return pins
    .filter(({ node }) => nodes[node] === undefined)
    .map(({ node }) => `a pin holds node number ${node}, but nodes are numbered 0 to ${nodes.length - 1}`)
}

function portFaults(geometry: LatticeGeometry, kind: 'input' | 'output', dofs: readonly Dof[]): string[] {
  if (dofs.length === 0) return [`it has no ${kind}s; at least one is needed, e.g. "${kind}s": ["d.y"]`]
  const index = indexByName(geometry)
  const faults: string[] = []
  const seen = new Set<string>()
  for (const dof of dofs) {
    const text = formatDof(dof)
    const node = index.get(dof.node)
    if (node === undefined) faults.push(`${kind} ${text}: ${noSuchNode(dof.node, geometry.nodes)}`)
    const why = kind === 'input' ? 'no force can move it' : 'it never moves'
    if (node !== undefined && isPinned(geometry, node, dof.axis))
      faults.push(`${kind} ${text} is pinned along ${dof.axis}, so ${why}; take a free node or axis`)
    if (seen.has(text)) faults.push(`${kind} ${text} is given twice; keep one`)
    seen.add(text)
  }
  return faults
}

function connectionFaults(geometry: LatticeGeometry, inputs: readonly Dof[], outputs: readonly Dof[]): string[] {
  const { nodes, pins } = geometry
  const loose = pins.length === 0 ? [] : unreached(geometry, new Set(pins.map(({ node }) => node)))
  if (loose.length > 0) {
    const some = loose.slice(0, 4).map((node) => `"${nodes[node].name}"`)
    const more = loose.length > 4 ? ` and ${loose.length - 4} more` : ''
    const what = loose.length > 1 ? 'nodes' : 'node'
    return [`${what} ${some.join(', ')}${more} cannot be reached from a pin; join them to the rest or leave them out`]
  }
  return unreachedOutputs(geometry, inputs, outputs).map(
    (output) => `output ${formatDof(output)} is joined to no input but through pinned nodes, so no load moves it`,
  )
}
