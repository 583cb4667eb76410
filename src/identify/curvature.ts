import { mirror } from './normal.ts'
import type { Shooting } from './shooting.ts'
import { type Symmetric, symmetric } from './symmetric.ts'

/** Readings of a window that the curvature is taken from: neighbours say nearly the same of it. */
const READINGS = 12

/**
 * The curvature of the shooting loss without its second derivatives (Gauss-Newton), from tangents carried along the windows.
 *
 * Starts are eliminated window by window, so that what is left is of the size of the parameters.
 */
export class Curvature {
  /** Of the parameters once all starts are free: its inverse is their covariance. */
  readonly reduced: Symmetric
  readonly #starts: readonly Symmetric[] = []
  /** Of window s, start n and parameter p at `n * size + p`. */
  readonly #cross: readonly Float64Array[] = []
  readonly #size: number
  readonly #states: number

  constructor(
    shooting: Shooting,
    noise: Float64Array,
    h: number,
    theta: Float64Array,
    starts: Float64Array,
    damping = 0,
  ) {
    const { field, shots, substeps } = shooting
    const { size, states } = field
    this.#size = size
    this.#states = states
    const columns = size + states
    const tangents = new Tangents(shooting, columns, h)
    const reduced = new Float64Array(size * size)
    const [blocks, crosses]: [Symmetric[], Float64Array[]] = [[], []]
    const dimensions = noise.length
    for (let s = 0; s < shots.length; s++) {
      const { samples } = shots[s]
      shooting.forward(theta, starts, s)
      tangents.begin(size)
      const whole = new Float64Array(columns * columns)
      const every = Math.max(1, Math.floor(samples / READINGS))
      let taken = 0
      for (let t = 0; t < samples; t++) {
        if (t > 0) for (let n = 0; n < substeps; n++) tangents.step(theta, (t - 1) * substeps + n)
        if (t % every !== every >> 1) continue
        taken++
        addSquares(tangents.rows, columns, whole, noise, dimensions)
      }
      const scale = samples / taken
      const [own, cross] = [new Float64Array(states * states), new Float64Array(states * size)]
      for (let n = 0; n < states; n++) {
        const row = (size + n) * columns
        for (let p = 0; p < size; p++) cross[n * size + p] = scale * whole[row + p]
        for (let m = 0; m <= n; m++) own[n * states + m] = scale * whole[row + size + m]
      }
      mirror(own, states)
      const block = symmetric(own, states, damping)
      for (let p = 0; p < size; p++)
        for (let q = 0; q <= p; q++) reduced[p * size + q] += scale * whole[p * columns + q]
      eliminate(block, cross, reduced, size, states)
      blocks.push(block)
      crosses.push(cross)
    }
    this.#starts = blocks
    this.#cross = crosses
    this.reduced = symmetric(reduced, size, damping)
  }

  /** Solves in place for the step that annuls a gradient of the parameters and of the starts. */
  solve(byTheta: Float64Array, byStarts: Float64Array): void {
    const [size, states] = [this.#size, this.#states]
    this.#starts.forEach((block, s) => {
      const own = byStarts.subarray(s * states, (s + 1) * states)
      block.solve(own)
      const cross = this.#cross[s]
      for (let n = 0; n < states; n++) for (let p = 0; p < size; p++) byTheta[p] -= cross[n * size + p] * own[n]
    })
    this.reduced.solve(byTheta)
    const pull = new Float64Array(states)
    this.#starts.forEach((block, s) => {
      const cross = this.#cross[s]
      for (let n = 0; n < states; n++) {
        let sum = 0
        for (let p = 0; p < size; p++) sum += cross[n * size + p] * byTheta[p]
        pull[n] = sum
      }
      block.solve(pull)
      for (let n = 0; n < states; n++) byStarts[s * states + n] -= pull[n]
    })
  }
}

/** Derivatives of the state by the parameters and by the start, carried along with it by the same scheme. */
class Tangents {
  readonly rows: Float64Array
  readonly #k: readonly Float64Array[]
  readonly #at: Float64Array

  constructor(
    readonly shooting: Shooting,
    readonly columns: number,
    readonly h: number,
  ) {
    const { states } = shooting.field
    this.rows = new Float64Array(states * columns)
    this.#at = new Float64Array(states * columns)
    this.#k = Array.from({ length: 4 }, () => new Float64Array(states * columns))
  }

  begin(size: number): void {
    this.rows.fill(0)
    for (let n = 0; n < this.shooting.field.states; n++) this.rows[n * this.columns + size + n] = 1
  }

  step(theta: Float64Array, step: number): void {
    const { rows, columns, h } = this
    const { field, stages } = this.shooting
    const at = this.#at
    const [k1, k2, k3, k4] = this.#k
    for (let stage = 0; stage < 4; stage++) {
      const before = this.#k[stage - 1]
      const along = stage === 3 ? h : h / 2
      if (before === undefined) at.set(rows)
      else for (let n = 0; n < at.length; n++) at[n] = rows[n] + along * before[n]
      field.linearise(theta, stages, (4 * step + stage) * field.states)
      field.push(at, columns, this.#k[stage])
    }
    for (let n = 0; n < rows.length; n++) rows[n] += (h / 6) * (k1[n] + 2 * k2[n] + 2 * k3[n] + k4[n])
  }
}

/** Adds the products of all columns, lower triangle, each row in deviations of its noise. */
function addSquares(
  rows: Float64Array,
  columns: number,
  into: Float64Array,
  noise: Float64Array,
  dimensions: number,
): void {
  for (let n = 0; n * columns < rows.length; n++) {
    const weight = 1 / noise[n % dimensions] ** 2
    const row = n * columns
    for (let p = 0; p < columns; p++) {
      const value = weight * rows[row + p]
      if (value === 0) continue
      const target = p * columns
      for (let q = 0; q <= p; q++) into[target + q] += value * rows[row + q]
    }
  }
}

/** Takes away from the parameters' curvature what the starts of a window take of it. */
function eliminate(block: Symmetric, cross: Float64Array, reduced: Float64Array, size: number, states: number): void {
  const column = new Float64Array(states)
  for (let p = 0; p < size; p++) {
    for (let n = 0; n < states; n++) column[n] = cross[n * size + p]
    block.solve(column)
    for (let n = 0; n < states; n++) {
      const factor = column[n]
      if (factor === 0) continue
      for (let q = 0; q <= p; q++) reduced[p * size + q] -= factor * cross[n * size + q]
    }
  }
}
