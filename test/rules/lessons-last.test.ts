import { describe, expect, it } from 'vitest'
import { shuffledLessons } from '../../src/rules/lessons.ts'

const rows = 10
const table = {
  rows,
  drive: Float64Array.from({ length: 2 * rows }, (_, n) => n),
  target: Float64Array.from({ length: rows }, (_, r) => -r),
}

/** Rows of some lessons, by number. */
function drawn(source: ReturnType<typeof shuffledLessons>, count: number): number[][] {
  return Array.from({ length: count }, () => {
    const lesson = source.next()
    expect(lesson.drive).toHaveLength(2 * lesson.rows)
    expect(lesson.target).toHaveLength(lesson.rows)
    return Array.from(lesson.target, (target, r) => {
      expect([lesson.drive[2 * r], lesson.drive[2 * r + 1]]).toEqual([-2 * target, -2 * target + 1])
      return -target
    })
  })
}

const numbered = Array.from({ length: rows }, (_, r) => r)
const sorted = (list: number[]) => [...list].sort((a, b) => a - b)

describe('the last lesson of an epoch', () => {
  it('is as short as what is left, and the next epoch starts afresh', () => {
    const lessons = drawn(shuffledLessons(table, { seed: 2, batch: 4, last: 'short' }), 9)
    expect(lessons.map((lesson) => lesson.length)).toEqual([4, 4, 2, 4, 4, 2, 4, 4, 2])
    for (const epoch of [0, 1, 2]) expect(sorted(lessons.slice(3 * epoch, 3 * epoch + 3).flat())).toEqual(numbered)
    expect(lessons.slice(0, 3).flat()).not.toEqual(lessons.slice(3, 6).flat())
  })

  it('is filled from the next epoch if nothing is said; both show the same rows in the same order', () => {
    const filled = drawn(shuffledLessons(table, { seed: 2, batch: 4 }), 5)
    expect(filled.map((lesson) => lesson.length)).toEqual([4, 4, 4, 4, 4])
    expect(filled).toEqual(drawn(shuffledLessons(table, { seed: 2, batch: 4, last: 'filled' }), 5))
    const short = drawn(shuffledLessons(table, { seed: 2, batch: 4, last: 'short' }), 6)
    expect(short.flat()).toEqual(filled.flat())
  })

  it('is no different where the batch divides the rows, is one, or is larger than all', () => {
    for (const batch of [1, 2, 5, 10]) {
      const both = (['short', 'filled'] as const).map((last) =>
        drawn(shuffledLessons(table, { seed: 7, batch, last }), 20 / batch),
      )
      expect(both[0]).toEqual(both[1])
    }
    const all = drawn(shuffledLessons(table, { seed: 7, batch: 16, last: 'short' }), 2)
    expect(all.map(sorted)).toEqual([numbered, numbered])
  })

  it('is as short after a resume in the middle of an epoch', () => {
    const whole = shuffledLessons(table, { seed: 3, batch: 4, last: 'short' })
    drawn(whole, 4)
    const resumed = shuffledLessons(table, { seed: 3, batch: 4, last: 'short' })
    resumed.load(JSON.parse(JSON.stringify(whole.save())))
    expect(whole.save()).toEqual({ drawn: 14 })
    expect(drawn(resumed, 5)).toEqual(drawn(whole, 5))
  })
})
