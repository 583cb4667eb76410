import { cos, sin } from './sincos.ts'
import type { WaveState } from './state.ts'

/**
 * An array of Kerr cavities t, the learning field, with ports psi, the evaluation field, on some of them.
 *
 * H = J sum over neighbours 2 Re(t_i* t_j) + kappa sum over ports 2 Re(psi* t_port) + sum (g |z|^4 / 2 + detuning |z|^2)
 * over all modes, i dz/dt = dH / dz*. t = theta + i momentum, psi = q + i p.
 */
export interface KerrSpec {
  readonly rows: number
  readonly columns: number
  readonly hopping: number
  readonly coupling: number
  readonly g: number
  /** Cavity of every port. */
  readonly ports: readonly number[]
  /** Detuning of every cavity, then of every port. */
  readonly detuning: Float64Array
}

/** exp(-i t A) of a row of `count` cavities, A joining neighbours: real and imaginary part, count x count, symmetric. */
export interface Hop {
  readonly re: Float64Array
  readonly im: Float64Array
}

/** The hop along one axis over a time, times the hopping rate; from the sine modes of an open chain, eigenvalues 2 cos. */
export function hop(count: number, angle: number): Hop {
  const re = new Float64Array(count * count)
  const im = new Float64Array(count * count)
  for (let m = 1; m <= count; m++) {
    const phase = angle * 2 * Math.cos((Math.PI * m) / (count + 1))
    for (let i = 0; i < count; i++) {
      for (let j = 0; j < count; j++) {
        const weight =
          (2 / (count + 1)) *
          Math.sin((Math.PI * m * (i + 1)) / (count + 1)) *
          Math.sin((Math.PI * m * (j + 1)) / (count + 1))
        re[i * count + j] += weight * Math.cos(phase)
        im[i * count + j] -= weight * Math.sin(phase)
      }
    }
  }
  return { re, im }
}

/** Hops within the rows, then within the columns, in place. */
export function hopArray(spec: KerrSpec, along: Hop, across: Hop, re: Float64Array, im: Float64Array): void {
  const { rows, columns } = spec
  for (let r = 0; r < rows; r++) multiply(along, columns, re, im, r * columns, 1)
  for (let c = 0; c < columns; c++) multiply(across, rows, re, im, c, columns)
}

/** One row or column times a hop, in place: sums in the order of the source. */
function multiply(
  { re: ur, im: ui }: Hop,
  count: number,
  re: Float64Array,
  im: Float64Array,
  first: number,
  stride: number,
): void {
  const outRe: number[] = []
  const outIm: number[] = []
  for (let i = 0; i < count; i++) {
    let x = 0
    let y = 0
    for (let j = 0, at = first; j < count; j++, at += stride) {
      const a = ur[i * count + j]
      const b = ui[i * count + j]
      x += a * re[at] - b * im[at]
      y += a * im[at] + b * re[at]
    }
    outRe.push(x)
    outIm.push(y)
  }
  for (let i = 0, at = first; i < count; i++, at += stride) {
    re[at] = outRe[i]
    im[at] = outIm[i]
  }
}

/** Half a Kerr phase, the ports' rotation, half a Kerr phase: symmetric, second order in `time`. */
export function kickKerr(spec: KerrSpec, { q, p, theta, momentum }: WaveState, time: number): void {
  const { g, coupling, ports, detuning } = spec
  const half = time / 2
  turn(theta, momentum, g, detuning, 0, half)
  turn(q, p, g, detuning, theta.length, half)
  const c = cos(coupling * time)
  const s = sin(coupling * time)
  for (let n = 0; n < ports.length; n++) {
    const i = ports[n]
    const [a, b, x, y] = [q[n], p[n], theta[i], momentum[i]]
    q[n] = c * a + s * y
    p[n] = c * b - s * x
    theta[i] = c * x + s * b
    momentum[i] = c * y - s * a
  }
  turn(theta, momentum, g, detuning, 0, half)
  turn(q, p, g, detuning, theta.length, half)
}

/** z *= exp(-i time (g |z|^2 + detuning)). */
export function turn(
  re: Float64Array,
  im: Float64Array,
  g: number,
  detuning: Float64Array,
  first: number,
  time: number,
): void {
  for (let i = 0; i < re.length; i++) {
    const x = re[i]
    const y = im[i]
    const angle = time * (g * (x * x + y * y) + detuning[first + i])
    const c = cos(angle)
    const s = sin(angle)
    re[i] = c * x + s * y
    im[i] = c * y - s * x
  }
}

/** The transposed Jacobian of `turn` at (re, im), applied to the slopes in place; slopes by the detuning are added to `byDetuning`. */
export function pullTurn(
  at: { readonly re: Float64Array; readonly im: Float64Array },
  slope: { readonly re: Float64Array; readonly im: Float64Array },
  g: number,
  detuning: Float64Array,
  first: number,
  time: number,
  byDetuning?: Float64Array,
): void {
  for (let i = 0; i < at.re.length; i++) {
    const x = at.re[i]
    const y = at.im[i]
    const angle = time * (g * (x * x + y * y) + detuning[first + i])
    const c = Math.cos(angle)
    const s = Math.sin(angle)
    const [u, v] = [slope.re[i], slope.im[i]]
    // How the turned point moves with the angle is (turned im, -turned re).
    const byAngle = u * (c * y - s * x) - v * (c * x + s * y)
    if (byDetuning !== undefined) byDetuning[first + i] += time * byAngle
    slope.re[i] = c * u - s * v + byAngle * 2 * g * time * x
    slope.im[i] = c * v + s * u + byAngle * 2 * g * time * y
  }
}
