import { InsituError } from '../../errors.ts'

/** One passage of a wave as it was sampled; its time begins with it. */
export interface WavePassage {
  /** Moments, rising from 0, in the trace's unit of time. */
  readonly times: Float64Array
  /** Positions, or real quadratures: moments x modes, one moment after the other. */
  readonly q: Float64Array
  /** Momenta, or imaginary quadratures, as they ran: in an echo the wave moves the other way. */
  readonly p?: Float64Array
}

/**
 * A wave on its way out and back, sampled for pictures.
 *
 * The way out is sampled up to the mirror, the way back from just after it: reversed and with the error in it. Where drive
 * is added at a sampled moment, both are sampled on the same side of it.
 */
export interface WaveTrace {
  /** What runs: 'chain of 32 sites'. */
  readonly name: string
  /** How the modes lie, row by row; a chain has one row. */
  readonly rows: number
  readonly columns: number
  readonly forward: WavePassage
  readonly echo?: WavePassage
  /** Time of the mirror: how long one passage lasts. */
  readonly mirror: number
  /** Modes that get an error at the mirror. */
  readonly injected?: readonly number[]
  /** Modes that are driven at the start. */
  readonly driven?: readonly number[]
  /** Unit of the positions, and of time; pure numbers if nothing is said. */
  readonly unit?: string
  readonly timeUnit?: string
}

/** What is drawn of a mode: its position, its momentum or q² + p². */
export type Shown = 'q' | 'p' | 'intensity'

/** Throws `SHAPE` where lengths or modes of a trace do not fit. */
export function checkTrace(trace: WaveTrace): void {
  const { rows, columns, forward, echo, mirror, injected = [], driven = [] } = trace
  const wrong = (what: string, wanted: string, given: unknown) =>
    new InsituError('SHAPE', `trace of a wave: ${what} must be ${wanted}, got ${given}`)
  const modes = rows * columns
  if (!(Number.isInteger(rows) && Number.isInteger(columns) && modes > 0))
    throw wrong('rows and columns', 'whole numbers from 1', `${rows} and ${columns}`)
  if (!(mirror > 0)) throw wrong('mirror', 'a time above 0', mirror)
  for (const [name, passage] of Object.entries({ forward, echo })) {
    if (passage === undefined) continue
    const { times, q, p } = passage
    if (times.length === 0) throw wrong(`${name}.times`, 'one moment or more', 'none')
    const wanted = `${times.length * modes} numbers, ${modes} per moment`
    if (q.length !== times.length * modes) throw wrong(`${name}.q`, wanted, q.length)
    if (p !== undefined && p.length !== q.length) throw wrong(`${name}.p`, wanted, p.length)
  }
  for (const mode of [...injected, ...driven]) {
    if (!(Number.isInteger(mode) && mode >= 0 && mode < modes))
      throw wrong('a mode', `a number from 0 to ${modes - 1}`, mode)
  }
}

/** What is shown of a passage; momenta of an echo are turned round, so that an undisturbed echo repeats the way out. */
export function shownOf(passage: WavePassage, way: 'out' | 'back', shown: Shown): Float64Array {
  const { q, p } = passage
  if (shown === 'q') return q
  if (p === undefined)
    throw new InsituError('CONFIG', `picture of a wave: ${shown} needs momenta, the trace has none`, {
      hint: 'hand over p, or show q',
    })
  if (shown === 'intensity') return q.map((value, i) => value * value + p[i] * p[i])
  return way === 'out' ? p : p.map((value) => -value)
}

/** Sample of a passage that is nearest to a time. */
export function nearest(times: Float64Array, time: number): number {
  let low = 0
  let high = times.length - 1
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if (times[middle] > time) high = middle
    else low = middle
  }
  return Math.abs(times[high] - time) < Math.abs(times[low] - time) ? high : low
}

/** For each sample of the echo the one of the way out that it repeats; undefined if there is none at that moment. */
export function partners({ forward, echo, mirror }: WaveTrace): Int32Array | undefined {
  if (echo === undefined) return undefined
  const found = new Int32Array(echo.times.length)
  for (let n = 0; n < found.length; n++) {
    found[n] = nearest(forward.times, mirror - echo.times[n])
    if (Math.abs(forward.times[found[n]] - (mirror - echo.times[n])) > 1e-6 * mirror) return undefined
  }
  return found
}

/** What the error changed, moments of the echo x modes: the echo minus the way out run backwards. Undefined as `partners`. */
export function changeOf(trace: WaveTrace, shown: Shown): Float64Array | undefined {
  const at = partners(trace)
  if (at === undefined || trace.echo === undefined) return undefined
  const modes = trace.rows * trace.columns
  const out = shownOf(trace.forward, 'out', shown)
  return shownOf(trace.echo, 'back', shown).map(
    (value, i) => value - out[at[Math.floor(i / modes)] * modes + (i % modes)],
  )
}
