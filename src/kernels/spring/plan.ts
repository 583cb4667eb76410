import { type Front, fronts, oneFront } from './fronts.ts'
import { dissect, sweep } from './order.ts'
import { freeGraph, type SpringTopology } from './topology.ts'

/** How the unknowns are put in order. */
export type SpringKind = 'dense' | 'banded' | 'sparse'

/**
 * Everything about a factorisation that does not depend on the stiffness. Nodes come in blocks of two dofs; a front
 * with c columns and r rows (nodes) has a panel of c + r block rows, each 2 c columns of two doubles, and an update
 * matrix of r block rows, each 2 r columns of two doubles, of which the lower half is used.
 */
export interface Plan {
  readonly kind: SpringKind
  /** Nodes of the caller, and the double numbers per call that follow from it: blocks 3 * bonds, vectors 2 * nodes. */
  readonly nodes: number
  readonly bonds: number
  /** Node of every step of the elimination. */
  readonly order: Int32Array
  /** 1 for the held dofs (2 * step + axis) of nodes of which the other axis is free. */
  readonly held: Int32Array
  /** Words per front, see `WORD`. */
  readonly fronts: Int32Array
  readonly count: number
  /** Steps of the rows of all fronts, and where each lies in its parent: its columns first, then its rows. */
  readonly rows: Int32Array
  readonly places: Int32Array
  readonly children: Int32Array
  /** Pairs (double of the panel, double of the blocks): first the blocks to add, then those to take away. */
  readonly terms: Int32Array
  /** Doubles of the panels that a held dof sets to zero. */
  readonly zeros: Int32Array
  /** Doubles of all panels, of all live update matrices, and of the largest panel; block rows of the largest front. */
  readonly panels: number
  readonly updates: number
  readonly panel: number
  readonly height: number
}

/** What the words of a front mean; counts and steps in nodes, panel and update as numbers of doubles. */
export const WORD = {
  first: 0,
  columns: 1,
  rows: 2,
  rowsAt: 3,
  panelAt: 4,
  updateAt: 5,
  childAt: 6,
  children: 7,
  termAt: 8,
  plus: 9,
  minus: 10,
  zeroAt: 11,
  zeros: 12,
  size: 13,
} as const

/** Symbolic analysis: order, fronts, and where every bond goes. */
export function plan(topology: SpringTopology, kind: SpringKind): Plan {
  const graph = freeGraph(topology)
  const sequence = kind === 'sparse' ? dissect(graph, topology.positions) : sweep(graph, topology.positions)
  const list = kind === 'dense' ? oneFront(sequence) : fronts(graph, sequence)
  const steps = new Int32Array(graph.nodes.length)
  const order = new Int32Array(graph.nodes.length)
  let next = 0
  for (const { columns } of list) {
    for (const place of columns) {
      steps[place] = next
      order[next++] = graph.nodes[place]
    }
  }
  const held = Int32Array.from({ length: 2 * order.length }, (_, d) => topology.pinned[2 * order[d >> 1] + (d & 1)])
  const stepOf = graph.places.map((place) => (place < 0 ? -1 : steps[place]))
  const shape = layout(list, steps)
  return {
    kind,
    nodes: topology.nodes,
    bonds: topology.bonds.length / 2,
    order,
    held,
    count: list.length,
    ...shape,
    ...assembly(topology, stepOf, held, shape.fronts, shape.rows),
  }
}

