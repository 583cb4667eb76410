import { InsituError } from '../../../src/errors.ts'
import { type Hop, hop, hopArray, type KerrSpec, kickKerr, pullTurn } from '../../../src/kernels/wave/kerr.ts'
import { kerrStepper } from '../../../src/kernels/wave/simd-kerr.ts'
import type { WaveState } from '../../../src/kernels/wave/state.ts'
import type { WaveField } from '../field.ts'
import { copyState, emptyState } from '../splitting.ts'
import { checkOptions, type Rules } from './check.ts'
import { NO_SCATTER, scattered } from './scatter.ts'

export interface CavityOptions {
  /** Cavities; default 4 x 4. */
  readonly rows?: number
  readonly columns?: number
  /** J; default 10. */
  readonly hopping?: number
  /** kappa; default 0.3. */
  readonly coupling?: number
  /** Default -2. */
  readonly g?: number
  /** Cavity of every port; default the four corners. */
  readonly ports?: readonly number[]
}

const RULES: Rules<CavityOptions> = {
  rows: 'side',
  columns: 'side',
  hopping: 'number',
  coupling: 'number',
  g: 'number',
  ports: 'list',
}

/**
 * The Kerr cavity array of López-Pastor and Marquardt (figure 8 of their code): cavities are the learning field, port
 * modes at the corners carry inputs and outputs.
 */
export function kerrCavities(options: CavityOptions = {}, scatter = NO_SCATTER): WaveField {
  const { rows = 4, columns = 4, hopping = 10, coupling = 0.3, g = -2 } = options
  checkOptions('kerr-cavities', { ...options, rows, columns }, RULES)
  const count = rows * columns
  const ports = [...(options.ports ?? new Set([0, columns - 1, count - columns, count - 1]))]
  const bad = ports.find((i) => !(Number.isInteger(i) && i >= 0 && i < count))
  if (bad !== undefined)
    throw new InsituError('CONFIG', `kerr-cavities: a port must sit on a cavity from 0 to ${count - 1}, got ${bad}`)
  if (new Set(ports).size < ports.length)
    throw new InsituError('CONFIG', `kerr-cavities: a cavity takes one port, got ports on ${ports.join(', ')}`, {
      hint: 'the ports turn one after the other, which two on one cavity would not undo in an echo',
    })
  const detuning = scattered(scatter, count + ports.length)
  return kerrField({ rows, columns, hopping, coupling, g, ports, detuning })
}

function kerrField(spec: KerrSpec): WaveField {
  const { rows, columns, hopping, coupling, g, ports, detuning } = spec
  const count = rows * columns
  const hops = hopsOf(spec)
  const shape = { modes: ports.length, params: count }
  const scattered = count + ports.length
  return {
    name: 'kerr-cavities',
    ...shape,
    scattered,
    bracket: 0.5,
    learning: 'modes',
    grid: { rows, columns },
    energy: ({ q, p, theta, momentum }) => {
      let sum = 0
      for (let i = 0; i < count; i++) {
        const square = theta[i] ** 2 + momentum[i] ** 2
        sum += (g / 2) * square ** 2 + detuning[i] * square
        if (i % columns < columns - 1) sum += 2 * hopping * (theta[i] * theta[i + 1] + momentum[i] * momentum[i + 1])
        if (i < count - columns)
          sum += 2 * hopping * (theta[i] * theta[i + columns] + momentum[i] * momentum[i + columns])
      }
      ports.forEach((i, n) => {
        const square = q[n] ** 2 + p[n] ** 2
        sum += (g / 2) * square ** 2 + detuning[count + n] * square
        sum += 2 * coupling * (q[n] * theta[i] + p[n] * momentum[i])
      })
      return sum
    },
    rate: (state, into) => kerrRate(spec, state, into),
    drift: ({ theta, momentum }, time) => hops(time, theta, momentum),
    kick: (state, time) => kickKerr(spec, state, time),
    // Hops are unitary and symmetric: the transposed one is the one backwards.
    pullDrift: (_before, time, { theta, momentum }) => hops(-time, theta, momentum),
    pullKick: (before, time, slope, byScatter) => pullKick(spec, shape, before, time, slope, byScatter),
    stepper: (splitting, step) => kerrStepper(spec, splitting, step),
  }
}

