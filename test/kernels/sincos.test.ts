import { describe, expect, it } from 'vitest'
import { cos, sin } from '../../src/kernels/wave/sincos.ts'
import { draws } from '../../src/random/draws.ts'
import { STREAM } from '../../src/random/streams.ts'

const { uniform } = draws(1, STREAM.testInputs)

/** Angles of either sign up to a size, drawn, and all around the quarter turns, where quadrants change. */
function angles(size: number, count: number): number[] {
  const list = Array.from({ length: count }, (_, n) => (2 * uniform(n) - 1) * size)
  for (let n = -40; n <= 40; n++) {
    const quarter = (Math.round((size * n) / 40 / (Math.PI / 4)) * Math.PI) / 4
    list.push(quarter, quarter * (1 + 2 ** -52), quarter * (1 - 2 ** -52), quarter + 1e-9)
  }
  return list
}

describe('sine and cosine of additions and multiplications', () => {
  it.each([1, 10, 1e3, 1e6])('are those of the engine, for angles up to %d', (size) => {
    let worst = 0
    for (const x of angles(size, 4000))
      worst = Math.max(worst, Math.abs(sin(x) - Math.sin(x)), Math.abs(cos(x) - Math.cos(x)))
    // Ours are within 2e-16 of the truth, the engine's within 1.2e-16, a unit in the last place.
    expect(worst).toBeLessThan(3.2e-16)
  })

  it('keep relative accuracy near the zeros of the sine', () => {
    for (const x of [1e-300, 1e-20, 1e-9, 1e-4, Math.PI * (1 - 1e-9)])
      expect(Math.abs(sin(x) / Math.sin(x) - 1)).toBeLessThan(x < 1 ? 2.3e-16 : 1e-7)
  })

  it('are odd and even bit for bit, which an echo relies on', () => {
    for (const x of angles(1e4, 4000).filter((angle) => angle !== 0)) {
      expect(Object.is(sin(-x), -sin(x))).toBe(true)
      expect(Object.is(cos(-x), cos(x))).toBe(true)
    }
    expect(sin(-0) + sin(0)).toBe(0)
    expect(cos(-0)).toBe(1)
  })

  it('lie on the circle', () => {
    for (const x of angles(1e5, 4000)) expect(Math.abs(sin(x) ** 2 + cos(x) ** 2 - 1)).toBeLessThan(5e-16)
  })

  it('of no number are no number', () => {
    for (const x of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
      expect(sin(x)).toBeNaN()
      expect(cos(x)).toBeNaN()
    }
  })
})
