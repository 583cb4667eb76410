import { InsituError } from '../../src/errors.ts'
import { type Dof, type PinAxis, parsePin } from './dof.ts'

/** A place where bonds meet; coordinates in m, y upwards. */
export interface LatticeNode {
  readonly name: string
  readonly x: number
  readonly y: number
}

/** A node held still along one axis or both. */
export interface Pin {
  readonly node: number
  readonly axis: PinAxis
}

/** The drawing of a lattice: nodes, the bonds between them, and what holds it; nodes are meant by index from 0. */
export interface LatticeGeometry {
  /** 'paper', 'triangular 8x8': for titles, messages and records. */
  readonly name: string
  readonly nodes: readonly LatticeNode[]
  readonly bonds: readonly (readonly [number, number])[]
  readonly pins: readonly Pin[]
}

/** Index of a node; throws `CONFIG` if the lattice has none of this name. */
export function findNode(geometry: LatticeGeometry, name: string): number {
  const index = geometry.nodes.findIndex((node) => node.name === name)
  if (index < 0) throw unknownNode(`lattice ${geometry.name}`, name, geometry.nodes)
  return index
}

/** The same lattice held by these pins alone: '1' holds a node along both axes, '1.y' along one. */
export function withPins(geometry: LatticeGeometry, pins: readonly string[]): LatticeGeometry {
  const index = indexByName(geometry)
  return {
    ...geometry,
    pins: pins.map((text) => {
      const { node, axis } = parsePin(text, (name) => index.has(name))
      const found = index.get(node)
      if (found === undefined) throw unknownNode(`lattice ${geometry.name}`, node, geometry.nodes)
      return { node: found, axis }
    }),
  }
}

/** The lattice without some nodes, their bonds and their pins; those that stay keep their names and their order. */
export function withoutNodes(geometry: LatticeGeometry, names: readonly string[]): LatticeGeometry {
  const index = indexByName(geometry)
  const gone = new Set<number>()
  for (const name of names) {
    const found = index.get(name)
    if (found === undefined) throw unknownNode(`lattice ${geometry.name}`, name, geometry.nodes)
    gone.add(found)
  }
  let count = 0
  const moved = geometry.nodes.map((_, node) => (gone.has(node) ? -1 : count++))
  return {
    name: without(geometry.name, 'node', names),
    nodes: geometry.nodes.filter((_, node) => !gone.has(node)),
    bonds: geometry.bonds
      .filter(([a, b]) => !gone.has(a) && !gone.has(b))
      .map(([a, b]) => [moved[a], moved[b]] as const),
    pins: geometry.pins.filter(({ node }) => !gone.has(node)).map((pin) => ({ ...pin, node: moved[pin.node] })),
  }
}

/** The lattice with some bonds broken, by their numbers from 0; throws `CONFIG` for a number it has not. */
export function withoutBonds(geometry: LatticeGeometry, bondNumbers: readonly number[]): LatticeGeometry {
  const { bonds, nodes } = geometry
  for (const bond of bondNumbers) {
    if (bonds[bond] !== undefined) continue
    throw new InsituError(
      'CONFIG',
      `lattice ${geometry.name}: bonds to remove must be whole numbers from 0 to ${bonds.length - 1}, got ${bond}`,
    )
  }
  const gone = new Set(bondNumbers)
  const names = [...gone].map((bond) => bonds[bond].map((node) => nodes[node].name).join('-'))
  return {
    ...geometry,
    name: without(geometry.name, 'bond', names),
    bonds: bonds.filter((_, bond) => !gone.has(bond)),
  }
}

/** Index of every node by its name; of two nodes with one name, the first. */
export function indexByName({ nodes }: Pick<LatticeGeometry, 'nodes'>): ReadonlyMap<string, number> {
  const index = new Map<string, number>()
  nodes.forEach(({ name }, node) => {
    if (!index.has(name)) index.set(name, node)
  })
  return index
}

/** Whether a pin holds this node along this axis. */
export function isPinned({ pins }: Pick<LatticeGeometry, 'pins'>, node: number, axis: Dof['axis']): boolean {
  return pins.some((pin) => pin.node === node && pin.axis.includes(axis))
}

/** 'there is no node "q"', with the names there are. */
export function noSuchNode(name: string, nodes: readonly { readonly name: string }[]): string {
  const most = 8
  const known = nodes.slice(0, most).map((node) => node.name)
  const list = `${known.join(', ')}${nodes.length > most ? ` and ${nodes.length - most} more` : ''}`
  return `there is no node "${name}"; nodes are ${list || 'none'}`
}

function unknownNode(who: string, name: string, nodes: readonly LatticeNode[]): InsituError {
  return new InsituError('CONFIG', `${who}: ${noSuchNode(name, nodes)}`)
}

function without(name: string, kind: string, parts: readonly string[]): string {
  if (parts.length === 0) return name
  return `${name} without ${parts.length > 3 ? `${parts.length} ${kind}s` : `${kind} ${parts.join(', ')}`}`
}
