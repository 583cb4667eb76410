import type { Bench } from '../bench.ts'
import { demand } from '../law.ts'

/** Numbers that were measured, and what each is known to. NaN where one could not be taken. */
export interface Side {
  readonly values: Float64Array
  readonly known: Float64Array
}

/** Demands that two ways to the same numbers agree within what they are known to, and that some stand above it. */
export function agree(
  wanted: Side,
  seen: Side,
  relative: number,
  says: (index: number, wanted: number) => string,
): void {
  const count = wanted.values.length
  const typical = Math.sqrt(wanted.values.reduce((sum, value) => sum + value ** 2 / count, 0))
  let resolved = 0
  for (let n = 0; n < count; n++) {
    const [expected, value] = [wanted.values[n], seen.values[n]]
    if (Number.isNaN(value)) continue
    const unknown = Math.hypot(wanted.known[n], seen.known[n])
    const size = Math.max(Math.abs(expected), Math.abs(value))
    const tolerance = unknown + relative * Math.max(size, typical)
    if (size > 2 * unknown) resolved++
    demand(Math.abs(value - expected) <= tolerance, `${says(n, expected)} within ${tolerance}`, `${value}`)
  }
  demand(
    resolved > 0,
    'an effect above the noise of the machine (see spread, repeats, and loadPart or echo.injection)',
    'none',
  )
}

/**
 * The mean of what `once` gives, known to so many standard errors: from two goes if these are the same to the last bit,
 * else from `repeats`. What could not be taken, NaN, is left out.
 */
export async function measured(bench: Bench, once: () => Promise<Float64Array>): Promise<Side> {
  const goes = [await once(), await once()]
  const quiet = goes[0].every((value, i) => Object.is(value, goes[1][i]))
  if (quiet) return { values: goes[0], known: new Float64Array(goes[0].length) }
  while (goes.length < bench.repeats) goes.push(await once())
  const values = new Float64Array(goes[0].length)
  const known = new Float64Array(goes[0].length)
  for (let i = 0; i < values.length; i++) {
    const taken = goes.map((go) => go[i]).filter((value) => !Number.isNaN(value))
    const mean = taken.reduce((sum, value) => sum + value, 0) / taken.length
    const squares = taken.reduce((sum, value) => sum + (value - mean) ** 2, 0)
    values[i] = taken.length < 2 ? Number.NaN : mean
    known[i] = bench.sigmas * Math.sqrt(squares / (taken.length - 1) / taken.length)
  }
  return { values, known }
}

/** Whether two sides are not the same numbers. */
export function apart(a: Side, b: Side): boolean {
  return a.values.some((value, i) => Math.abs(value - b.values[i]) > Math.hypot(a.known[i], b.known[i]))
}
