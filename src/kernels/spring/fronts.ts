import type { Graph } from './topology.ts'

/** Columns eliminated together, with the nodes their elimination touches. */
export interface Front {
  /** Places in order of elimination. */
  readonly columns: readonly number[]
  /** Places of later fronts that the columns are coupled to, in order of elimination. */
  readonly rows: Int32Array
  /** Number of the front that takes the update matrix up, -1 for none. */
  readonly parent: number
}

interface Growing {
  columns: number[]
  rows: Int32Array
  children: number[]
}

/** Everything in one front: a dense factorisation. */
export function oneFront(order: Int32Array): readonly Front[] {
  return order.length === 0 ? [] : [{ columns: [...order], rows: new Int32Array(0), parent: -1 }]
}

/**
 * Time of one front with `columns` nodes eliminated and `rows` left, in units of one multiply-add (0.1 ns): a fixed
 * part, the square that is handed to the parent, the panel, which the solves read twice, and the arithmetic.
 */
function price(columns: number, rows: number): number {
  const [p, f] = [2 * columns, 2 * (columns + rows)]
  const work = (f * (f + 1) * (f + 2) - (f - p) * (f - p + 1) * (f - p + 2)) / 6
  return 1500 + 12 * rows * (rows + 1) + 10 * p * f + work
}

/**
 * Fronts for an order of elimination, children before parents. Neighbours in the elimination tree are joined where
 * the zeros this stores cost less than two fronts. Source: J. W. H. Liu, SIAM Review 34, 82 (1992).
 */
export function fronts(graph: Graph, order: Int32Array): readonly Front[] {
  const count = order.length
  const structure = structures(graph, order)
  const growing: Growing[] = []
  const roots: number[] = []
  const children: number[][] = Array.from({ length: count }, () => [])
  for (let j = 0; j < count; j++) {
    const own: Growing = { columns: [j], rows: structure[j], children: [] }
    const waiting = children[j].sort((a, b) => growing[b].rows.length - growing[a].rows.length)
    for (const c of waiting) {
      const child = growing[c]
      const [a, b, rows] = [child.columns.length, own.columns.length, own.rows.length]
      if (price(a + b, rows) <= price(a, child.rows.length) + price(b, rows)) {
        own.columns = [...child.columns, ...own.columns]
        own.children.push(...child.children)
      } else own.children.push(c)
    }
    growing.push(own)
    if (own.rows.length > 0) children[own.rows[0]].push(j)
    else roots.push(j)
  }
  return numbered(growing, roots, order)
}

/** Rows of every column of the factor below the diagonal, in steps of the order. */
function structures(graph: Graph, order: Int32Array): readonly Int32Array[] {
  const count = order.length
  const step = new Int32Array(count)
  order.forEach((place, j) => {
    step[place] = j
  })
  const children: number[][] = Array.from({ length: count }, () => [])
  const seen = new Int32Array(count).fill(-1)
  const found: Int32Array[] = []
  for (let j = 0; j < count; j++) {
    const rows: number[] = []
    const take = (i: number) => {
      if (i <= j || seen[i] === j) return
      seen[i] = j
      rows.push(i)
    }
    for (let e = graph.starts[order[j]]; e < graph.starts[order[j] + 1]; e++) take(step[graph.neighbours[e]])
    for (const c of children[j]) found[c].forEach(take)
    const sorted = Int32Array.from(rows).sort()
    found.push(sorted)
    if (sorted.length > 0) children[sorted[0]].push(j)
  }
  return found
}

/** Numbers the fronts so that children come first, and says rows in places, sorted by the final order. */
function numbered(growing: readonly Growing[], roots: readonly number[], order: Int32Array): readonly Front[] {
  const sequence: number[] = []
  const parents = new Int32Array(growing.length).fill(-1)
  const open = [...roots]
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    sequence.push(id)
    for (const child of growing[id].children) {
      parents[child] = id
      open.push(child)
    }
  }
  sequence.reverse()
  const numbers = new Int32Array(growing.length)
  const rank = new Int32Array(order.length)
  let next = 0
  sequence.forEach((id, number) => {
    numbers[id] = number
    for (const j of growing[id].columns) rank[j] = next++
  })
  return sequence.map((id) => ({
    columns: growing[id].columns.map((j) => order[j]),
    rows: growing[id].rows.sort((a, b) => rank[a] - rank[b]).map((j) => order[j]),
    parent: parents[id] < 0 ? -1 : numbers[parents[id]],
  }))
}
