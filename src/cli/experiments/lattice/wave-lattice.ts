import { type Dof, honeycombLattice, type LatticeGeometry, withoutNodes, withPins } from '../../../../devices/index.ts'

/** Cells along and up: columns j and rows i, from 1. */
const COLUMNS = 24
const ROWS = 16
/** The soft phase fills these columns up to this row; the rest is the stiff one. */
const LEFT = COLUMNS / 4
const RIGHT = (3 * COLUMNS) / 4
const TOP = (3 * ROWS) / 4

/** Bonds of the softer and the stiffer kind may be trained; those across the interface are what they are. */
export type Kind = 'soft' | 'stiff' | 'interface'

export interface WaveLattice {
  /** Its bonds are in the order soft, stiff, interface. */
  readonly geometry: LatticeGeometry
  readonly counts: Readonly<Record<Kind, number>>
  readonly inputs: readonly Dof[]
  /** Both axes of every node of the first port, then of the second. */
  readonly outputs: readonly Dof[]
}

/**
 * The honeycomb of Li and Mao (2025, arXiv 2503.07796) with its interface in the shape of a U: 24 x 16 cells of six nodes,
 * cut to a parallelogram whose rim is held, excited at the foot of the U and read along its two arms. Facts of the
 * geometry are taken from the authors' code.
 */
export function waveLattice(): WaveLattice {
  const all = honeycombLattice(ROWS, COLUMNS, { spacing: 1 })
  const cut = withoutNodes(all, names(gone))
  const rim = new Set(names(held))
  const pinned = withPins(cut, [...rim])
  const label = (node: number) => pinned.nodes[node].name
  // Two held nodes pull at nothing.
  const kept = pinned.bonds.filter(([a, b]) => !(rim.has(label(a)) && rim.has(label(b))))
  const kinds: readonly Kind[] = ['soft', 'stiff', 'interface']
  const sorted = kinds.map((kind) => kept.filter(([a, b]) => kindOf(label(a), label(b)) === kind))
  const port = (columns: readonly number[]): Dof[] =>
    cells(range(2, TOP), columns).flatMap(({ i, j }) =>
      range(1, 6).flatMap((k): Dof[] => [
        { node: `${i},${j},${k}`, axis: 'x' },
        { node: `${i},${j},${k}`, axis: 'y' },
      ]),
    )
  const middle = COLUMNS / 2
  return {
    geometry: { ...pinned, name: 'honeycomb with a U', bonds: sorted.flat() },
    counts: { soft: sorted[0].length, stiff: sorted[1].length, interface: sorted[2].length },
    inputs: [`${TOP},${middle},2`, `${TOP + 1},${middle},5`].flatMap((node): Dof[] => [
      { node, axis: 'x' },
      { node, axis: 'y' },
    ]),
    outputs: [...port([LEFT, LEFT + 1]), ...port([RIGHT, RIGHT + 1])],
  }
}

interface Cell {
  readonly i: number
  readonly j: number
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, n) => from + n)
}

function cells(rows: readonly number[], columns: readonly number[]): Cell[] {
  return rows.flatMap((i) => columns.map((j) => ({ i, j })))
}

/** Names of the nodes that a rule picks in every cell. */
function names(rule: (cell: Cell) => readonly number[]): string[] {
  const found = cells(range(1, ROWS), range(1, COLUMNS)).flatMap((cell) =>
    [...new Set(rule(cell))].map((k) => `${cell.i},${cell.j},${k}`),
  )
  return found
}

/** Corners of the rim cells that stick out. */
function gone({ i, j }: Cell): readonly number[] {
  return [
    ...(j === 1 ? [2, 3, 4, 5, ...(i === 2 ? [6] : [])] : []),
    ...(j === COLUMNS ? [1, 2, 5, 6, ...(i === ROWS - 1 ? [3] : [])] : []),
    ...(i === 1 ? [1, 4, 5, 6, ...(j === 2 ? [3] : [])] : []),
    ...(i === ROWS ? [1, 2, 3, 4, ...(j === COLUMNS - 1 ? [6] : [])] : []),
  ]
}

/** What is left of the rim, and held. */
function held({ i, j }: Cell): readonly number[] {
  if (j === 1) return i === 1 ? [] : i === 2 ? [1] : i === ROWS ? [6] : [1, 6]
  if (j === COLUMNS) return i === ROWS ? [] : i === ROWS - 1 ? [4] : i === 1 ? [3] : [3, 4]
  if (i === 1) return j === 2 ? [2] : [2, 3]
  if (i === ROWS) return j === COLUMNS - 1 ? [5] : [5, 6]
  return []
}

function kindOf(a: string, b: string): Kind {
  const [ia, ja, ka] = a.split(',').map(Number)
  const [ib, jb, kb] = b.split(',').map(Number)
  const soft = (i: number, j: number) => j > LEFT && j <= RIGHT && i <= TOP
  if (ia === ib && ja === jb) return soft(ia, ja) ? 'soft' : 'stiff'
  // A bond belongs to the cell it starts from: by node 1 to the right, by 2 up, by 3 up and left.
  return ka < kb ? betweenCells(ia, ja, ka) : betweenCells(ib, jb, kb)
}

/** Kind of the bond that leaves cell (i, j) by its node k: stiff within the soft phase, soft outside. */
function betweenCells(i: number, j: number, k: number): Kind {
  const inside = (row: number, column: number) => column > LEFT && column <= RIGHT && row <= TOP
  const [row, column] = k === 1 ? [i, j + 1] : k === 2 ? [i + 1, j] : [i + 1, j - 1]
  const [here, there] = [inside(i, j), inside(row, column)]
  return here !== there ? 'interface' : here ? 'stiff' : 'soft'
}