/** Most hops that are kept: those of every flow of a splitting, both ways; a mirror that jitters asks for new ones each time. */
const KEPT = 32

/** Hops of the few times that occur in a run, each made once. */
function hopsOf(spec: KerrSpec): (time: number, re: Float64Array, im: Float64Array) => void {
  const made = new Map<number, readonly [Hop, Hop]>()
  return (time, re, im) => {
    let pair = made.get(time)
    if (pair === undefined) {
      pair = [hop(spec.columns, spec.hopping * time), hop(spec.rows, spec.hopping * time)]
      if (made.size === KEPT) made.clear()
      made.set(time, pair)
    }
    hopArray(spec, pair[0], pair[1], re, im)
  }
}

/** i dz/dt = dH/dz*: dre/dt = Im, dim/dt = -Re of dH/dz*. */
function kerrRate(spec: KerrSpec, { q, p, theta, momentum }: WaveState, into: WaveState): void {
  const { rows, columns, hopping, coupling, g, ports, detuning } = spec
  const count = rows * columns
  const sum = (values: Float64Array, i: number) =>
    (i % columns > 0 ? values[i - 1] : 0) +
    (i % columns < columns - 1 ? values[i + 1] : 0) +
    (i >= columns ? values[i - columns] : 0) +
    (i < count - columns ? values[i + columns] : 0)
  for (let i = 0; i < count; i++) {
    const own = g * (theta[i] ** 2 + momentum[i] ** 2) + detuning[i]
    into.theta[i] = own * momentum[i] + hopping * sum(momentum, i)
    into.momentum[i] = -(own * theta[i] + hopping * sum(theta, i))
  }
  ports.forEach((i, n) => {
    const own = g * (q[n] ** 2 + p[n] ** 2) + detuning[count + n]
    into.q[n] = own * p[n] + coupling * momentum[i]
    into.p[n] = -(own * q[n] + coupling * theta[i])
    into.theta[i] += coupling * p[n]
    into.momentum[i] -= coupling * q[n]
  })
}

/** Back through half a Kerr phase, the ports' rotation, half a Kerr phase. */
function pullKick(
  spec: KerrSpec,
  shape: { readonly modes: number; readonly params: number },
  before: WaveState,
  time: number,
  slope: WaveState,
  byDetuning?: Float64Array,
): void {
  const free: KerrSpec = { ...spec, g: 0, detuning: new Float64Array(spec.detuning.length) }
  const middle = emptyState(shape)
  copyState(before, middle)
  const still: KerrSpec = { ...spec, coupling: 0 }
  // A kick without ports is one whole Kerr phase: half of the time leaves the state before the rotation.
  kickKerr(still, middle, time / 2)
  const rotated = emptyState(shape)
  copyState(middle, rotated)
  kickKerr(free, rotated, time)
  pullTurns(spec, rotated, time / 2, slope, byDetuning)
  kickKerr(free, slope, -time)
  pullTurns(spec, before, time / 2, slope, byDetuning)
}

function pullTurns(
  { g, detuning }: KerrSpec,
  at: WaveState,
  time: number,
  slope: WaveState,
  byDetuning?: Float64Array,
): void {
  const { q, p, theta, momentum } = at
  pullTurn({ re: theta, im: momentum }, { re: slope.theta, im: slope.momentum }, g, detuning, 0, time, byDetuning)
  pullTurn({ re: q, im: p }, { re: slope.q, im: slope.p }, g, detuning, theta.length, time, byDetuning)
}
