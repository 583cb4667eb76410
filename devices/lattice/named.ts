import { InsituError } from '../../src/errors.ts'
import { honeycombLattice, paperLattice, triangularLattice } from './builders.ts'
import type { LatticeGeometry } from './geometry.ts'

/** How built-in lattices are written, for help and messages. */
export const NAMED_LATTICES = ['paper', 'triangular:<rows>x<columns>', 'honeycomb:<rows>x<columns>'] as const

/** Most nodes of a lattice that is asked for by name: a slip of the finger should not fill the memory. */
const MOST_NODES = 250_000

/** A built-in lattice: 'paper', 'triangular:8x8', 'honeycomb:4x4'; undefined if the text is none of these forms. */
export function namedLattice(text: string): LatticeGeometry | undefined {
  if (text === 'paper') return paperLattice()
  const [, kind, rows, columns] = /^(triangular|honeycomb):(\d{1,6})x(\d{1,6})$/.exec(text) ?? []
  if (kind === undefined) return undefined
  const nodes = Number(rows) * Number(columns) * (kind === 'honeycomb' ? 6 : 1)
  if (nodes > MOST_NODES)
    throw new InsituError('CONFIG', `lattice ${text}: at most ${MOST_NODES} nodes can be asked for, got ${nodes}`)
  const build = kind === 'honeycomb' ? honeycombLattice : triangularLattice
  return build(Number(rows), Number(columns))
}
