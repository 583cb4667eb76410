import type { Receipt } from '../../src/contract/backend.ts'
import { type PatternPort, type PatternWindow, patternSlots } from '../../src/contract/facets.ts'
import { PATTERN_FAMILIES, patternsOf } from '../../src/patterns/family.ts'
import { frames } from '../../src/patterns/frames.ts'
import type { Patterns } from '../../src/patterns/patterns.ts'
import type { ImagerBody } from './imager-body.ts'

/** The seed of the random patterns among the families. */
const SEED = 1

/** Patterns that an imager makes on board; of one that only adds, all at once by their fast transform, never stored. */
export function imagerPatterns(body: ImagerBody, pixels: number): PatternPort {
  let kept: { readonly family: string; readonly patterns: Patterns } | undefined
  const made = (family: string, count: number) => {
    if (kept?.family !== family || kept.patterns.count !== count)
      kept = { family, patterns: patternsOf(family, pixels, pixels, { count }) }
    return kept.patterns
  }
  const port = {
    families: familiesOf(pixels),
    rows: pixels,
    columns: pixels,
    async measure(window: PatternWindow, into: Float64Array): Promise<Receipt> {
      const patterns = made(window.family, window.first + window.count)
      if (body.adds) sums(body, patterns, window, into)
      else shown(body, patterns, window, into)
      return body.finish(into, patternSlots(window))
    },
  }
  return port
}

/** Those that this grid can have. */
function familiesOf(pixels: number): readonly string[] {
  return PATTERN_FAMILIES.map((family) => family.replace('<seed>', String(SEED))).filter((family) => {
    try {
      return patternsOf(family, pixels, pixels).count > 0
    } catch {
      return false
    }
  })
}

/** Readings as sums over pixels: lost = sum of (P - min) / (max - min) times what full light takes. */
function sums(body: ImagerBody, patterns: Patterns, window: PatternWindow, into: Float64Array): void {
  const { whole, taken } = body.sums()
  const projected = new Float64Array(patterns.count)
  patterns.project(taken, projected)
  const all = taken.reduce((sum, value) => sum + value, 0)
  const { min, max } = patterns
  write(window, into, (k, opposite) => {
    const lost = (projected[k] - min * all) / (max - min)
    return body.gain * (whole - (opposite ? all - lost : lost))
  })
}

/** Readings frame by frame, as they would be sent. */
function shown(body: ImagerBody, patterns: Patterns, window: PatternWindow, into: Float64Array): void {
  const { drive } = body.sheet
  const both = window.pairing === 'opposite'
  const pair = new Float64Array((both ? 2 : 1) * drive.width)
  let written = -1
  write(window, into, (k, opposite) => {
    if (k !== written) {
      frames(patterns, { ...window, first: k, count: 1, hold: 1 }, drive, pair)
      written = k
    }
    return body.seen(pair.subarray(opposite ? drive.width : 0, (opposite ? 2 : 1) * drive.width))
  })
}

/** Slot by slot: each pattern held, then its opposite. */
function write(
  { first, count, pairing, hold }: PatternWindow,
  into: Float64Array,
  volts: (k: number, opposite: boolean) => number,
): void {
  const sides = pairing === 'opposite' ? [false, true] : [false]
  for (let k = first, at = 0; k < first + count; k++)
    for (const opposite of sides) {
      into.fill(volts(k, opposite), at, at + hold)
      at += hold
    }
}
