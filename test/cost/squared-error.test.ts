import { describe, expect, it } from 'vitest'
import { squaredError } from '../../src/cost/squared-error.ts'
import { draws, fillUniform } from '../../src/random/draws.ts'
import { STREAM } from '../../src/random/streams.ts'

describe('squared error', () => {
  it('is half the sum of squares over the outputs, and its slope the error itself', () => {
    const [values, slopes] = [new Float64Array(1), new Float64Array(3)]
    const targets = { data: Float64Array.of(1, 0, -2), rows: 1, hold: 1 }
    const sense = Float64Array.of(3, -0.5, -2)
    squaredError.values(sense, 1, 3, targets, values)
    squaredError.gradient(sense, 1, 3, targets, slopes)
    expect(values[0]).toBe((4 + 0.25) / 2)
    expect([...slopes]).toEqual([2, -0.5, 0])
    // Not the mean over outputs: two of the same output cost twice as much.
    squaredError.values(Float64Array.of(3, 3), 1, 2, { data: Float64Array.of(1, 1), rows: 1, hold: 1 }, values)
    expect(values[0]).toBe(4)
  })

  it('keeps the scale of metres: nothing is added and nothing lost at picometres', () => {
    const [values, slopes] = [new Float64Array(1), new Float64Array(1)]
    const targets = { data: Float64Array.of(0), rows: 1, hold: 1 }
    squaredError.values(Float64Array.of(1e-12), 1, 1, targets, values)
    squaredError.gradient(Float64Array.of(1e-12), 1, 1, targets, slopes)
    expect(values[0]).toBe(1e-12 ** 2 / 2)
    expect(slopes[0]).toBe(1e-12)
  })

  it('has the slope of its differences, with rows held and repeated', () => {
    const [slots, width] = [7, 2]
    const targets = { data: Float64Array.of(0.5, -1, 0.25, 2), rows: 2, hold: 2 }
    const sense = fillUniform(draws(4, STREAM.testInputs), -1, 1, new Float64Array(slots * width))
    const slopes = new Float64Array(slots * width)
    squaredError.gradient(sense, slots, width, targets, slopes)
    for (let n = 0; n < slots * width; n++) {
      const [up, down] = [1e-3, -1e-3].map((h) => {
        const into = new Float64Array(slots)
        squaredError.values(
          sense.map((v, m) => (m === n ? v + h : v)),
          slots,
          width,
          targets,
          into,
        )
        return into[Math.floor(n / width)]
      })
      // Exact for a square; rounding 1e-16 / h.
      expect(slopes[n]).toBeCloseTo((up - down) / 2e-3, 11)
    }
    // Slots 0-1 and 4-5 are compared with row 0, 2-3 and 6 with row 1.
    expect([...slopes].map((g, n) => sense[n] - g)).toEqual(
      [0, 0, 1, 1, 0, 0, 1].flatMap((row) => [2 * row, 2 * row + 1].map((n) => expect.closeTo(targets.data[n], 14))),
    )
  })
})
