import { InsituError } from '../../src/errors.ts'
import { springSolver } from '../../src/kernels/spring.ts'
import { joined } from '../state.ts'
import { drawnBonds, linearBlocks, projection, takePull } from './bonds.ts'
import type { Mechanics } from './mechanics.ts'
import { loose } from './rigidity.ts'
import type { Frame } from './topology.ts'

/** How a lattice swings, and when it counts as settled. */
export interface Dynamics {
  /** Mass of a node, kg. */
  readonly mass: number
  /** G = massDamping M + stiffnessDamping K (Rayleigh): 1/s and s. */
  readonly massDamping: number
  readonly stiffnessDamping: number
  /** Time step, s. */
  readonly step: number
  /**
   * Settled when no marker has moved by more than this (m) over the last `watch` seconds. It bounds the speed, not what is
   * left to go, which is about still x (slowest decay time) / watch; and `watch` must be longer than the slowest period, or
   * a turning point counts as rest.
   */
  readonly still: number
  readonly watch: number
  /** A lattice that has not settled by then gives no reading, s. */
  readonly patience: number
}

/**
 * M u'' + G u' + K u = F by Newmark's average acceleration: second order, unconditionally stable, and without damping it
 * keeps the energy u'^T M u' / 2 + u^T K u / 2 (N. M. Newmark, J. Eng. Mech. Div. ASCE 85, 67 (1959)).
 */
export class Swing {
  readonly #frame: Frame
  readonly #dynamics: Dynamics
  readonly #solver
  readonly #bonds
  readonly #blocks: Float64Array
  readonly #scaled: Float64Array
  readonly #inertia: Float64Array
  /** Displacement, velocity, acceleration. */
  readonly u: Float64Array
  readonly v: Float64Array
  readonly a: Float64Array
  readonly #rhs: Float64Array
  readonly #work: Float64Array

  constructor(frame: Frame, dynamics: Dynamics) {
    const width = 2 * frame.nodes
    this.#frame = frame
    this.#dynamics = dynamics
    this.#solver = springSolver(frame)
    this.#bonds = drawnBonds(frame)
    this.#blocks = new Float64Array(3 * this.#bonds.count)
    this.#scaled = new Float64Array(3 * this.#bonds.count)
    const { mass, massDamping, step } = dynamics
    this.#inertia = new Float64Array(width).fill(mass * (4 / step ** 2 + (2 * massDamping) / step))
    this.u = new Float64Array(width)
    this.v = new Float64Array(width)
    this.a = new Float64Array(width)
    this.#rhs = new Float64Array(width)
    this.#work = new Float64Array(width)
  }

