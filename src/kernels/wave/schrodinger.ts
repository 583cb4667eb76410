import { fft } from './fft.ts'
import { cos, sin } from './sincos.ts'
import type { WaveState } from './state.ts'

/** A periodic grid of complex amplitudes; both sides are powers of two, one row is a line. */
export interface PeriodicGrid {
  readonly rows: number
  readonly columns: number
}

/** Most phases that are kept: those of every flow of a splitting, both ways; a mirror that jitters asks for new ones each time. */
const KEPT = 32

/** Factors of the modes where `descend` leaves them, row by row. */
export interface Phases {
  readonly re: Float64Array
  readonly im: Float64Array
}

/** exp(-i time w) / modes where `descend` leaves every mode; the factor is that of the inverse transform. */
export function phasesOf({ rows, columns }: PeriodicGrid, frequencies: Float64Array, time: number): Phases {
  const along = fft(columns).order
  const across = fft(rows).order
  const re = new Float64Array(rows * columns)
  const im = new Float64Array(rows * columns)
  const scale = 1 / (rows * columns)
  frequencies.forEach((w, k) => {
    const at = across[Math.floor(k / columns)] * columns + along[k % columns]
    re[at] = scale * cos(w * time)
    im[at] = -scale * sin(w * time)
  })
  return { re, im }
}

/**
 * The free flight of complex modes on a periodic grid: multiplies mode k by exp(-i time w_k), w row by row as the transform
 * orders the modes. Phases of a time are made once and kept.
 */
export function disperser(
  grid: PeriodicGrid,
  frequencies: Float64Array,
): (re: Float64Array, im: Float64Array, time: number) => void {
  const { rows, columns } = grid
  const along = fft(columns)
  const across = fft(rows)
  const kept = new Map<number, Phases>()
  const phases = (time: number) => {
    let made = kept.get(time)
    if (made === undefined) {
      made = phasesOf(grid, frequencies, time)
      if (kept.size === KEPT) kept.clear()
      kept.set(time, made)
    }
    return made
  }
  return (re, im, time) => {
    const turn = phases(time)
    for (let r = 0; r < rows; r++) along.descend(re, im, r * columns)
    if (rows > 1) for (let c = 0; c < columns; c++) across.descend(re, im, c, columns)
    for (let k = 0; k < re.length; k++) {
      const x = re[k]
      const y = im[k]
      re[k] = turn.re[k] * x - turn.im[k] * y
      im[k] = turn.re[k] * y + turn.im[k] * x
    }
    if (rows > 1) for (let c = 0; c < columns; c++) across.ascend(re, im, c, columns)
    for (let r = 0; r < rows; r++) along.ascend(re, im, r * columns)
  }
}

/** k^2 / 2 of every mode of a periodic grid with this spacing, as the transform orders them. */
export function kineticFrequencies({ rows, columns }: PeriodicGrid, spacing: number): Float64Array {
  const wave = (n: number, count: number) => (2 * Math.PI * (n < count / 2 ? n : n - count)) / (count * spacing)
  return Float64Array.from(
    { length: rows * columns },
    (_, k) => (wave(Math.floor(k / columns), rows) ** 2 + wave(k % columns, columns) ** 2) / 2,
  )
}

/** psi *= exp(-i time (V + g |psi|^2)), V = theta; the learning momentum loses time |psi|^2 / 2. */
export function kickSchrodinger(g: number, { q, p, theta, momentum }: WaveState, time: number): void {
  for (let i = 0; i < q.length; i++) {
    const x = q[i]
    const y = p[i]
    const density = x * x + y * y
    const angle = time * (theta[i] + g * density)
    const c = cos(angle)
    const s = sin(angle)
    q[i] = c * x + s * y
    p[i] = c * y - s * x
    momentum[i] -= time * (0.5 * density)
  }
}

/** The transposed Jacobian of `kickSchrodinger` at `before`, applied to `slope` in place. */
export function pullKickSchrodinger(g: number, before: WaveState, time: number, slope: WaveState): void {
  for (let i = 0; i < before.q.length; i++) {
    const x = before.q[i]
    const y = before.p[i]
    const angle = time * (before.theta[i] + g * (x * x + y * y))
    const c = Math.cos(angle)
    const s = Math.sin(angle)
    const [u, v] = [slope.q[i], slope.p[i]]
    // How the turned point moves with the angle is (turned p, -turned q).
    const byAngle = time * (u * (c * y - s * x) - v * (c * x + s * y))
    const byDensity = byAngle * g - 0.5 * time * slope.momentum[i]
    slope.theta[i] += byAngle
    slope.q[i] = c * u - s * v + 2 * x * byDensity
    slope.p[i] = c * v + s * u + 2 * y * byDensity
  }
}
