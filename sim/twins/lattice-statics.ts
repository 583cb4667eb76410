import { elongator } from '../../src/kernels/elongation.ts'
import { springSolver } from '../../src/kernels/spring.ts'
import { superposition } from '../../src/kernels/superposition.ts'
import { drawnBonds, linearBlocks } from '../lattice/bonds.ts'
import { finite } from '../lattice/finite.ts'
import { loose } from '../lattice/rigidity.ts'
import type { Frame } from '../lattice/topology.ts'

/** A lattice at rest under one row of forces after the other, and its answer to a load there. */
export interface Statics {
  /** Takes the stiffness of every bond, N/m; throws `MECHANISM` where nodes are loose. */
  stiffen(stiffness: Float64Array): void
  /** Comes to rest under forces (2 per node, N): displacements (2 per node, m). Throws `NO_EQUILIBRIUM`. */
  rest(forces: Float64Array, displacements: Float64Array): void
  /** Elongation of every bond at the last rest, m. */
  elongation(into: Float64Array): void
  /** First-order displacements that small loads on the outputs add to the last rest, m. */
  respond(loads: Float64Array, displacements: Float64Array): void
  /** First-order elongations of displacements about the last rest, m. */
  stretch(displacements: Float64Array, into: Float64Array): void
}

/**
 * Small displacements: one factorisation per stiffness, one solve for each axis that is loaded or read, and sums for every row.
 * `loaded` and `outputs` are axes.
 */
export function linearStatics(frame: Frame, loaded: readonly number[], outputs: Int32Array): Statics {
  const bonds = drawnBonds(frame)
  const solver = springSolver(frame)
  const elongate = elongator(bonds, frame.nodes)
  const width = 2 * frame.nodes
  const blocks = new Float64Array(3 * bonds.count)
  const pulled = superposition(loaded.length, width)
  const pushed = superposition(outputs.length, width)
  const newtons = new Float64Array(loaded.length)
  const last = new Float64Array(width)
  const solve = (axes: ArrayLike<number>, columns: Float64Array) => {
    columns.fill(0)
    for (let n = 0; n < axes.length; n++) columns[n * width + axes[n]] = 1
    // The kernel keeps columns in memory of its own, which its solver cannot take.
    const units = columns.slice()
    solver.solve(units, axes.length)
    columns.set(units)
  }
  return {
    stiffen(stiffness) {
      linearBlocks(bonds, stiffness, blocks)
      if (solver.factor(blocks) >= 0) throw loose(frame, solver.looseMode())
      solve(loaded, pulled.columns)
      solve(outputs, pushed.columns)
    },
    rest(forces, displacements) {
      for (let n = 0; n < loaded.length; n++) newtons[n] = forces[loaded[n]]
      pulled.weigh(newtons, last)
      displacements.set(last)
    },
    elongation: (into) => elongate(last, into),
    respond: (loads, displacements) => pushed.weigh(loads, displacements),
    stretch: (displacements, into) => elongate(displacements, into),
  }
}

/** Finite strain: Newton's method for every row, and the tangent at its rest for the answer. */
export function finiteStatics(frame: Frame, outputs: Int32Array): Statics {
  const mechanics = finite(frame)
  const last = new Float64Array(2 * frame.nodes)
  return {
    stiffen: (stiffness) => mechanics.stiffen(stiffness),
    rest(forces, displacements) {
      mechanics.settle(forces, 1, 0, last)
      displacements.set(last)
    },
    elongation: (into) => void mechanics.elongate(last, 1, into),
    respond(loads, displacements) {
      displacements.fill(0)
      for (let o = 0; o < outputs.length; o++) displacements[outputs[o]] += loads[o]
      // A rest that Newton's method found has a positive definite tangent.
      mechanics.linearise(last)
      mechanics.respond(displacements, 1)
    },
    stretch: (displacements, into) => mechanics.stretch(last, displacements, into),
  }
}
