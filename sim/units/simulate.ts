import { InsituError } from '../../src/errors.ts'
import type { Coupling } from '../../src/identify/coupling.ts'
import type { Traces } from '../../src/identify/traces.ts'
import { draws } from '../../src/random/draws.ts'
import { STREAM } from '../../src/random/streams.ts'
import type { UnitDynamics } from './dynamics.ts'
import { startDraws } from './network.ts'

export interface CoupledUnits {
  readonly dynamics: UnitDynamics
  readonly coupling: Coupling
  readonly nodes: number
  /** `weights[i * nodes + j]`: what node j adds to node i. */
  readonly weights: Float64Array
}

export interface SimulateOptions {
  readonly samples: number
  readonly dt: number
  /** Runge-Kutta steps of one sample (default 8), finer than anything that identifies. */
  readonly substeps?: number
  /** Samples that pass before the record begins (default 0). */
  readonly settle?: number
  readonly seed: number
  /** Which stretch of the same units: each has starts of its own (default 0). */
  readonly stretch?: number
  /** The start instead of a drawn one, node by node. */
  readonly start?: Float64Array
}

/**
 * Integrates coupled units by the classical Runge-Kutta scheme and samples all their components, without noise.
 *
 * Throws `DIVERGED` where a state leaves the finite numbers.
 */
export function simulateUnits(units: CoupledUnits, options: SimulateOptions): Traces {
  const { nodes, dynamics } = units
  const { samples, dt, substeps = 8, settle = 0, seed, stretch = 0 } = options
  const { dimensions } = dynamics
  const size = nodes * dimensions
  const x = options.start?.slice() ?? drawnStart(units, seed, stretch)
  if (x.length !== size) {
    throw new InsituError('SHAPE', `coupled units: a start of ${x.length} numbers, wanted ${size}`)
  }
  const step = stepper(units, dt / substeps)
  const data = new Float64Array(samples * size)
  for (let t = -settle; t < samples; t++) {
    if (t >= 0) data.set(x, t * size)
    for (let n = 0; n < substeps; n++) step(x)
    if (!Number.isFinite(x[0] + x[size - 1])) {
      throw new InsituError('DIVERGED', `coupled units: ${dynamics.name} left the finite numbers at sample ${t}`, {
        hint: 'take smaller weights or more substeps',
      })
    }
  }
  return { samples, nodes, dimensions, dt, data }
}

/** Adds white noise to every reading, in place of nothing: a copy. `deviations[d]` is that of component d. */
export function noisy(traces: Traces, deviations: ArrayLike<number>, seed: number, stretch = 0): Traces {
  const source = draws(seed, STREAM.inputNoise)
  const first = stretch * traces.data.length
  const data = traces.data.map((value, n) => value + deviations[n % traces.dimensions] * source.normal(first + n))
  return { ...traces, data }
}

/** Standard deviation of each component over nodes and time. */
export function componentDeviations(list: readonly Traces[]): Float64Array {
  const { dimensions } = list[0]
  const [sum, squares] = [new Float64Array(dimensions), new Float64Array(dimensions)]
  let count = 0
  for (const { data } of list) {
    data.forEach((value, n) => {
      sum[n % dimensions] += value
      squares[n % dimensions] += value * value
    })
    count += data.length / dimensions
  }
  return squares.map((square, d) => Math.sqrt(Math.max(0, square / count - (sum[d] / count) ** 2)))
}

function drawnStart({ nodes, dynamics }: CoupledUnits, seed: number, stretch: number): Float64Array {
  const { dimensions, start } = dynamics
  return startDraws(seed, stretch, nodes * dimensions).map((u, n) => {
    const [middle, half] = start[n % dimensions]
    return middle + half * u
  })
}

/** One Runge-Kutta step in place. */
function stepper({ nodes, dynamics, coupling, weights }: CoupledUnits, h: number): (x: Float64Array) => void {
  const { dimensions } = dynamics
  const size = nodes * dimensions
  const links: { readonly i: number; readonly j: number; readonly w: number }[] = []
  weights.forEach((w, n) => {
    if (w !== 0) links.push({ i: Math.floor(n / nodes) * dimensions, j: (n % nodes) * dimensions, w })
  })
  const slope = (x: Float64Array, into: Float64Array) => {
    for (let i = 0; i < size; i += dimensions) dynamics.slope(x, i, into, i)
    for (const { i, j, w } of links) into[i + coupling.into] += w * coupling.value(x, i, j)
  }
  const [k1, k2, k3, k4, at] = Array.from({ length: 5 }, () => new Float64Array(size))
  const moved = (x: Float64Array, by: number, k: Float64Array) => {
    for (let n = 0; n < size; n++) at[n] = x[n] + by * k[n]
    return at
  }
  return (x) => {
    slope(x, k1)
    slope(moved(x, h / 2, k1), k2)
    slope(moved(x, h / 2, k2), k3)
    slope(moved(x, h, k3), k4)
    for (let n = 0; n < size; n++) x[n] += (h / 6) * (k1[n] + 2 * k2[n] + 2 * k3[n] + k4[n])
  }
}
