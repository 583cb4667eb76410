import type { SpringTopology } from '../../src/kernels/spring.ts'
import { draws } from '../../src/random/draws.ts'
import { STREAM } from '../../src/random/streams.ts'

/** Nodes at given places, bonds between all pairs at distance 1; `pins` are dofs. */
function near(points: readonly (readonly [number, number])[], pins: readonly number[]): SpringTopology {
  const bonds: number[] = []
  const cells = new Map<string, number[]>()
  const cell = (x: number, y: number) => `${Math.floor(x)} ${Math.floor(y)}`
  points.forEach(([x, y], n) => {
    const key = cell(x, y)
    cells.set(key, [...(cells.get(key) ?? []), n])
  })
  points.forEach(([x, y], i) => {
    for (let c = 0; c < 9; c++)
      for (const j of cells.get(cell(x + (c % 3) - 1, y + Math.floor(c / 3) - 1)) ?? [])
        if (j > i && Math.abs(Math.hypot(points[j][0] - x, points[j][1] - y) - 1) < 1e-6) bonds.push(i, j)
  })
  const pinned = new Uint8Array(2 * points.length)
  for (const dof of pins) pinned[dof] = 1
  return {
    nodes: points.length,
    positions: Float64Array.from(points.flat()),
    bonds: Int32Array.from(bonds),
    pinned,
  }
}

const both = (nodes: number) => Array.from({ length: 2 * nodes }, (_, d) => d)

/** Rows of a triangular lattice, every second one shifted by half; the top row is held. */
export function rectangle(rows: number, columns: number, pins = both(columns)): SpringTopology {
  const at = (n: number) => [
    (n % columns) + (Math.floor(n / columns) % 2) / 2,
    (-Math.floor(n / columns) * Math.sqrt(3)) / 2,
  ]
  return near(
    Array.from({ length: rows * columns }, (_, n) => at(n) as [number, number]),
    pins,
  )
}

/** The truncated triangle of 14 nodes and 28 bonds; nodes 1 and 5 (the ends of the upper row) are held. */
export function triangle(): SpringTopology {
  const points = [0, 1, 2, 3].flatMap((i) =>
    Array.from({ length: 5 - i }, (_, j) => [-j - i / 2, (-i * Math.sqrt(3)) / 2] as [number, number]),
  )
  return near(points, [0, 1, 8, 9])
}

/** A square grid: rigid only against stretching along its lines. */
export function grid(rows: number, columns: number): SpringTopology {
  return near(
    Array.from({ length: rows * columns }, (_, n) => [n % columns, -Math.floor(n / columns)] as [number, number]),
    both(columns),
  )
}

/** Cells of a honeycomb, three bonds a node: far from rigid without a diagonal. */
export function honeycomb(rows: number, columns: number): SpringTopology {
  const points = Array.from({ length: rows * columns }, (_, n): [number, number] => {
    const [r, c] = [Math.floor(n / columns), n % columns]
    return [c * (Math.sqrt(3) / 2), -1.5 * r + ((r + c) % 2 === 0 ? 0.25 : -0.25)]
  })
  return near(points, both(2))
}

/** The same lattice without one bond. */
export function without(topology: SpringTopology, bond: number): SpringTopology {
  return { ...topology, bonds: topology.bonds.filter((_, end) => end >> 1 !== bond) }
}

/** Unit vector of every bond: 2 * bonds. */
export function directions({ positions, bonds }: SpringTopology): Float64Array {
  const into = new Float64Array(bonds.length)
  for (let b = 0; b < bonds.length; b += 2) {
    const x = positions[2 * bonds[b]] - positions[2 * bonds[b + 1]]
    const y = positions[2 * bonds[b] + 1] - positions[2 * bonds[b + 1] + 1]
    into[b] = x / Math.hypot(x, y)
    into[b + 1] = y / Math.hypot(x, y)
  }
  return into
}

/** Blocks k t t' for stiffnesses between `low` and 1. */
export function stiffness(topology: SpringTopology, seed: number, low = 0.5): Float64Array {
  const values = draws(seed, STREAM.testInputs)
  const along = directions(topology)
  const blocks = new Float64Array((3 * topology.bonds.length) / 2)
  for (let b = 0; b < topology.bonds.length / 2; b++) {
    const k = low + (1 - low) * values.uniform(b)
    const [x, y] = [along[2 * b], along[2 * b + 1]]
    blocks.set([k * x * x, k * x * y, k * y * y], 3 * b)
  }
  return blocks
}

/** K u, with pinned dofs left out on both sides. */
export function multiply(
  topology: SpringTopology,
  blocks: Float64Array,
  u: Float64Array,
  diagonal?: Float64Array,
): Float64Array {
  const { bonds, pinned } = topology
  const free = u.map((x, d) => (pinned[d] ? 0 : x))
  const into = free.map((x, d) => (diagonal === undefined ? 0 : diagonal[d] * x))
  for (let b = 0; b < bonds.length / 2; b++) {
    const [i, j] = [2 * bonds[2 * b], 2 * bonds[2 * b + 1]]
    const [xx, xy, yy] = blocks.subarray(3 * b, 3 * b + 3)
    const [x, y] = [free[i] - free[j], free[i + 1] - free[j + 1]]
    into[i] += xx * x + xy * y
    into[i + 1] += xy * x + yy * y
    into[j] -= xx * x + xy * y
    into[j + 1] -= xy * x + yy * y
  }
  return into.map((x, d) => (pinned[d] ? 0 : x))
}
