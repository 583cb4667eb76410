import { describe, expect, test } from 'vitest'
import type { Cost } from '../../src/cost/cost.ts'
import { crossEntropy } from '../../src/cost/cross-entropy.ts'
import { meanSquaredError } from '../../src/cost/mean-squared-error.ts'
import { draws, fillUniform } from '../../src/random/draws.ts'
import { STREAM } from '../../src/random/streams.ts'

const costs: readonly Cost[] = [meanSquaredError, crossEntropy(), crossEntropy({ smoothing: 0.1, gain: 3 })]
const width = 3
const slots = 8
const targets = { data: Float64Array.of(1, 0, 0, 0, 0.5, 0.5), rows: 2, hold: 3 }
const sense = fillUniform(draws(2, STREAM.testInputs), -1, 1, new Float64Array(slots * width))

describe.each(costs.map((cost) => [cost.name, cost] as const))('%s', (_, cost) => {
  test('slope agrees with central differences', () => {
    const slope = new Float64Array(slots * width)
    cost.gradient(sense, slots, width, targets, slope)
    const h = 1e-5
    const [up, down] = [new Float64Array(slots), new Float64Array(slots)]
    for (let i = 0; i < slots * width; i++) {
      const moved = sense.slice()
      moved[i] += h
      cost.values(moved, slots, width, targets, up)
      moved[i] -= 2 * h
      cost.values(moved, slots, width, targets, down)
      const t = Math.floor(i / width)
      // Central differences: h^2 third derivative / 6 < 1e-9, rounding 1e-16 / h = 1e-11.
      expect(slope[i]).toBeCloseTo((up[t] - down[t]) / (2 * h), 8)
    }
  })

  test('holds and repeats its target rows', () => {
    const all = new Float64Array(slots)
    cost.values(sense, slots, width, targets, all)
    const one = new Float64Array(1)
    for (let t = 0; t < slots; t++) {
      const row = [0, 0, 0, 1, 1, 1, 0, 0][t]
      const own = { data: targets.data.slice(row * width, (row + 1) * width), rows: 1, hold: 1 }
      cost.values(sense.slice(t * width, (t + 1) * width), 1, width, own, one)
      expect(all[t]).toBe(one[0])
    }
  })
})

test('values by hand', () => {
  const into = new Float64Array(1)
  meanSquaredError.values(Float64Array.of(1, 3), 1, 2, { data: Float64Array.of(0, 1), rows: 1, hold: 1 }, into)
  expect(into[0]).toBe(2.5)
  crossEntropy().values(Float64Array.of(0, 0), 1, 2, { data: Float64Array.of(1, 0), rows: 1, hold: 1 }, into)
  expect(into[0]).toBeCloseTo(Math.LN2, 14)
  crossEntropy().values(Float64Array.of(900, 0), 1, 2, { data: Float64Array.of(0, 1), rows: 1, hold: 1 }, into)
  expect(into[0]).toBeCloseTo(900, 9)
})
