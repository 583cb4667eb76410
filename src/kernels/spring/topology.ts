import { InsituError } from '../../errors.ts'

/** Connectivity of a lattice of springs in the plane; fixed for the life of a solver. */
export interface SpringTopology {
  readonly nodes: number
  /** x, y of every node, m: 2 * nodes. Only the order of elimination is taken from them. */
  readonly positions: Float64Array
  /** Node numbers, two per bond. */
  readonly bonds: Int32Array
  /** 1 where a dof (2 * node + axis) is held at zero: 2 * nodes. */
  readonly pinned: Uint8Array
}

/** Nodes with a free axis, and who is bonded to whom among them. */
export interface Graph {
  /** Node numbers, ascending; everything else counts in places of this list. */
  readonly nodes: Int32Array
  /** Place of every node, -1 where both axes are pinned. */
  readonly places: Int32Array
  /** Neighbours of place p: `neighbours[starts[p]]` to before `neighbours[starts[p + 1]]`. */
  readonly starts: Int32Array
  readonly neighbours: Int32Array
}

function refuse(what: string): never {
  throw new InsituError('SHAPE', `spring solver: ${what}`)
}

/**
 * Refuses a topology whose arrays do not fit together (`SHAPE`) or whose positions are not finite (`NOT_FINITE`).
 */
export function checkTopology({ nodes, positions, bonds, pinned }: SpringTopology): void {
  if (positions.length !== 2 * nodes) refuse(`${positions.length} coordinates for ${nodes} nodes, wanted ${2 * nodes}`)
  if (pinned.length !== 2 * nodes) refuse(`${pinned.length} pin marks for ${nodes} nodes, wanted ${2 * nodes}`)
  if (bonds.length % 2 !== 0) refuse(`${bonds.length} bond ends, wanted an even number`)
  for (let b = 0; b < bonds.length; b += 2) {
    const [i, j] = [bonds[b], bonds[b + 1]]
    if (i === j || Math.min(i, j) < 0 || Math.max(i, j) >= nodes) refuse(`bond ${b / 2} joins nodes ${i} and ${j}`)
  }
  const bad = positions.findIndex((x) => !Number.isFinite(x))
  if (bad >= 0) throw new InsituError('NOT_FINITE', `spring solver: coordinate ${bad} is ${positions[bad]}`)
}

/** The graph of the free nodes; a pair joined by two bonds counts twice. */
export function freeGraph({ nodes: total, bonds, pinned }: SpringTopology): Graph {
  const places = new Int32Array(total).fill(-1)
  let count = 0
  for (let n = 0; n < total; n++) if (!(pinned[2 * n] && pinned[2 * n + 1])) places[n] = count++
  const nodes = new Int32Array(count)
  for (let n = 0; n < total; n++) if (places[n] >= 0) nodes[places[n]] = n
  const starts = new Int32Array(count + 1)
  const visit = (each: (from: number, to: number) => void) => {
    for (let b = 0; b < bonds.length; b += 2) {
      const [i, j] = [places[bonds[b]], places[bonds[b + 1]]]
      if (i < 0 || j < 0) continue
      each(i, j)
      each(j, i)
    }
  }
  visit((from) => starts[from + 1]++)
  for (let p = 0; p < count; p++) starts[p + 1] += starts[p]
  const neighbours = new Int32Array(starts[count])
  const next = starts.slice()
  visit((from, to) => {
    neighbours[next[from]++] = to
  })
  return { nodes, places, starts, neighbours }
}
