import { InsituError } from '../../src/errors.ts'
import { springSolver } from '../../src/kernels/spring.ts'
import { type Bonds, drawnBonds, linearBlocks } from './bonds.ts'
import { FORGETFUL, type Mechanics } from './mechanics.ts'
import { loose } from './rigidity.ts'
import type { Frame } from './topology.ts'

/** Newton steps at one load, and the out-of-balance force that counts as rest, relative to the load. */
const STEPS = 25
const TOLERANCE = 1e-11
/** A load that finds no rest at once is put on in parts, down to this share of it. */
const SMALLEST_PART = 1 / 1024

/** A lattice at its tangent: what the adjoint about a loaded state needs. */
export interface FiniteMechanics extends Mechanics {
  /** Factors the tangent at the displacements `u` of one row; false if it is not positive definite there. */
  linearise(u: Float64Array): boolean
  /** Solves with that tangent, in place. */
  respond(forces: Float64Array, rows: number): void
  /** First-order change of every bond's length at `u`, dl/du . v, per row of `v`. */
  stretch(u: Float64Array, v: Float64Array, into: Float64Array): void
}

/**
 * Finite strain: energy sum_b k_b (l_b - a_b)^2 / 2 with a_b the drawn length. Newton with the consistent tangent: per
 * bond k t t^T + (f / l)(1 - t t^T), f = k (l - a), t along the bond as it lies now. Every row starts from the drawn
 * shape, so it depends on its own forces alone; beyond a limit load the rest that is found
 * need not be the one a real lattice snaps to.
 */
export function finite(frame: Frame): FiniteMechanics {
  const bonds = drawnBonds(frame)
  const solver = springSolver(frame)
  const width = 2 * frame.nodes
  const k = new Float64Array(bonds.count)
  const blocks = new Float64Array(3 * bonds.count)
  const residual = new Float64Array(width)
  const goal = new Float64Array(width)
  const tried = new Float64Array(width)

  const tangentAt = (u: Float64Array): boolean => {
    tangentBlocks(frame, bonds, k, u, blocks)
    return solver.factor(blocks) < 0
  }
  /** Newton from `u` to rest under `goal`; false if it does not get there. */
  const rest = (u: Float64Array, scale: number): boolean => {
    let before = Number.POSITIVE_INFINITY
    for (let step = 0; step < STEPS; step++) {
      outOfBalance(frame, bonds, k, u, goal, residual)
      const size = largest(residual)
      if (!Number.isFinite(size)) return false
      // Rounding leaves some imbalance: near the tolerance, as good as it gets is good enough.
      if (size <= TOLERANCE * scale || (size < 1e-8 * scale && size >= before)) return true
      before = size
      if (!tangentAt(u)) return false
      solver.solve(residual, 1)
      for (let d = 0; d < width; d++) u[d] += residual[d]
    }
    return false
  }
  const settleOne = (force: Float64Array, u: Float64Array): void => {
    u.fill(0)
    const scale = largest(force)
    if (scale === 0) return
    let done = 0
    for (let part = 1; done < 1; ) {
      const next = Math.min(1, done + part)
      for (let d = 0; d < width; d++) goal[d] = frame.pinned[d] ? 0 : next * force[d]
      tried.set(u)
      if (rest(tried, scale)) {
        u.set(tried)
        done = next
        continue
      }
      part /= 2
      if (part < SMALLEST_PART) throw noRest(frame, scale, done)
    }
  }
  return {
    ...FORGETFUL,
    frame,
    stiffen(stiffness) {
      linearBlocks(bonds, stiffness, blocks)
      if (solver.factor(blocks) >= 0) throw loose(frame, solver.looseMode())
      k.set(stiffness)
    },
    settle(forces, rows, seconds, displacements) {
      for (let r = 0; r < rows; r++)
        settleOne(forces.subarray(r * width, (r + 1) * width), displacements.subarray(r * width, (r + 1) * width))
      return rows * seconds
    },
    elongate(u, rows, e) {
      for (let r = 0; r < rows; r++) {
        for (let b = 0; b < bonds.count; b++) e[r * bonds.count + b] = bent(frame, bonds, u, r * width, b).elongation
      }
      return Number.NaN
    },
    linearise: tangentAt,
    respond: (forces, rows) => solver.solve(forces, rows),
    stretch(u, v, into) {
      const rows = v.length / width
      for (let b = 0; b < bonds.count; b++) {
        const { x, y } = bent(frame, bonds, u, 0, b)
        const [i, j] = [2 * bonds.ends[2 * b], 2 * bonds.ends[2 * b + 1]]
        for (let r = 0, at = 0; r < rows; r++, at += width)
          into[r * bonds.count + b] = x * (v[at + i] - v[at + j]) + y * (v[at + i + 1] - v[at + j + 1])
      }
    },
  }
}

/** A bond as it lies under displacements: direction, length, and how much longer it is than drawn. */
function bent({ positions }: Frame, { ends, length }: Bonds, u: Float64Array, at: number, b: number) {
  const [i, j] = [2 * ends[2 * b], 2 * ends[2 * b + 1]]
  const [ax, ay] = [positions[i] - positions[j], positions[i + 1] - positions[j + 1]]
  const [dx, dy] = [u[at + i] - u[at + j], u[at + i + 1] - u[at + j + 1]]
  const x = ax + dx
  const y = ay + dy
  const now = Math.sqrt(x * x + y * y)
  // l - a = (l^2 - a^2) / (l + a), without losing small elongations in a difference of lengths.
  const elongation = (dx * (ax + x) + dy * (ay + y)) / (now + length[b])
  return { x: x / now, y: y / now, now, elongation }
}

function tangentBlocks(frame: Frame, bonds: Bonds, k: Float64Array, u: Float64Array, into: Float64Array): void {
  for (let b = 0; b < bonds.count; b++) {
    const { x, y, now, elongation } = bent(frame, bonds, u, 0, b)
    const across = (k[b] * elongation) / now
    const along = k[b] - across
    into[3 * b] = along * x * x + across
    into[3 * b + 1] = along * x * y
    into[3 * b + 2] = along * y * y + across
  }
}

/** Forces minus what the bonds pull back with, 0 on pinned axes. */
function outOfBalance(
  frame: Frame,
  bonds: Bonds,
  k: Float64Array,
  u: Float64Array,
  goal: Float64Array,
  into: Float64Array,
) {
  into.set(goal)
  for (let b = 0; b < bonds.count; b++) {
    const { x, y, elongation } = bent(frame, bonds, u, 0, b)
    const pull = k[b] * elongation
    const [i, j] = [2 * bonds.ends[2 * b], 2 * bonds.ends[2 * b + 1]]
    into[i] -= pull * x
    into[i + 1] -= pull * y
    into[j] += pull * x
    into[j + 1] += pull * y
  }
  for (let d = 0; d < into.length; d++) if (frame.pinned[d]) into[d] = 0
}

function largest(values: Float64Array): number {
  let most = 0
  for (const value of values) {
    const size = Math.abs(value)
    if (!(size <= most)) most = size
  }
  return most
}

function noRest({ nodes }: Frame, newtons: number, done: number): InsituError {
  return new InsituError(
    'NO_EQUILIBRIUM',
    `lattice of ${nodes} nodes: no rest was found under a largest force of ${newtons} N, only up to ${(100 * done).toFixed(1)} % of it`,
    { device: 'lattice', hint: 'it buckles or folds there; use smaller loads or stiffer bonds' },
  )
}
