import type { Receipt } from '../../src/contract/backend.ts'
import { type PatternPort, type PatternWindow, patternSlots } from '../../src/contract/facets.ts'
import { PATTERN_FAMILIES, patternsOf } from '../../src/patterns/family.ts'
import { frames } from '../../src/patterns/frames.ts'
import type { Patterns } from '../../src/patterns/patterns.ts'
import type { ImagerBody } from './imager-body.ts'

/** The seed of the random patterns among the families. */
const SEED = 1

/** Patterns that an imager makes on board; of one that only adds, all at once by their fast transform, never stored. */
export function imagerPatterns(body: ImagerBody, pixels: number, make = patternsOf): PatternPort {
  let kept: { readonly family: string; readonly patterns: Patterns; readonly project: Projection } | undefined
  const made = (family: string, needed: number) => {
    if (kept?.family === family && kept.patterns.count >= needed) return kept
    const patterns = make(family, pixels, pixels, { count: roomFor(needed, pixels * pixels) })
    kept = { family, patterns, project: projection(patterns) }
    return kept
  }
  const port = {
    families: familiesOf(pixels),
    rows: pixels,
    columns: pixels,
    async measure(window: PatternWindow, into: Float64Array): Promise<Receipt> {
      const { patterns, project } = made(window.family, window.first + window.count)
      if (body.adds) sums(body, patterns, project, window, into)
      else shown(body, patterns, window, into)
      return body.finish(into, patternSlots(window))
    },
  }
  return port
}

/** Sums over every pattern times an image; valid until the next call. */
type Projection = (image: Float64Array) => Float64Array

/** A measurement comes in windows, one behind the other: twice as many as needed, up to as many as there are pixels, are made at once. */
function roomFor(needed: number, all: number): number {
  return needed > all ? needed : Math.min(all, 2 ** Math.ceil(Math.log2(needed)))
}

/** What meets the light is the same for every window at the same parameters, and is projected once. */
function projection(patterns: Patterns): Projection {
  const values = new Float64Array(patterns.count)
  let last: Float64Array | undefined
  return (image) => {
    if (last?.every((value, p) => value === image[p])) return values
    patterns.project(image, values)
    last = image.slice()
    return values
  }
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
function sums(
  body: ImagerBody,
  { min, max }: Patterns,
  project: Projection,
  window: PatternWindow,
  into: Float64Array,
): void {
  const { whole, taken } = body.sums()
  const projected = project(taken)
  const all = taken.reduce((sum, value) => sum + value, 0)
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
