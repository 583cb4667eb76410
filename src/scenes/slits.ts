import { InsituError } from '../errors.ts'
import { rectangles } from './rectangles.ts'
import { type Box, checkSize, type Scene } from './scene.ts'

export interface SlitOptions {
  /** Width of one, m. */
  readonly width: number
  /** How many; default 2. */
  readonly count?: number
  /** From centre to centre, m; default twice the width. */
  readonly period?: number
  /** Length of one, m; default five times the width, as on a resolution target. */
  readonly length?: number
  /** `upright` (default), or `flat`: they lie one above the other. */
  readonly direction?: 'upright' | 'flat'
  readonly side: number
}

/** Equal slits side by side in the middle of a screen; throws `CONFIG` where they overlap or do not fit. */
export function slits(options: SlitOptions): Scene {
  const { width, count = 2, side } = options
  return rectangles(`slits:${micrometres(width)},${count}`, side, openings(options))
}

/** A three-bar target: bars of one width with gaps as wide, five times as long as wide (MIL-STD-150A). */
export function bars(options: Omit<SlitOptions, 'width' | 'count' | 'period'> & { readonly barWidth: number }): Scene {
  const { barWidth: width, side } = options
  return rectangles(`bars:${micrometres(width)}`, side, openings({ ...options, width, count: 3 }))
}

/** Where the three bars and the two gaps between them are, for visibilities. */
export function barRegions(options: Parameters<typeof bars>[0]): {
  readonly bars: readonly Box[]
  readonly gaps: readonly Box[]
} {
  const { barWidth: width } = options
  return {
    bars: openings({ ...options, width, count: 3 }),
    gaps: openings({ ...options, width, count: 2 }),
  }
}

/** Micrometres, without the digits that only rounding made. */
const um = (metres: number) => Number((metres * 1e6).toPrecision(6))

function openings(options: SlitOptions): readonly Box[] {
  const { width, count = 2, period = 2 * width, length = 5 * width, direction = 'upright', side } = options
  const bad = (what: string) => new InsituError('CONFIG', `slits: ${what}`)
  for (const [what, value] of Object.entries({ side, width, period, length })) checkSize('slits', what, value)
  if (!Number.isInteger(count) || count < 1) throw bad(`their count must be a whole number from 1, got ${count}`)
  if (count > 1 && period < width) throw bad(`${width} m wide, they overlap at a period of ${period} m`)
  const across = (count - 1) * period + width
  if (Math.max(across, length) > side * (1 + 1e-12))
    throw bad(`${count} of them take ${um(across)} x ${um(length)} um, the screen has ${um(side)} um a side`)
  return Array.from({ length: count }, (_, n) => {
    const middle = (n - (count - 1) / 2) * period
    const [from, to] = [middle - width / 2, middle + width / 2]
    const half = length / 2
    return direction === 'upright'
      ? { left: from, right: to, top: -half, bottom: half }
      : { left: -half, right: half, top: from, bottom: to }
  })
}

/** A length as names of scenes have it, without the dust of binary fractions. */
function micrometres(length: number): string {
  return String(Number((length * 1e6).toPrecision(12)))
}
