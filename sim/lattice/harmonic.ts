import { InsituError } from '../../src/errors.ts'
import { type SpringSolver, springSolver } from '../../src/kernels/spring.ts'
import { drawnBonds, linearBlocks, projection, takePull } from './bonds.ts'
import { FORGETFUL, type Mechanics } from './mechanics.ts'
import type { Frame } from './topology.ts'

/** A lattice shaken steadily. */
export interface Shaking {
  /** Mass of a node, kg. */
  readonly mass: number
  /** Angular frequency of the forces, rad/s. */
  readonly omega: number
}

/** Out-of-balance force, relative to the largest, above which an answer is not believed. */
const BELIEVED = 1e-9

/**
 * Harmonic steady state without damping: (K - omega^2 M) u = F, amplitudes of forces and displacements (Li and Mao 2025,
 * arXiv 2503.07796). The matrix is indefinite; at a resonance, where neither of two orders of elimination gets through or the
 * forces stay out of balance, the answer is refused. Near one it is as large as physics without damping has it.
 */
export function harmonic(frame: Frame, { mass, omega }: Shaking): Mechanics {
  for (const [name, value] of Object.entries({ mass, omega })) {
    if (!(value >= 0 && Number.isFinite(value)))
      throw new InsituError(
        'CONFIG',
        `lattice: ${name} of its shaking must be zero or positive and finite, got ${value}`,
      )
  }
  const bonds = drawnBonds(frame)
  const nested = springSolver(frame, { definite: false })
  // Elimination without exchanges fails where a leading part is singular; another order has other leading parts.
  let swept: SpringSolver | undefined
  let solver = nested
  const width = 2 * frame.nodes
  const blocks = new Float64Array(3 * bonds.count)
  const inertia = new Float64Array(width).fill(-mass * omega ** 2)
  const residual = new Float64Array(width)

  const outOfBalance = (u: Float64Array, force: Float64Array): number => {
    for (let d = 0; d < width; d++) residual[d] = force[d] - inertia[d] * u[d]
    takePull(bonds, blocks, u, residual)
    let most = 0
    for (let d = 0; d < width; d++) {
      if (frame.pinned[d]) residual[d] = 0
      else if (!(Math.abs(residual[d]) <= most)) most = Math.abs(residual[d])
    }
    return most
  }
  /** One step of refinement takes back what pivots without exchange have lost. */
  const settleOne = (force: Float64Array, u: Float64Array): void => {
    u.set(force)
    solver.solve(u, 1)
    outOfBalance(u, force)
    solver.solve(residual, 1)
    for (let d = 0; d < width; d++) u[d] += residual[d]
    let largest = 0
    for (let d = 0; d < width; d++) if (!frame.pinned[d]) largest = Math.max(largest, Math.abs(force[d]))
    const left = outOfBalance(u, force)
    if (left <= BELIEVED * largest) return
    throw new InsituError(
      'NO_EQUILIBRIUM',
      `lattice of ${frame.nodes} nodes shaken at ${omega} rad/s: forces of ${largest} N stay out of balance by ${left} N`,
      { device: 'lattice', hint: 'the frequency is at a resonance; choose another or other stiffness bounds' },
    )
  }
  return {
    ...FORGETFUL,
    frame,
    stiffen(stiffness) {
      linearBlocks(bonds, stiffness, blocks)
      solver = nested
      if (solver.factor(blocks, inertia) < 0) return
      swept ??= springSolver(frame, { definite: false, kind: 'banded' })
      solver = swept
      const at = solver.factor(blocks, inertia)
      if (at < 0) return
      throw new InsituError(
        'NO_EQUILIBRIUM',
        `lattice of ${frame.nodes} nodes: at ${omega} rad/s its matrix has no factor (node ${frame.names[at >> 1]}): a resonance of the lattice or of a part of it`,
        { device: 'lattice', hint: 'choose another frequency or other stiffness bounds' },
      )
    },
    settle(forces, rows, seconds, displacements) {
      for (let r = 0; r < rows; r++) {
        const [from, to] = [r * width, (r + 1) * width]
        settleOne(forces.subarray(from, to), displacements.subarray(from, to))
      }
      return rows * seconds
    },
    elongate: projection(bonds, frame.nodes),
  }
}
