import { InsituError } from '../errors.ts'
import { springOracle } from './spring/oracle.ts'
import { plan, type SpringKind } from './spring/plan.ts'
import { springSimd } from './spring/simd.ts'
import { checkTopology, type SpringTopology } from './spring/topology.ts'

export type { SpringKind } from './spring/plan.ts'
export type { SpringTopology } from './spring/topology.ts'

/** A pivot at or below this share of the diagonal it started from is a mechanism, not a soft spot. */
export const SPRING_TOLERANCE = 1e-10

export interface SpringOptions {
  /**
   * Order of elimination; `sparse` without it. No size was found where another one is faster beyond the noise: the
   * price of a front (`fronts.ts`) joins a small lattice to one dense front by itself. Microseconds for a factorisation and two
   * solves, dense / banded / sparse: 12 free nodes 1.8 / 1.7 / 1.7, 20: 3.0 / 2.5 / 3.0, 30: 6.6 / 3.8 / 4.4,
   * 56: 43 / 12.6 / 11.3, 90: 140 / 23 / 18, 240: - / 109 / 69; strips 20 x 4: 89 / 12.0 / 13.2, 64 x 6: - / 81 / 84.
   */
  readonly kind?: SpringKind
  /** `simd` (WebAssembly) without it; `oracle` is plain TypeScript and gives the same bits. */
  readonly engine?: 'oracle' | 'simd'
  /** False allows negative pivots (stiffness minus omega^2 mass); true without it. */
  readonly definite?: boolean
}

/** Solves K u = F for a lattice of springs; analysed once, factorised for every stiffness. */
export interface SpringSolver {
  /** Kind and engine, as `sparse simd`. */
  readonly name: string
  /**
   * Factorises K for the blocks xx, xy, yy of every bond, N/m (3 * bonds), and an optional diagonal (2 * nodes,
   * negative allowed). Returns -1, or the dof (2 * node + axis) whose pivot is not above `SPRING_TOLERANCE` times
   * the stiffness it started from (both axes of its node, plus the size of its diagonal term): K is singular there, a
   * mechanism. With `definite: false` the size of the pivot is judged; a failure then may also mean that K is
   * regular but cannot be factorised without exchanging rows. Throws `SHAPE` and `NOT_FINITE`.
   */
  factor(blocks: Float64Array, diagonal?: Float64Array): number
  /**
   * Solves in place for `rows` vectors of 2 * nodes, N in and m out; entries of pinned dofs come back as 0. A vector has
   * the same answer, to the bit, whatever stands beside it. Throws `SHAPE`, and `INTERNAL` without a factorisation.
   */
  solve(rhs: Float64Array, rows: number): void
  /**
   * After a failed `factor`: the displacement (2 * nodes) that moves the failed dof by 1 and stretches no bond, except for the
   * rest of the pivot. One of several where there are several. Throws `INTERNAL` when nothing has failed.
   */
  looseMode(): Float64Array
}

/** A solver for one topology. Throws `SHAPE` or `NOT_FINITE` for arrays that are no lattice. */
export function springSolver(topology: SpringTopology, options: SpringOptions = {}): SpringSolver {
  checkTopology(topology)
  const { definite = true, engine: chosen = 'simd', kind = 'sparse' } = options
  const analysed = plan(topology, kind)
  const engine = chosen === 'oracle' ? springOracle(analysed) : springSimd(analysed)
  const { order, bonds, nodes } = analysed
  let state: 'none' | 'ready' | 'failed' = 'none'
  let failed = -1
  return {
    name: `${kind} ${chosen}`,
    factor(blocks, diagonal) {
      wanted('block numbers', blocks, 3 * bonds)
      if (diagonal !== undefined) wanted('diagonal terms', diagonal, 2 * nodes)
      state = 'none'
      failed = engine.factor(blocks, diagonal, SPRING_TOLERANCE, definite)
      if (failed >= 0) {
        finite('block number', blocks)
        if (diagonal !== undefined) finite('diagonal term', diagonal)
      }
      state = failed < 0 ? 'ready' : 'failed'
      return failed < 0 ? -1 : 2 * order[failed >> 1] + (failed & 1)
    },
    solve(rhs, rows) {
      if (rhs.length < 2 * nodes * rows) wanted('right-hand side numbers', rhs, 2 * nodes * rows)
      if (state !== 'ready')
        throw new InsituError('INTERNAL', 'spring solver: solve needs a factorisation that succeeded')
      engine.solve(rhs, rows)
    },
    looseMode() {
      if (state !== 'failed')
        throw new InsituError('INTERNAL', 'spring solver: looseMode needs a factorisation that failed')
      const into = new Float64Array(2 * nodes)
      engine.loose(failed, into)
      return into
    },
  }
}

function wanted(what: string, given: Float64Array, length: number): void {
  if (given.length === length) return
  throw new InsituError('SHAPE', `spring solver: ${given.length} ${what}, wanted ${length}`)
}

function finite(what: string, given: Float64Array): void {
  const bad = given.findIndex((x) => !Number.isFinite(x))
  if (bad >= 0) throw new InsituError('NOT_FINITE', `spring solver: ${what} ${bad} is ${given[bad]}`)
}