/** Columns, rows and storage of the fronts. */
function layout(list: readonly Front[], steps: Int32Array) {
  const words = new Int32Array(list.length * WORD.size)
  const rows: number[] = []
  const places: number[] = []
  const kids: number[][] = list.map(() => [])
  const children: number[] = []
  const depth = new Int32Array(list.length)
  for (let f = list.length - 1; f >= 0; f--) if (list[f].parent >= 0) depth[f] = depth[list[f].parent] + 1
  let [first, panels, panel, height] = [0, 0, 0, 0]
  // Update matrices that wait for their parent are those of the latest fronts of one depth: a front pops its
  // children off one stack and pushes its own onto the other.
  const stacks: [number, number] = [0, 0]
  const deepest: [number, number] = [0, 0]
  list.forEach((front, f) => {
    if (front.parent >= 0) kids[front.parent].push(f)
    const [c, r] = [front.columns.length, front.rows.length]
    const size = 4 * c * (c + r)
    const side = depth[f] & 1
    for (const child of kids[f]) stacks[1 - side] -= 4 * list[child].rows.length ** 2
    const at = f * WORD.size
    words[at + WORD.first] = first
    words[at + WORD.columns] = c
    words[at + WORD.rows] = r
    words[at + WORD.rowsAt] = rows.length
    words[at + WORD.panelAt] = panels
    words[at + WORD.updateAt] = stacks[side]
    words[at + WORD.childAt] = children.length
    words[at + WORD.children] = kids[f].length
    children.push(...kids[f])
    for (const place of front.rows) rows.push(steps[place])
    stacks[side] += 4 * r * r
    deepest[side] = Math.max(deepest[side], stacks[side])
    first += c
    panels += size
    panel = Math.max(panel, size)
    height = Math.max(height, c + r)
  })
  for (let f = 0; f < list.length; f++) if (depth[f] & 1) words[f * WORD.size + WORD.updateAt] += deepest[0]
  list.forEach((front, f) => {
    if (front.parent < 0) return
    const above = front.parent * WORD.size
    const [begin, columns, from] = [words[above + WORD.first], words[above + WORD.columns], words[above + WORD.rowsAt]]
    let seek = from
    for (let n = 0; n < front.rows.length; n++) {
      const step = rows[words[f * WORD.size + WORD.rowsAt] + n]
      if (step < begin + columns) places.push(step - begin)
      else {
        while (rows[seek] !== step) seek++
        places.push(columns + seek - from)
      }
    }
  })
  return {
    fronts: words,
    rows: Int32Array.from(rows),
    places: Int32Array.from(places),
    children: Int32Array.from(children),
    panels,
    updates: deepest[0] + deepest[1],
    panel,
    height,
  }
}

/** Which block of which bond goes where, front by front. */
function assembly(
  { bonds }: SpringTopology,
  stepOf: Int32Array,
  held: Int32Array,
  words: Int32Array,
  rows: Int32Array,
) {
  const count = words.length / WORD.size
  const owner = new Int32Array(held.length / 2)
  for (let f = 0; f < count; f++) {
    const first = words[f * WORD.size + WORD.first]
    owner.fill(f, first, first + words[f * WORD.size + WORD.columns])
  }
  const plus: number[][] = Array.from({ length: count }, () => [])
  const minus: number[][] = Array.from({ length: count }, () => [])
  const clear: number[][] = Array.from({ length: count }, () => [])
  const put = (lists: number[][], row: number, column: number, bond: number) => {
    const f = owner[column]
    const at = f * WORD.size
    const [first, columns, from] = [words[at + WORD.first], words[at + WORD.columns], words[at + WORD.rowsAt]]
    const within = row - first
    const line = within < columns ? within : columns + find(rows, from, from + words[at + WORD.rows], row) - from
    const target = 4 * (line * columns + column - first)
    lists[f].push(target, 3 * bond)
    for (let d = 0; d < 4; d++) if (held[2 * row + (d & 1)] || held[2 * column + (d >> 1)]) clear[f].push(target + d)
  }
  for (let b = 0; b < bonds.length / 2; b++) {
    const [i, j] = [stepOf[bonds[2 * b]], stepOf[bonds[2 * b + 1]]]
    if (i >= 0) put(plus, i, i, b)
    if (j >= 0) put(plus, j, j, b)
    if (i >= 0 && j >= 0) put(minus, Math.max(i, j), Math.min(i, j), b)
  }
  const terms: number[] = []
  const zeros: number[] = []
  for (let f = 0; f < count; f++) {
    const at = f * WORD.size
    words[at + WORD.termAt] = terms.length
    words[at + WORD.plus] = plus[f].length / 2
    words[at + WORD.minus] = minus[f].length / 2
    for (const list of [plus[f], minus[f]]) for (const word of list) terms.push(word)
    words[at + WORD.zeroAt] = zeros.length
    words[at + WORD.zeros] = clear[f].length
    for (const word of clear[f]) zeros.push(word)
  }
  return { terms: Int32Array.from(terms), zeros: Int32Array.from(zeros) }
}

/** Index of `value` in the ascending `list` between `from` and `to`, where it is. */
function find(list: Int32Array, from: number, to: number, value: number): number {
  while (to - from > 1) {
    const middle = (from + to) >> 1
    if (list[middle] <= value) from = middle
    else to = middle
  }
  return from
}
