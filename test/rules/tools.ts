import { type MgdChipOptions, mgdChip } from '../../sim/index.ts'
import { attach } from '../../src/contract/device.ts'
import type { Lesson, LessonSource } from '../../src/rules/rule.ts'

export const XOR: readonly Lesson[] = [
  [0, 0, 0],
  [0, 1, 1],
  [1, 0, 1],
  [1, 1, 0],
].map(([a, b, t]) => ({ rows: 1, drive: Float64Array.of(a, b), target: Float64Array.of(t) }))

/** Lessons in their given order, again and again. */
export function cycle(lessons: readonly Lesson[]): LessonSource {
  let n = 0
  return { next: () => lessons[n++ % lessons.length] }
}

/** All lessons as one of many rows. */
export function joined(lessons: readonly Lesson[]): Lesson {
  return {
    rows: lessons.length,
    drive: Float64Array.from(lessons.flatMap((lesson) => [...lesson.drive])),
    target: Float64Array.from(lessons.flatMap((lesson) => [...lesson.target])),
  }
}

export function chip(options: Partial<MgdChipOptions> = {}) {
  return attach(mgdChip({ layers: [2, 2, 1], ...options }))
}

export const START = Float64Array.of(0.3, -0.2, 0.7, 0.5, -0.6, 0.4, 0.1, -0.3, 0.2)

/** Largest difference between two vectors. */
export function distance(a: Float64Array, b: Float64Array): number {
  return a.reduce((most, v, i) => Math.max(most, Math.abs(v - b[i])), 0)
}
