import { InsituError } from '../../src/errors.ts'
import { type LatticeGeometry, withPins } from './geometry.ts'

/** Distance between neighbours in the paper's printed lattice, m. */
const PAPER_SPACING = 16e-3
const HEIGHT = Math.sqrt(3) / 2

/**
 * The truncated triangle of Li & Mao 2024: 14 nodes named '1' to '14' along rows, 28 bonds, nodes 1 and 5 pinned.
 * Neighbours are 16 mm apart; rows go down from y = 0, and nodes of a row go left from x = 0.
 */
export function paperLattice(): LatticeGeometry {
  const a = PAPER_SPACING
  const nodes: { name: string; x: number; y: number }[] = []
  const bonds: [number, number][] = []
  for (let row = 0; row < 4; row++) {
    const width = 5 - row
    for (let j = 0; j < width; j++) {
      const node = nodes.length
      nodes.push({ name: String(node + 1), x: 0 - j * a - (row * a) / 2, y: 0 - row * a * HEIGHT })
      if (j + 1 < width) bonds.push([node, node + 1])
      // The row below starts half a spacing further left and is one node shorter.
      if (row < 3 && j > 0) bonds.push([node, node + width - 1])
      if (row < 3 && j + 1 < width) bonds.push([node, node + width])
    }
  }
  return withPins({ name: 'paper', nodes, bonds, pins: [] }, ['1', '5'])
}

/** What the built-in lattices leave open. */
export interface BuilderOptions {
  /** Distance between neighbours, m. */
  readonly spacing?: number
  /** What holds it instead of the default, as in `withPins`. */
  readonly pins?: readonly string[]
}

/**
 * A triangular lattice of rows x columns nodes named 'row,column' from '1,1'; the whole top row is pinned.
 * Rows go down from y = 0, every second one is shifted right by half a spacing (16 mm if nothing is said). Bonds are in
 * rising order of their nodes; 8x8 has 161.
 */
export function triangularLattice(rows: number, columns: number, options: BuilderOptions = {}): LatticeGeometry {
  const a = checked('triangular', rows, columns, options.spacing ?? PAPER_SPACING)
  const nodes: { name: string; x: number; y: number }[] = []
  const bonds: [number, number][] = []
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) {
      const node = nodes.length
      nodes.push({ name: `${r + 1},${c + 1}`, x: (c + (r % 2) / 2) * a, y: 0 - r * HEIGHT * a })
      if (c + 1 < columns) bonds.push([node, node + 1])
      if (r + 1 === rows) continue
      // The two neighbours below: left and right of a shifted row are the same column and the next.
      const left = c - 1 + (r % 2)
      const below = (r + 1) * columns
      if (left >= 0) bonds.push([node, below + left])
      if (left + 1 < columns) bonds.push([node, below + left + 1])
    }
  }
  const geometry: LatticeGeometry = {
    name: `triangular ${rows}x${columns}`,
    nodes,
    bonds,
    pins: Array.from({ length: columns }, (_, node) => ({ node, axis: 'xy' as const })),
  }
  return options.pins === undefined ? geometry : withPins(geometry, options.pins)
}

/**
 * The honeycomb of Li & Mao 2025 (arXiv 2503.07796): rows x columns cells of six nodes named 'row,column,k' from
 * '1,1,1', with k from 1 at angle (k - 1) 60 degrees about the cell's centre. Nothing is pinned if nothing is said.
 *
 * Neighbours are `spacing` apart (1 m, as there), within a cell and between cells. Rows go up, each shifted right by
 * half a cell. Bonds: the rings (1-2 .. 5-6, 6-1) cell by cell, then for each cell those to the cells on its right,
 * above, and above on the left. Order and numbering follow the authors' `U_shape.m`.
 */
export function honeycombLattice(rows: number, columns: number, options: BuilderOptions = {}): LatticeGeometry {
  const a = checked('honeycomb', rows, columns, options.spacing ?? 1)
  const nodes: { name: string; x: number; y: number }[] = []
  const rings: [number, number][] = []
  const links: [number, number][] = []
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      const cell = nodes.length
      const above = cell + 6 * columns
      for (let k = 0; k < 6; k++) {
        const angle = (k * Math.PI) / 3
        nodes.push({
          name: `${i + 1},${j + 1},${k + 1}`,
          x: a * (Math.cos(angle) + 3 * j + 1.5 * i),
          y: a * (Math.sin(angle) + 3 * HEIGHT * i),
        })
        rings.push([cell + k, cell + ((k + 1) % 6)])
      }
      if (j + 1 < columns) links.push([cell, cell + 6 + 3])
      if (i + 1 < rows) links.push([cell + 1, above + 4])
      if (i + 1 < rows && j > 0) links.push([cell + 2, above - 6 + 5])
    }
  }
  const geometry: LatticeGeometry = {
    name: `honeycomb ${rows}x${columns}`,
    nodes,
    bonds: [...rings, ...links],
    pins: [],
  }
  return options.pins === undefined ? geometry : withPins(geometry, options.pins)
}

function checked(kind: string, rows: number, columns: number, spacing: number): number {
  for (const [what, given] of [
    ['rows', rows],
    ['columns', columns],
  ] as const) {
    if (Number.isInteger(given) && given >= 1) continue
    throw new InsituError('CONFIG', `${kind} lattice: ${what} must be a whole number from 1, got ${given}`)
  }
  if (spacing > 0 && Number.isFinite(spacing)) return spacing
  throw new InsituError('CONFIG', `${kind} lattice: spacing must be a length above 0 m, got ${spacing}`)
}
