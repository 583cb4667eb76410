import type { Graph } from './topology.ts'

/** Parts of at most this many nodes are not cut any further. */
const SMALL = 2

/** Places by their coordinate along the longer side of the lattice: small bandwidth. */
export function sweep(graph: Graph, positions: Float64Array): Int32Array {
  const all = Int32Array.from(graph.nodes, (_, p) => p)
  const [axis, other] = extent(graph, positions, all, 0) >= extent(graph, positions, all, 1) ? [0, 1] : [1, 0]
  const at = (place: number, along: number) => positions[2 * graph.nodes[place] + along]
  return all.sort((a, b) => at(a, axis) - at(b, axis) || at(a, other) - at(b, other) || a - b)
}

function extent(graph: Graph, positions: Float64Array, part: Int32Array, axis: number): number {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const place of part) {
    const x = positions[2 * graph.nodes[place] + axis]
    low = Math.min(low, x)
    high = Math.max(high, x)
  }
  return high - low
}

interface Cut {
  readonly low: Int32Array
  readonly high: Int32Array
  readonly separator: Int32Array
  /** Smaller is better: size of the separator, worse where the halves are unequal. */
  readonly price: number
}

/**
 * Nested dissection by coordinates: cut the lattice in halves, eliminate both before the nodes that part them, and the
 * same within the halves. Of the cuts across x and y the one with the smaller separator counts.
 * Source: A. George, SIAM J. Numer. Anal. 10, 345 (1973).
 */
export function dissect(graph: Graph, positions: Float64Array): Int32Array {
  const order: number[] = []
  /** Which part of the present cut a place belongs to, by a number used once. */
  const side = new Int32Array(graph.nodes.length)
  let mark = 0

  function cut(part: Int32Array, axis: number): Cut {
    const at = (place: number) => positions[2 * graph.nodes[place] + axis]
    const sorted = part.slice().sort((a, b) => at(a) - at(b) || a - b)
    const half = sorted.length >> 1
    const [low, high] = [++mark, ++mark]
    sorted.forEach((place, n) => {
      side[place] = n < half ? low : high
    })
    const touches = (place: number, other: number) => {
      for (let e = graph.starts[place]; e < graph.starts[place + 1]; e++)
        if (side[graph.neighbours[e]] === other) return true
      return false
    }
    const below = sorted.subarray(0, half)
    const above = sorted.subarray(half)
    const edgeBelow = below.filter((place) => touches(place, high))
    const edgeAbove = above.filter((place) => touches(place, low))
    const fromBelow = edgeBelow.length <= edgeAbove.length
    const separator = fromBelow ? edgeBelow : edgeAbove
    const other = fromBelow ? high : low
    const rest = (fromBelow ? below : above).filter((place) => !touches(place, other))
    const kept = fromBelow ? above : below
    const price = separator.length * (1 + Math.abs(rest.length - kept.length) / part.length)
    return { low: rest, high: kept, separator, price }
  }

  function visit(part: Int32Array): void {
    if (part.length <= SMALL) {
      order.push(...part)
      return
    }
    const [x, y] = [cut(part, 0), cut(part, 1)]
    const best = x.price <= y.price ? x : y
    visit(best.low)
    visit(best.high)
    order.push(...best.separator)
  }
  visit(Int32Array.from(graph.nodes, (_, p) => p))
  return Int32Array.from(order)
}
