import { springSolver } from '../../src/kernels/spring.ts'
import { type Superposition, superposition } from '../../src/kernels/superposition.ts'
import { drawnBonds, linearBlocks, projection } from './bonds.ts'
import { FORGETFUL, type Mechanics } from './mechanics.ts'
import { loose } from './rigidity.ts'
import type { Frame } from './topology.ts'

/**
 * Up to this many axes that forces act on, answers are put together from one solved column each: a batch then costs no more
 * solves than a single row. The choice may not depend on the batch, or a row's last bits would.
 */
const COLUMNS = 12

/** Displacements under 1 N on each of some axes, solved together when the first of them is wanted. */
interface Columns extends Superposition {
  readonly axes: readonly number[]
  /** Forces on the axes in the present row. */
  readonly newtons: Float64Array
  /** 1 N on each axis, one after the other. */
  readonly units: Float64Array
  solved: boolean
}

/**
 * Small displacements: C^T diag(k) C u = F, factored once per stiffness, any number of forces. `loaded` are groups of axes
 * that forces will act on, usually together; none if that is not known, and every row is then solved for by itself.
 */
export function linear(frame: Frame, loaded: readonly (readonly number[])[] = []): Mechanics {
  const bonds = drawnBonds(frame)
  const solver = springSolver(frame)
  const blocks = new Float64Array(3 * bonds.count)
  const width = 2 * frame.nodes
  const few = loaded.reduce((sum, axes) => sum + axes.length, 0) <= COLUMNS
  const groups: readonly Columns[] = (few ? loaded : [])
    .filter((axes) => axes.length > 0)
    .map((axes) => ({
      ...superposition(axes.length, width),
      axes,
      newtons: new Float64Array(axes.length),
      units: new Float64Array(axes.length * width),
      solved: false,
    }))
  const part = new Float64Array(width)

  const solve = (group: Columns) => {
    const { units } = group
    units.fill(0)
    group.axes.forEach((axis, n) => {
      units[n * width + axis] = 1
    })
    solver.solve(units, group.axes.length)
    group.columns.set(units)
    group.solved = true
  }
  /** The answer to one row of forces: that of the first group that pulls, and what the others add. */
  const answer = (forces: Float64Array, into: Float64Array) => {
    let begun = false
    for (const group of groups) {
      const { axes, newtons } = group
      let pulls = false
      for (let n = 0; n < axes.length; n++) {
        newtons[n] = forces[axes[n]]
        if (newtons[n] !== 0) pulls = true
      }
      if (!pulls) continue
      if (!group.solved) solve(group)
      group.weigh(newtons, begun ? part : into)
      if (begun) for (let d = 0; d < width; d++) into[d] += part[d]
      begun = true
    }
    if (!begun) into.fill(0)
  }
  return {
    ...FORGETFUL,
    frame,
    stiffen(stiffness) {
      linearBlocks(bonds, stiffness, blocks)
      for (const group of groups) group.solved = false
      if (solver.factor(blocks) >= 0) throw loose(frame, solver.looseMode())
    },
    settle(forces, rows, seconds, displacements) {
      if (groups.length > 0) {
        for (let from = 0; from < rows * width; from += width)
          answer(forces.subarray(from, from + width), displacements.subarray(from, from + width))
      } else {
        displacements.set(forces.subarray(0, rows * width))
        solver.solve(displacements, rows)
      }
      return rows * seconds
    },
    elongate: projection(bonds, frame.nodes),
  }
}
