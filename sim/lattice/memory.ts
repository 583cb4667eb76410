import { joined } from '../state.ts'
import type { Mechanics } from './mechanics.ts'

/** Creep: a lattice gives way at once, and then by a further share of it with a time constant. */
export interface Creep {
  /** What is added to the displacement in the end, relative to it. */
  readonly share: number
  /** Time constant, s. */
  readonly seconds: number
}

/**
 * A standard linear solid: u + x with x' = (share u - x) / tau, taken exactly over each row, which holds its load. Read
 * early, a reading remembers the loads before it; read late, it is (1 + share) times the elastic one.
 */
export function creeping(inner: Mechanics, { share, seconds: tau }: Creep): Mechanics {
  const width = 2 * inner.frame.nodes
  const crept = new Float64Array(width)
  return {
    ...inner,
    memoryless: false,
    settle(forces, rows, seconds, u) {
      let total = 0
      for (let r = 0; r < rows; r++) {
        const row = u.subarray(r * width, (r + 1) * width)
        const took = inner.settle(forces.subarray(r * width, (r + 1) * width), 1, seconds, row)
        total += took
        const left = Math.exp(-took / tau)
        for (let d = 0; d < width; d++) {
          if (Number.isNaN(row[d])) continue
          crept[d] = share * row[d] + (crept[d] - share * row[d]) * left
          row[d] += crept[d]
        }
      }
      return total
    },
    save: () => joined(crept, inner.save()),
    load(state) {
      crept.set(state.subarray(0, width))
      inner.load(state.subarray(width))
    },
  }
}

/**
 * Hysteresis as play: a node follows only when it is pulled further than `play` (m) from where it stuck, as on a table
 * with friction. The elementary operator of Prandtl's model.
 */
export function sticking(inner: Mechanics, play: number): Mechanics {
  const width = 2 * inner.frame.nodes
  const at = new Float64Array(width)
  return {
    ...inner,
    memoryless: false,
    settle(forces, rows, seconds, u) {
      const took = inner.settle(forces, rows, seconds, u)
      for (let r = 0, n = 0; r < rows; r++) {
        for (let d = 0; d < width; d++, n++) {
          if (Number.isNaN(u[n])) continue
          if (!inner.frame.pinned[d]) at[d] = Math.max(u[n] - play, Math.min(u[n] + play, at[d]))
          u[n] = at[d]
        }
      }
      return took
    },
    save: () => joined(at, inner.save()),
    load(state) {
      at.set(state.subarray(0, width))
      inner.load(state.subarray(width))
    },
  }
}
