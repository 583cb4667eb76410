import { cos, sin } from './sincos.ts'
import type { WaveState } from './state.ts'

/**
 * A lattice of oscillators of unit mass; one row is a chain.
 *
 * H = sum p^2 / 2 + sum V(q) + sum W(d), d the difference along a bond to the right or down;
 * V = w q^2 / 2 + g q^4 / 4 (`phi4`) or w (1 - cos q) (`sine`), W = k d^2 / 2 + alpha d^3 / 3 + beta d^4 / 4.
 */
export interface LatticeSpec {
  readonly rows: number
  readonly columns: number
  /** Whether the last site of a row and of a column is joined to the first. */
  readonly ends: 'open' | 'ring'
  readonly onsite: 'phi4' | 'sine'
  /** w of every site, row by row. */
  readonly sites: Float64Array
  /** k of every bond: all to the right, row by row, then all down. */
  readonly bonds: Float64Array
  readonly g: number
  readonly alpha: number
  readonly beta: number
  /** Which of the two is the learning field: theta stands in for it. */
  readonly learn: 'bonds' | 'sites'
  /** Mass of the learning field; Infinity where it does not move by itself. */
  readonly inertia: number
}

/** How many bonds lead to the right, and how many down. */
export function bondCounts({ rows, columns, ends }: Pick<LatticeSpec, 'rows' | 'columns' | 'ends'>) {
  const across = columns === 1 ? 0 : ends === 'ring' ? columns : columns - 1
  const along = rows === 1 ? 0 : ends === 'ring' ? rows : rows - 1
  return { right: rows * across, down: along * columns, across, along }
}

/** q += time p, and the learning field with its own mass. */
export function driftLattice({ inertia }: LatticeSpec, state: WaveState, time: number): void {
  const { q, p, theta, momentum } = state
  for (let i = 0; i < q.length; i++) q[i] += time * p[i]
  if (inertia === Number.POSITIVE_INFINITY) return
  const slow = time / inertia
  for (let i = 0; i < theta.length; i++) theta[i] += slow * momentum[i]
}

/**
 * p += time * force, and the learning momentum loses time * dH / dtheta. The force on a site is ((right - left) + (down -
 * up)) - V'(q), each the tension of a bond: the order that the SIMD kernels keep too.
 */
export function kickLattice(spec: LatticeSpec, state: WaveState, time: number): void {
  const { rows, columns, onsite, g, learn } = spec
  const { q, p, theta, momentum } = state
  const { right, across, along } = bondCounts(spec)
  const k = learn === 'bonds' ? theta : spec.bonds
  const w = learn === 'sites' ? theta : spec.sites
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) {
      const i = r * columns + c
      const east = c < across ? tension(spec, k[r * across + c], q[r * columns + next(c, columns)] - q[i]) : 0
      const west =
        columns === 1 || (c === 0 && across < columns)
          ? 0
          : tension(spec, k[r * across + before(c, columns)], q[i] - q[r * columns + before(c, columns)])
      const south = r < along ? tension(spec, k[right + i], q[next(r, rows) * columns + c] - q[i]) : 0
      const north =
        rows === 1 || (r === 0 && along < rows)
          ? 0
          : tension(spec, k[right + before(r, rows) * columns + c], q[i] - q[before(r, rows) * columns + c])
      const on = onsite === 'phi4' ? q[i] * (w[i] + g * (q[i] * q[i])) : w[i] * sin(q[i])
      const pull = rows === 1 ? east - west : east - west + (south - north)
      p[i] += time * (pull - on)
    }
  }
  if (learn === 'bonds')
    eachBond(spec, (b, i, j) => {
      const d = q[j] - q[i]
      momentum[b] -= time * (0.5 * (d * d))
    })
  else
    for (let i = 0; i < q.length; i++) momentum[i] -= time * (onsite === 'phi4' ? 0.5 * (q[i] * q[i]) : 1 - cos(q[i]))
}

/** dW / dd. */
function tension({ alpha, beta }: LatticeSpec, k: number, d: number): number {
  return alpha === 0 && beta === 0 ? k * d : d * (k + d * (alpha + beta * d))
}

/** Energy of the springs and of the sites. */
export function potential(spec: LatticeSpec, { q, theta }: WaveState): number {
  const { onsite, g, alpha, beta, learn } = spec
  const k = learn === 'bonds' ? theta : spec.bonds
  const w = learn === 'sites' ? theta : spec.sites
  let sum = 0
  for (let i = 0; i < q.length; i++) {
    const square = q[i] * q[i]
    sum += onsite === 'phi4' ? square * (w[i] / 2 + (g / 4) * square) : w[i] * (1 - cos(q[i]))
  }
  eachBond(spec, (b, i, j) => {
    const d = q[j] - q[i]
    sum += d * d * (k[b] / 2 + d * (alpha / 3 + (beta / 4) * d))
  })
  return sum
}

/** The transposed Jacobian of `kickLattice` at `before`, applied to `slope` in place; slopes by w of the sites are added to `bySite`. */
export function pullKickLattice(
  spec: LatticeSpec,
  before: WaveState,
  time: number,
  slope: WaveState,
  bySite?: Float64Array,
): void {
  const { onsite, g, alpha, beta, learn } = spec
  const { q, theta } = before
  const k = learn === 'bonds' ? theta : spec.bonds
  const w = learn === 'sites' ? theta : spec.sites
  eachBond(spec, (b, i, j) => {
    const d = q[j] - q[i]
    const u = time * (slope.p[i] - slope.p[j])
    let along = u * (k[b] + d * (2 * alpha + 3 * beta * d))
    if (learn === 'bonds') {
      slope.theta[b] += u * d
      along -= time * d * slope.momentum[b]
    }
    slope.q[j] += along
    slope.q[i] -= along
  })
  for (let i = 0; i < q.length; i++) {
    const u = time * slope.p[i]
    const bend = onsite === 'phi4' ? w[i] + 3 * g * q[i] * q[i] : w[i] * Math.cos(q[i])
    slope.q[i] -= u * bend
    const pull = onsite === 'phi4' ? q[i] : Math.sin(q[i])
    if (bySite !== undefined) bySite[i] -= u * pull
    if (learn !== 'sites') continue
    slope.theta[i] -= u * pull
    slope.q[i] -= time * pull * slope.momentum[i]
  }
}

/** The transposed Jacobian of `driftLattice`, applied to `slope` in place. */
export function pullDriftLattice({ inertia }: LatticeSpec, time: number, slope: WaveState): void {
  for (let i = 0; i < slope.q.length; i++) slope.p[i] += time * slope.q[i]
  if (inertia === Number.POSITIVE_INFINITY) return
  for (let i = 0; i < slope.theta.length; i++) slope.momentum[i] += (time / inertia) * slope.theta[i]
}

/** Every bond with its number and the sites it joins. */
function eachBond(
  spec: Pick<LatticeSpec, 'rows' | 'columns' | 'ends'>,
  visit: (bond: number, from: number, to: number) => void,
): void {
  const { rows, columns } = spec
  const { right, across, along } = bondCounts(spec)
  for (let r = 0; r < rows; r++)
    for (let c = 0; c < across; c++) visit(r * across + c, r * columns + c, r * columns + next(c, columns))
  for (let r = 0; r < along; r++)
    for (let c = 0; c < columns; c++) visit(right + r * columns + c, r * columns + c, next(r, rows) * columns + c)
}

function next(i: number, count: number): number {
  return i + 1 < count ? i + 1 : 0
}

function before(i: number, count: number): number {
  return i > 0 ? i - 1 : count - 1
}
