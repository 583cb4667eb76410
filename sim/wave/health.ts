import type { WaveState, WaveStepper } from '../../src/kernels/wave/state.ts'
import type { WaveField } from './field.ts'
import { copyState, emptyState, reverse } from './splitting.ts'

/** How well a field can be sent back, measured on one wave. */
export interface WaveHealth {
  /** Largest change of the energy on the way out, over the energy at the start. */
  readonly energyError: number
  /** Distance of an undisturbed echo's return from the start, over the start, both as 2-norms of the whole state. */
  readonly returnError: number
  /** Time for which the return error reaches `LOST`; Infinity if it did not within `upTo` times the time asked for. */
  readonly horizon: number
  /** Rate at which the return error grew, per unit of time; 0 where it did not grow past round-off. */
  readonly lyapunov: number
}

/** Return error at which an echo is lost: a tenth of a percent of the field itself, far above any nudge. */
export const LOST = 1e-3

/** Return errors below this are round-off that has not grown yet. */
const ROUND_OFF = 1e-11

export interface Ride {
  readonly field: WaveField
  readonly stepper: WaveStepper
  readonly step: number
  readonly steps: number
}

/** Measures a field's health from a start; doubles the time until the echo is lost or `upTo` times the steps are reached. */
export function waveHealth(ride: Ride, start: WaveState, upTo = 16): WaveHealth {
  const { step, steps } = ride
  const points: { readonly time: number; readonly error: number }[] = []
  for (let times = 1; times <= upTo; times *= 2) {
    const error = returnError(ride, start, steps * times)
    points.push({ time: steps * times * step, error })
    if (!(error < LOST)) break
  }
  const reached = points[points.length - 1]
  const before = points.findLast(({ error }) => error > ROUND_OFF && error < LOST / 2)
  const growth =
    before !== undefined && reached.time > before.time && Number.isFinite(reached.error)
      ? Math.log(Math.min(reached.error, 1) / before.error) / (reached.time - before.time)
      : 0
  return {
    energyError: energyError(ride, start),
    returnError: points[0].error,
    horizon: crossing(points),
    lyapunov: Math.max(0, growth),
  }
}

/** What to say if a wave is asked to run longer than it can be sent back; undefined if it is not. */
export function horizonWarning({ horizon }: WaveHealth, time: number): string | undefined {
  if (time <= horizon) return undefined
  return `a wave of ${round(time)} runs beyond its reversal horizon of ${round(horizon)}: round-off grows until the echo is lost, and with it the gradient; shorten the time or weaken the nonlinearity`
}

function round(value: number): string {
  return String(Number(value.toPrecision(3)))
}

/** Where the error crosses `LOST`, between the last two points on a logarithmic scale. */
function crossing(points: readonly { readonly time: number; readonly error: number }[]): number {
  const last = points[points.length - 1]
  if (last.error < LOST) return Number.POSITIVE_INFINITY
  const from = points[points.length - 2] ?? { time: 0, error: Number.EPSILON }
  if (!Number.isFinite(last.error)) return from.time
  const part = Math.log(LOST / from.error) / Math.log(last.error / from.error)
  return from.time + part * (last.time - from.time)
}

/** Out and back without an injection. */
export function returnError({ field, stepper }: Ride, start: WaveState, steps: number): number {
  const state = emptyState(field)
  copyState(start, state)
  stepper.run([state], steps)
  reverse(state)
  stepper.run([state], steps)
  reverse(state)
  return distance(state, start) / (norm(start) || 1)
}

const SAMPLES = 32

function energyError({ field, stepper, steps }: Ride, start: WaveState): number {
  const state = emptyState(field)
  copyState(start, state)
  const first = field.energy(state)
  let most = 0
  for (let n = 0, done = 0; n < SAMPLES; n++) {
    const until = Math.round(((n + 1) * steps) / SAMPLES)
    if (until === done) continue
    stepper.run([state], until - done)
    done = until
    most = Math.max(most, Math.abs(field.energy(state) - first))
  }
  return most / (Math.abs(first) || 1)
}

function norm(state: WaveState): number {
  return distance(state, emptyState({ modes: state.q.length, params: state.theta.length }))
}

function distance(a: WaveState, b: WaveState): number {
  const part = (x: Float64Array, y: Float64Array) => {
    let sum = 0
    for (let i = 0; i < x.length; i++) sum += (x[i] - y[i]) ** 2
    return sum
  }
  return Math.sqrt(part(a.q, b.q) + part(a.p, b.p) + part(a.theta, b.theta) + part(a.momentum, b.momentum))
}
