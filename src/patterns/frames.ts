import { type PatternWindow, patternSlots } from '../contract/facets.ts'
import type { Port } from '../contract/sheet.ts'
import type { Patterns } from './patterns.ts'

/**
 * Writes the drive rows that show a window of patterns, `patternSlots(window)` x drive width.
 *
 * The smallest entry of a pattern becomes the smallest value of the drive and the largest its largest; the opposite of a frame
 * is what is left of it to both ends together, so that frame - opposite is in proportion to the pattern.
 */
export function frames(patterns: Patterns, window: PatternWindow, drive: Port, into: Float64Array): void {
  const { width, min, max } = drive
  const gain = (max - min) / (patterns.max - patterns.min)
  const both = window.pairing === 'opposite'
  const slots = patternSlots({ ...window, count: 1 })
  for (let k = 0, at = 0; k < window.count; k++, at += slots * width) {
    const first = into.subarray(at, at + width)
    patterns.fill(window.first + k, first)
    for (let i = 0; i < width; i++) first[i] = min + gain * (first[i] - patterns.min)
    for (let s = 1; s < slots; s++) {
      const frame = into.subarray(at + s * width, at + (s + 1) * width)
      if (both && s >= window.hold) for (let i = 0; i < width; i++) frame[i] = min + max - first[i]
      else frame.set(first)
    }
  }
}
