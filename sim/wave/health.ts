import type { WaveState, WaveStepper } from '../../src/kernels/wave/state.ts'
import type { WaveField } from './field.ts'
import { copyState, emptyState, reverse } from './splitting.ts'

/** How well a field can be sent back, measured on one wave. */
export interface WaveHealth {
  /** Largest change of the energy on the way out, over the energy at the start; Infinity if the wave left the numbers. */
  readonly energyError: number
  /** Distance of an undisturbed echo's return from the start, over the start, both as 2-norms of the whole state. */
  readonly returnError: number
  /** Time for which the return error reaches `LOST`; Infinity if it did not within `upTo` times the time asked for. */
  readonly horizon: number
  /** Rate at which round-off grew, per unit of time; 0 where it did not, or where something else keeps the echo off. */
  readonly lyapunov: number
  /**
   * What keeps an echo from its start: round-off, which chaos makes grow; steps that do not run backwards, as Runge-Kutta's
   * or any with losses; or steps so long that the wave gains energy without end.
   */
  readonly limit: 'round-off' | 'one-way steps' | 'unstable steps'
}

/** Return error at which an echo is lost: a tenth of a percent of the field itself, far above any nudge. */
export const LOST = 1e-3

/** Return errors below this are round-off that has not grown yet. */
const ROUND_OFF = 1e-11

/** Return error of a single step that round-off does not explain. */
const ONE_WAY = 1e-12

/** An energy that is off by so many times itself was not kept at all. */
const UNSTABLE = 10

export interface Ride {
  readonly field: WaveField
  readonly stepper: WaveStepper
  readonly step: number
  readonly steps: number
}

/**
 * Measures a field's health from a start: doubles the time until the echo is lost or `upTo` times the steps are reached,
 * or halves it if it is lost within these, and then closes in on the horizon to a sixteenth.
 */
export function waveHealth(ride: Ride, start: WaveState, upTo = 16): WaveHealth {
  const { step, steps } = ride
  const points: Point[] = []
  const after = (count: number): Point => {
    const point = { time: count * step, steps: count, error: returnError(ride, start, count) }
    points.push(point)
    return point
  }
  const asked = after(steps)
  let kept: Point = { time: 0, steps: 0, error: Number.EPSILON }
  let lost: Point | undefined
  if (asked.error < LOST) {
    kept = asked
    while (lost === undefined && 2 * kept.steps <= upTo * steps) {
      const next = after(2 * kept.steps)
      if (next.error < LOST) kept = next
      else lost = next
    }
  } else {
    lost = asked
    while (kept.steps === 0 && lost.steps > 1) {
      const next = after(Math.floor(lost.steps / 2))
      if (next.error < LOST) kept = next
      else lost = next
    }
  }
  while (lost !== undefined && lost.steps - kept.steps > Math.max(1, kept.steps / 16)) {
    const next = after(Math.round((kept.steps + lost.steps) / 2))
    if (next.error < LOST) kept = next
    else lost = next
  }
  const energy = energyError(ride, start)
  const limit = limitOf(energy, returnError(ride, start, 1))
  return {
    energyError: energy,
    returnError: asked.error,
    horizon: lost === undefined ? Number.POSITIVE_INFINITY : crossing(kept, lost),
    lyapunov: limit === 'round-off' ? growth(points) : 0,
    limit,
  }
}

/** What to say if a wave is asked to run longer than it can be sent back; undefined if it is not. */
export function horizonWarning({ horizon, limit, energyError }: WaveHealth, time: number): string | undefined {
  if (time <= horizon) return undefined
  const beyond = `a wave of ${round(time)} runs beyond its reversal horizon of ${round(horizon)}`
  if (limit === 'unstable steps')
    return `${beyond}: its steps are too long for the field, whose energy ${energyError === Number.POSITIVE_INFINITY ? 'leaves the numbers' : `is off by ${round(energyError)} times itself`}; shorten the step`
  if (limit === 'one-way steps')
    return `${beyond}: its steps do not run backwards, and what they lose an echo misses; take a time-symmetric integrator and less loss, or shorten the time`
  return `${beyond}: round-off grows until the echo is lost, and with it the gradient; shorten the time or weaken the nonlinearity`
}

function limitOf(energyError: number, ofOneStep: number): WaveHealth['limit'] {
  if (!(energyError < UNSTABLE)) return 'unstable steps'
  return ofOneStep < ONE_WAY ? 'round-off' : 'one-way steps'
}

function round(value: number): string {
  return String(Number(value.toPrecision(3)))
}

interface Point {
  readonly time: number
  readonly steps: number
  readonly error: number
}

/** Where the error crosses `LOST`, between two points on a logarithmic scale. */
function crossing(kept: Point, lost: Point): number {
  if (!Number.isFinite(lost.error)) return kept.time
  const from = Math.max(kept.error, Number.EPSILON)
  return kept.time + (Math.log(LOST / from) / Math.log(lost.error / from)) * (lost.time - kept.time)
}

/** Rate of growth from the first error past round-off to the last one within the horizon. */
function growth(points: readonly Point[]): number {
  const grown = points.filter(({ error }) => error > ROUND_OFF && error < LOST).sort((a, b) => a.time - b.time)
  if (grown.length < 2) return 0
  const [first, last] = [grown[0], grown[grown.length - 1]]
  return Math.max(0, Math.log(last.error / first.error) / (last.time - first.time))
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
    const off = Math.abs(field.energy(state) - first)
    most = Number.isNaN(off) ? Number.POSITIVE_INFINITY : Math.max(most, off)
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
