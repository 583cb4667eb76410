import { type SpringTopology, springSolver } from '../../src/kernels/spring.ts'
import { directions, rectangle } from '../kernels/lattices.ts'
import type { Contender } from './measure.ts'

/** A lattice with everything a training step needs, the same for every peer. */
export interface TrainingCase {
  readonly topology: SpringTopology
  readonly bonds: number
  /** Unit vector of every bond. */
  readonly along: Float64Array
  /** N/m per bond. */
  readonly stiffness: Float64Array
  /** N per dof: four nodes of the lowest row pull down. */
  readonly load: Float64Array
  /** Wanted m of three other nodes, NaN for every other dof; the adjoint load is wanted minus found. */
  readonly target: Float64Array
}

/** A triangular lattice hung by its top row, stiffness 103 to 172 N/m. */
export function trainingCase(rows: number, columns: number): TrainingCase {
  const topology = rectangle(rows, columns)
  const bonds = topology.bonds.length / 2
  const stiffness = Float64Array.from({ length: bonds }, (_, b) => 103 + 69 * ((b * 0.618033988749895) % 1))
  const load = new Float64Array(2 * topology.nodes)
  const target = new Float64Array(2 * topology.nodes).fill(Number.NaN)
  const last = (rows - 1) * columns
  for (let n = 0; n < 4; n++) load[2 * (last + Math.floor((n * (columns - 1)) / 4)) + 1] = -0.049 * (1 + n / 4)
  for (let n = 0; n < 3; n++) target[2 * (last - columns + Math.floor(((n + 1) * (columns - 1)) / 4))] = 1e-4 * n
  return { topology, bonds, along: directions(topology), stiffness, load, target }
}

/** Largest difference, as a share of the largest number wanted. */
export function differs(given: Float64Array, wanted: Float64Array): number {
  let [worst, size] = [0, 0]
  wanted.forEach((x, n) => {
    worst = Math.max(worst, Math.abs(given[n] - x))
    size = Math.max(size, Math.abs(x))
  })
  return worst / size
}

/** One training step: assemble, factorise, forward, adjoint, products of the elongations of every bond. */
export interface TrainingStep extends Contender {
  /** The products of row 0 alone. */
  products(): Float64Array
}

/**
 * The step through the direct solver, for `rows` samples that share the stiffness; row r has 1 + r / rows times the load.
 * Without `whole` the solver's work alone: the products are left out.
 */
export function trainingStep(name: string, given: TrainingCase, rows: number, whole = true): TrainingStep {
  const { topology, bonds, along, stiffness, load, target } = given
  const solver = springSolver(topology)
  const size = 2 * topology.nodes
  const blocks = new Float64Array(3 * bonds)
  const [u, a] = [new Float64Array(rows * size), new Float64Array(rows * size)]
  const loads = Float64Array.from(u, (_, n) => load[n % size] * (1 + Math.floor(n / size) / rows))
  const outputs = [...target.keys()].filter((d) => !Number.isNaN(target[d]))
  const products = new Float64Array(bonds)
  const ends = topology.bonds.map((node) => 2 * node)
  const step = (count: number) => {
    for (let b = 0; b < bonds; b++) {
      const k = stiffness[b]
      const [x, y] = [along[2 * b], along[2 * b + 1]]
      blocks[3 * b] = k * x * x
      blocks[3 * b + 1] = k * x * y
      blocks[3 * b + 2] = k * y * y
    }
    const bad = solver.factor(blocks)
    if (bad >= 0) throw new Error(`dof ${bad} is loose`)
    u.set(count === rows ? loads : loads.subarray(0, count * size))
    solver.solve(u, count)
    a.fill(0)
    for (let r = 0; r < count * size; r += size) for (const d of outputs) a[r + d] = target[d] - u[r + d]
    solver.solve(a, count)
    products.fill(0)
    if (whole) for (let r = 0; r < count; r++) accumulate(ends, along, u, a, r * size, products)
  }
  // Short steps are counted in groups, so that reading the clock costs nothing.
  const group = Math.max(1, Math.round(2e5 / (bonds * (100 + 15 * rows))))
  return {
    name,
    work() {
      for (let n = 0; n < group; n++) step(rows)
      return group
    },
    products() {
      step(1)
      return products.slice()
    },
  }
}

/** products_b += e_b(u) e_b(a) for the vector that begins at `from`. */
function accumulate(
  ends: Int32Array,
  along: Float64Array,
  u: Float64Array,
  a: Float64Array,
  from: number,
  products: Float64Array,
): void {
  for (let b = 0; b < products.length; b++) {
    const i = from + ends[2 * b]
    const j = from + ends[2 * b + 1]
    const x = along[2 * b]
    const y = along[2 * b + 1]
    products[b] += (x * (u[i] - u[j]) + y * (u[i + 1] - u[j + 1])) * (x * (a[i] - a[j]) + y * (a[i + 1] - a[j + 1]))
  }
}
