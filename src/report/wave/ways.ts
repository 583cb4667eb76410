import { niceBelow } from '../lattice/fit.ts'
import { largest } from './reach.ts'
import { partners, shownOf, type WavePassage, type WaveTrace } from './trace.ts'

/** Positions and momenta of one mode, moment by moment. */
export interface Path {
  readonly q: Float64Array
  readonly p: Float64Array
}

/** One mode on its way out and back, as it is drawn. */
export interface Way {
  readonly out: Path
  readonly back: Path | undefined
  /** By which factor the echo's distance from the way out is drawn too large. */
  readonly factor: number
}

/** Share of a portrait that a change fills if its factor is chosen. */
const SEEN = 0.25

/** What is drawn of each mode; momenta of the echo are turned round. */
export function waysOf(trace: WaveTrace, modes: readonly number[], wanted: number | undefined): readonly Way[] {
  const { forward, echo } = trace
  const at = partners(trace)
  const out = pathsOf(trace, forward, 'out', modes)
  const back = echo === undefined ? undefined : pathsOf(trace, echo, 'back', modes)
  return out.map((path, n) => {
    if (back === undefined || at === undefined) return { out: path, back: back?.[n], factor: 1 }
    const home = { q: repeated(path.q, at), p: repeated(path.p, at) }
    const change = { q: minus(back[n].q, home.q), p: minus(back[n].p, home.p) }
    const factor = wanted ?? chosen(largest([path.q, path.p]), largest([change.q, change.p]))
    if (factor === 1) return { out: path, back: back[n], factor }
    const larger = (from: Float64Array, by: Float64Array) => from.map((value, i) => value + factor * by[i])
    return { out: path, back: { q: larger(home.q, change.q), p: larger(home.p, change.p) }, factor }
  })
}

/** A round factor that shows a change, 1 where it is seen without. */
function chosen(extent: number, change: number): number {
  // What is left of round-off is no change.
  if (!(change > 1e-10 * extent)) return 1
  return Math.max(1, niceBelow((SEEN * extent) / change))
}

function pathsOf(trace: WaveTrace, passage: WavePassage, way: 'out' | 'back', modes: readonly number[]): Path[] {
  const all = trace.rows * trace.columns
  const momenta = shownOf(passage, way, 'p')
  const column = (values: Float64Array, mode: number) =>
    Float64Array.from({ length: passage.times.length }, (_, n) => values[n * all + mode])
  return modes.map((mode) => ({ q: column(passage.q, mode), p: column(momenta, mode) }))
}

const repeated = (values: Float64Array, at: Int32Array) => Float64Array.from(at, (moment) => values[moment])
const minus = (a: Float64Array, b: Float64Array) => a.map((value, n) => value - b[n])
