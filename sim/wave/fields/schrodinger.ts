import { fft } from '../../../src/kernels/wave/fft.ts'
import {
  disperser,
  kickSchrodinger,
  kineticFrequencies,
  type PeriodicGrid,
  pullKickSchrodinger,
} from '../../../src/kernels/wave/schrodinger.ts'
import { schrodingerStepper } from '../../../src/kernels/wave/simd-schrodinger.ts'
import type { WaveState } from '../../../src/kernels/wave/state.ts'
import type { WaveField } from '../field.ts'
import { checkOptions, type Rules } from './check.ts'
import { NO_SCATTER, scattered } from './scatter.ts'

export interface SchrodingerOptions {
  /** Powers of two; one row (default) is a line. */
  readonly rows?: number
  readonly columns: number
  /** Distance of neighbouring points; default 1. */
  readonly spacing?: number
  /** Default 1: repulsive. */
  readonly g?: number
  /** Mass of the learning field; default Infinity: it stays what is stored. */
  readonly inertia?: number
}

const RULES: Rules<SchrodingerOptions> = {
  rows: 'power',
  columns: 'power',
  spacing: 'positive',
  g: 'number',
  inertia: 'mass',
}

/**
 * A nonlinear Schroedinger field on a periodic grid, i dpsi/dt = (-laplacian / 2 + V + g |psi|^2) psi with psi = q + i p, by
 * the split-step Fourier method; the potential V is the learning field.
 */
export function schrodinger(options: SchrodingerOptions, scatter = NO_SCATTER): WaveField {
  const { rows = 1, columns, spacing = 1, g = 1, inertia = Number.POSITIVE_INFINITY } = options
  checkOptions('schrodinger', { ...options, rows }, RULES)
  const grid = { rows, columns }
  const count = rows * columns
  const frequencies = kineticFrequencies(grid, spacing)
  const fly = disperser(grid, frequencies)
  const moves = Number.isFinite(inertia)
  return {
    name: 'schrodinger',
    modes: count,
    params: count,
    offset: scattered(scatter, count),
    bracket: 0.5,
    learning: 'masses',
    grid,
    energy: (state) => energy(grid, frequencies, g, inertia, state),
    rate: (state, into) => rate(grid, frequencies, { g, inertia }, state, into),
    drift({ q, p, theta, momentum }, time) {
      fly(q, p, time)
      if (moves) for (let i = 0; i < count; i++) theta[i] += (time / inertia) * momentum[i]
    },
    kick: (state, time) => kickSchrodinger(g, state, time),
    pullDrift(_before, time, { q, p, theta, momentum }) {
      // Free flight is unitary: the transposed one is the one backwards.
      fly(q, p, -time)
      if (moves) for (let i = 0; i < count; i++) momentum[i] += (time / inertia) * theta[i]
    },
    pullKick: (before, time, slope) => pullKickSchrodinger(g, before, time, slope),
    stepper: (splitting, step) => schrodingerStepper({ grid, frequencies, g, inertia }, splitting, step),
  }
}

/** Applies the kinetic part to (re, im), in place. */
function kinetic({ rows, columns }: PeriodicGrid, frequencies: Float64Array, re: Float64Array, im: Float64Array): void {
  const along = fft(columns)
  const across = fft(rows)
  for (let r = 0; r < rows; r++) along.forward(re, im, r * columns)
  if (rows > 1) for (let c = 0; c < columns; c++) across.forward(re, im, c, columns)
  for (let k = 0; k < re.length; k++) {
    re[k] *= frequencies[k]
    im[k] *= frequencies[k]
  }
  for (let r = 0; r < rows; r++) along.inverse(re, im, r * columns)
  if (rows > 1) for (let c = 0; c < columns; c++) across.inverse(re, im, c, columns)
}

function energy(
  grid: PeriodicGrid,
  frequencies: Float64Array,
  g: number,
  inertia: number,
  { q, p, theta, momentum }: WaveState,
): number {
  const [re, im] = [q.slice(), p.slice()]
  kinetic(grid, frequencies, re, im)
  let sum = 0
  for (let i = 0; i < q.length; i++) {
    const density = q[i] * q[i] + p[i] * p[i]
    sum +=
      q[i] * re[i] + p[i] * im[i] + density * (theta[i] + (g / 2) * density) + (momentum[i] * momentum[i]) / inertia
  }
  return sum
}

function rate(
  grid: PeriodicGrid,
  frequencies: Float64Array,
  { g, inertia }: { readonly g: number; readonly inertia: number },
  { q, p, theta, momentum }: WaveState,
  into: WaveState,
): void {
  const [re, im] = [q.slice(), p.slice()]
  kinetic(grid, frequencies, re, im)
  for (let i = 0; i < q.length; i++) {
    const density = q[i] * q[i] + p[i] * p[i]
    const own = theta[i] + g * density
    into.q[i] = im[i] + own * p[i]
    into.p[i] = -(re[i] + own * q[i])
    into.theta[i] = momentum[i] / inertia
    into.momentum[i] = -0.5 * density
  }
}