  stiffen(stiffness: Float64Array): void {
    const { stiffnessDamping, step } = this.#dynamics
    linearBlocks(this.#bonds, stiffness, this.#blocks)
    // A mechanism has no shape to settle to, even where its inertia keeps the step solvable.
    if (this.#solver.factor(this.#blocks) >= 0) throw loose(this.#frame, this.#solver.looseMode())
    const factor = 1 + (2 * stiffnessDamping) / step
    for (let i = 0; i < this.#scaled.length; i++) this.#scaled[i] = factor * this.#blocks[i]
    if (this.#solver.factor(this.#scaled, this.#inertia) >= 0)
      throw new InsituError('INTERNAL', 'lattice: the matrix of a time step is not positive definite')
  }

  /** One time step under a force held from now on. */
  advance(force: Float64Array): void {
    const { mass, massDamping, stiffnessDamping, step } = this.#dynamics
    const { u, v, a } = this
    const rhs = this.#rhs
    // Damping by stiffness acts on what the last step left: K (2 u / dt + v).
    rhs.fill(0)
    for (let d = 0; d < rhs.length; d++) this.#work[d] = -stiffnessDamping * ((2 * u[d]) / step + v[d])
    takePull(this.#bonds, this.#blocks, this.#work, rhs)
    for (let d = 0; d < rhs.length; d++) {
      rhs[d] +=
        force[d] +
        mass * ((4 * u[d]) / step ** 2 + (4 * v[d]) / step + a[d]) +
        mass * massDamping * ((2 * u[d]) / step + v[d])
    }
    this.#solver.solve(rhs, 1)
    for (let d = 0; d < rhs.length; d++) {
      const velocity = (2 * (rhs[d] - u[d])) / step - v[d]
      a[d] = (4 * (rhs[d] - u[d] - step * v[d])) / step ** 2 - a[d]
      v[d] = velocity
      u[d] = rhs[d]
    }
  }

  /** Acceleration at this instant under a force: where a new load begins to act. */
  release(force: Float64Array): void {
    const { mass, massDamping, stiffnessDamping } = this.#dynamics
    const { u, v, a } = this
    a.set(force)
    for (let d = 0; d < a.length; d++) this.#work[d] = u[d] + stiffnessDamping * v[d]
    takePull(this.#bonds, this.#blocks, this.#work, a)
    for (let d = 0; d < a.length; d++) a[d] = this.#frame.pinned[d] ? 0 : a[d] / mass - massDamping * v[d]
  }

  /** Energy in motion and in the bonds, J. */
  energy(): number {
    const pull = new Float64Array(this.u.length)
    takePull(this.#bonds, this.#blocks, this.u, pull)
    let sum = 0
    for (let d = 0; d < pull.length; d++)
      sum += this.#dynamics.mass * this.v[d] ** 2 - (this.#frame.pinned[d] ? 0 : this.u[d] * pull[d])
    return sum / 2
  }
}

/** A lattice that must be waited for: it swings from where the last load left it until the settle detector is content. */
export function dynamic(frame: Frame, dynamics: Dynamics): Mechanics {
  checkDynamics(dynamics)
  const swing = new Swing(frame, dynamics)
  const bonds = drawnBonds(frame)
  const width = 2 * frame.nodes
  const { step, still, watch, patience } = dynamics
  const perWatch = Math.max(1, Math.round(watch / step))
  const mark = new Float64Array(width)

  /** Seconds until the lattice was still, or nothing. */
  const wait = (force: Float64Array, seconds: number): { readonly took: number; readonly settled: boolean } => {
    swing.release(force)
    mark.set(swing.u)
    let farthest = 0
    for (let n = 1; n * step <= patience; n++) {
      swing.advance(force)
      for (let d = 0; d < width; d++) farthest = Math.max(farthest, Math.abs(swing.u[d] - mark[d]))
      if (n % perWatch !== 0) continue
      if (farthest <= still && n * step >= seconds) return { took: n * step, settled: true }
      mark.set(swing.u)
      farthest = 0
    }
    return { took: patience, settled: false }
  }
  return {
    frame,
    memoryless: false,
    stiffen: (stiffness) => swing.stiffen(stiffness),
    settle(forces, rows, seconds, displacements) {
      let total = 0
      for (let r = 0; r < rows; r++) {
        const { took, settled } = wait(forces.subarray(r * width, (r + 1) * width), seconds)
        total += took
        if (settled) displacements.set(swing.u, r * width)
        else displacements.fill(Number.NaN, r * width, (r + 1) * width)
      }
      return total
    },
    elongate: projection(bonds, frame.nodes),
    save: () => joined(swing.u, swing.v, swing.a),
    load(state) {
      swing.u.set(state.subarray(0, width))
      swing.v.set(state.subarray(width, 2 * width))
      swing.a.set(state.subarray(2 * width))
    },
  }
}

function checkDynamics(dynamics: Dynamics): void {
  const check = (name: keyof Dynamics, least: string, good: boolean) => {
    if (good && Number.isFinite(dynamics[name])) return
    throw new InsituError(
      'CONFIG',
      `lattice: ${name} of its dynamics must be ${least} and finite, got ${dynamics[name]}`,
    )
  }
  for (const name of ['mass', 'step', 'still', 'watch', 'patience'] as const)
    check(name, 'positive', dynamics[name] > 0)
  for (const name of ['massDamping', 'stiffnessDamping'] as const) check(name, 'zero or positive', dynamics[name] >= 0)
}
