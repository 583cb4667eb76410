import { springSolver } from '../../src/kernels/spring.ts'
import { drawnBonds, linearBlocks, project } from './bonds.ts'
import { FORGETFUL, type Mechanics } from './mechanics.ts'
import { loose } from './rigidity.ts'
import type { Frame } from './topology.ts'

/** Small displacements: C^T diag(k) C u = F, factored once per stiffness, any number of forces. */
export function linear(frame: Frame): Mechanics {
  const bonds = drawnBonds(frame)
  const solver = springSolver(frame)
  const blocks = new Float64Array(3 * bonds.count)
  return {
    ...FORGETFUL,
    frame,
    stiffen(stiffness) {
      linearBlocks(bonds, stiffness, blocks)
      if (solver.factor(blocks) >= 0) throw loose(frame, solver.looseMode())
    },
    settle(forces, rows, seconds, displacements) {
      const width = 2 * frame.nodes
      const answer = displacements.subarray(0, rows * width)
      answer.set(forces.subarray(0, rows * width))
      solver.solve(answer, rows)
      return rows * seconds
    },
    elongate: (u, rows, e) => project(bonds, u, rows, e),
  }
}
