import { describe, expect, it } from 'vitest'
import { patternsOf } from '../../src/patterns/family.ts'
import { draws } from '../../src/random/draws.ts'
import { STREAM } from '../../src/random/streams.ts'
import { copied, observe, trace } from '../../src/sensing/belief.ts'
import { byGradient } from '../../src/sensing/gradient-planner.ts'
import { greedy, inOrder, type Planner } from '../../src/sensing/planner.ts'
import { posteriorTrace } from '../../src/sensing/posterior-trace.ts'
import { smoothPrior } from '../../src/sensing/prior.ts'
import { directSensor } from '../../src/sensing/sensor.ts'
import { stopRule } from '../../src/sensing/stop.ts'

const PIXELS = 64
const prior = smoothPrior({ rows: 8, columns: 8, kernel: 'gaussian', length: 1.5 })
const sensor = directSensor(prior.mean, { noise: 0.1 })
const cake = patternsOf('hadamard cake-cutting', 8, 8)

/** Part of the variance that is left after each of eight masks. */
function left(planner: Planner, candidates = cake): number[] {
  const belief = copied(prior)
  const row = new Float64Array(PIXELS)
  return Array.from({ length: 8 }, () => {
    const before = trace(belief.covariance)
    const { mask, gain } = planner.next(belief.covariance, sensor, candidates)
    for (const value of mask) if (!(value >= 0 && value <= 1)) throw new Error(`a mask has ${value}`)
    sensor.row(mask, row)
    observe(belief, row, 0, sensor.noise(mask))
    const after = trace(belief.covariance)
    // What was foretold is what the reading does: the same sums, in another order.
    expect(before - after).toBeCloseTo(gain, 9)
    return after / trace(prior.covariance)
  })
}

function randomMasks(count: number, seed: number): Float64Array {
  const random = draws(seed, STREAM.testInputs)
  return Float64Array.from({ length: count * PIXELS }, (_, i) => random.uniform(i))
}

describe('planning patterns', () => {
  it('leaves what is known of 8 masks on 8 x 8 pixels with a Gaussian kernel of 1.5', () => {
    // Figures of the study that this follows: random .44, first natural rows .59, greedy .25, by gradient .24 (two digits each).
    const random = Array.from(
      { length: 10 },
      (_, n) => posteriorTrace(prior.covariance, sensor, randomMasks(8, n), 8).left / 64,
    )
    const mean = random.reduce((sum, value) => sum + value, 0) / random.length
    expect(mean).toBeGreaterThan(0.42)
    expect(mean).toBeLessThan(0.46)
    const natural = new Float64Array(8 * PIXELS)
    for (let k = 0; k < 8; k++)
      for (let p = 0; p < PIXELS; p++) {
        let bits = k & p
        bits ^= bits >> 2
        bits ^= bits >> 1
        natural[k * PIXELS + p] = (bits & 1) === 0 ? 1 : 0
      }
    expect(posteriorTrace(prior.covariance, sensor, natural, 8).left / 64).toBeCloseTo(0.59, 2)
    const active = left(greedy())
    expect(active[7]).toBeCloseTo(0.25, 2)
    expect(active[7]).toBeLessThan(0.7 * mean)
    const ordered = left(inOrder())
    expect(active[7]).toBeLessThan(ordered[7])
    const gradient = left(byGradient({ horizon: 8, iterations: 60 }))
    expect(gradient[7]).toBeLessThan(active[7])
    expect(gradient[7]).toBeLessThan(0.245)
  })

  it('is greedy: no candidate takes more away than the first choice', () => {
    const { mask, gain, candidate } = greedy().next(prior.covariance, sensor, cake)
    const gains = Array.from({ length: 64 }, () => 0)
    const order = inOrder()
    for (let k = 0; k < 64; k++) gains[k] = order.next(prior.covariance, sensor, cake).gain
    expect(Math.max(...gains)).toBe(gain)
    expect(gains[candidate as number]).toBe(gain)
    expect(mask.every((value) => value === 0 || value === 1)).toBe(true)
    expect(() => order.next(prior.covariance, sensor, cake)).toThrow(expect.objectContaining({ code: 'CONFIG' }))
  })

  it('keeps a plan: masks planned together leave less at the end than masks planned one by one', () => {
    const together = left(byGradient({ horizon: 8, iterations: 60 }))
    const single = left(byGradient({ horizon: 1, iterations: 60 }))
    expect(together[7]).toBeLessThan(single[7])
    // Whoever looks at the next reading alone is ahead at first.
    expect(single[0]).toBeLessThanOrEqual(together[0])
  })

  it('stops where the next reading is not worth it, where enough is known, or where it must', () => {
    const now = { shown: 3, before: 64, left: 10, gain: 0.4 }
    expect(stopRule({ most: 8 })(now)).toBeUndefined()
    expect(stopRule({ most: 3 })(now)).toBe('patterns')
    expect(stopRule({ most: 8, leastGain: 0.05 })(now)).toBe('gain')
    expect(stopRule({ most: 8, leastGain: 0.03 })(now)).toBeUndefined()
    expect(stopRule({ most: 8, leastLeft: 0.2 })(now)).toBe('variance')
    expect(() => stopRule({ most: 8, leastGain: 1 })).toThrow(expect.objectContaining({ code: 'CONFIG' }))
  })
})
