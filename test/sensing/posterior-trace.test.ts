import { describe, expect, it } from 'vitest'
import { waveModel } from '../../src/imaging/model.ts'
import { angularSpectrum } from '../../src/optics/angular-spectrum.ts'
import { draws } from '../../src/random/draws.ts'
import { STREAM } from '../../src/random/streams.ts'
import { copied, observe, trace } from '../../src/sensing/belief.ts'
import { posteriorTrace } from '../../src/sensing/posterior-trace.ts'
import { drawn, measuredPrior, smoothPrior } from '../../src/sensing/prior.ts'
import { directSensor, type SensorModel, tangent, tangentSensor } from '../../src/sensing/sensor.ts'

const plane = { rows: 5, columns: 5, pitch: 320e-6 }
const PIXELS = 25
const random = draws(4, STREAM.testInputs)
const prior = smoothPrior({ rows: 5, columns: 5, kernel: 'exponential', length: 2, deviation: 0.7 })
const wave = waveModel(angularSpectrum({ plane, wavelength: 833e-6, index: 3.418, distance: 500e-6 }))
const believed = Float64Array.from({ length: PIXELS }, (_, p) => random.uniform(500 + p))

const SENSORS: readonly (readonly [string, SensorModel])[] = [
  ['the intensity', directSensor(believed, { noise: 0.2 })],
  ['through a modulator that leaks', directSensor(believed, { noise: 0.2, leak: 0.3 })],
  ['with noise that grows with the reading', directSensor(believed, { noise: 0.1, relativeNoise: 0.05, leak: 0.2 })],
  ['through a wave', tangentSensor(tangent(wave, believed), { noise: 0.2, leak: 0.1, relativeNoise: 0.02 })],
]

describe('the variance that masks leave', () => {
  it.each(SENSORS)('has the slopes of central differences: %s', (_, sensor) => {
    const masks = Float64Array.from({ length: 4 * PIXELS }, (__, i) => random.uniform(i))
    const slopes = new Float64Array(masks.length)
    const { left } = posteriorTrace(prior.covariance, sensor, masks, 4, slopes)
    expect(left).toBe(posteriorTrace(prior.covariance, sensor, masks, 4).left)
    const largest = slopes.reduce((top, value) => Math.max(top, Math.abs(value)), 0)
    expect(largest).toBeGreaterThan(1e-3)
    for (let i = 0; i < masks.length; i++) {
      // Four points: the error falls with the fourth power of the step, and rounding stays near 1e-12.
      const at = (h: number) => {
        const moved = masks.slice()
        moved[i] += h
        return posteriorTrace(prior.covariance, sensor, moved, 4).left
      }
      const h = 1e-3
      const difference = (8 * (at(h) - at(-h)) - (at(2 * h) - at(-2 * h))) / (12 * h)
      expect(Math.abs(slopes[i] - difference) / largest).toBeLessThan(1e-8)
    }
  })

  it('is what readings leave one by one, whatever they are', () => {
    const sensor = directSensor(believed, { noise: 0.2 })
    const masks = Float64Array.from({ length: 3 * PIXELS }, (_, i) => random.uniform(i))
    const belief = copied(prior)
    for (let k = 0; k < 3; k++)
      observe(belief, masks.subarray(k * PIXELS, (k + 1) * PIXELS), 5 * random.normal(k), 0.04)
    expect(trace(belief.covariance)).toBeCloseTo(posteriorTrace(prior.covariance, sensor, masks, 3).left, 10)
  })

  it('takes lengths seriously', () => {
    const sensor = directSensor(believed, { noise: 0.2 })
    expect(() => posteriorTrace(prior.covariance, sensor, new Float64Array(9), 1)).toThrow(
      expect.objectContaining({ code: 'SHAPE' }),
    )
  })
})

describe('a belief', () => {
  it('becomes what the normal equations say', () => {
    // One reading of two pixels by hand: P = [[1, .5], [.5, 1]], row (1, 1), noise 1: s = 4, K = (3/8, 3/8).
    const belief = { mean: Float64Array.of(0, 1), covariance: Float64Array.of(1, 0.5, 0.5, 1) }
    expect(observe(belief, Float64Array.of(1, 1), 5 - 1, 1)).toBe(4)
    expect([...belief.mean]).toEqual([1.5, 2.5])
    expect([...belief.covariance]).toEqual([0.4375, -0.0625, -0.0625, 0.4375])
  })

  it('is honest: scenes drawn from it are as far from their reconstructions as it says', () => {
    const masks = Float64Array.from({ length: 4 * PIXELS }, (_, i) => random.uniform(i))
    let squares = 0
    let left = 0
    const scenes = 200
    for (let n = 0; n < scenes; n++) {
      const scene = drawn(prior, draws(9, STREAM.testInputs), n * PIXELS)
      const belief = copied(prior)
      for (let k = 0; k < 4; k++) {
        const row = masks.subarray(k * PIXELS, (k + 1) * PIXELS)
        const off = row.reduce((sum, value, p) => sum + value * (scene[p] - belief.mean[p]), 0)
        observe(belief, row, off + Math.sqrt(0.05) * random.normal(2000 + 4 * n + k), 0.05)
      }
      left = trace(belief.covariance)
      squares += belief.mean.reduce((sum, value, p) => sum + (value - scene[p]) ** 2, 0) / scenes
    }
    // The mean of 200 sums with about 8 degrees of freedom each: its standard deviation is 3.5 %.
    expect(squares / left).toBeGreaterThan(0.88)
    expect(squares / left).toBeLessThan(1.12)
  })

  it('can be taken from images', () => {
    const images = Array.from({ length: 1000 }, (_, n) => drawn(prior, draws(11, STREAM.testInputs), n * PIXELS))
    const { mean, covariance } = measuredPrior(
      images,
      smoothPrior({ rows: 5, columns: 5, kernel: 'gaussian', length: 1 }),
      0,
    )
    // Standard errors of a mean and of a covariance of 1000 draws: .022 and .022.
    for (let p = 0; p < PIXELS; p++) expect(Math.abs(mean[p])).toBeLessThan(0.1)
    for (let at = 0; at < covariance.length; at++)
      expect(Math.abs(covariance[at] - prior.covariance[at])).toBeLessThan(0.1)
    const shrunk = measuredPrior(images.slice(0, 3), prior, 1)
    expect(shrunk.covariance[1] / shrunk.covariance[0]).toBeCloseTo(Math.exp(-0.5), 12)
    expect(() => measuredPrior(images.slice(0, 1), prior, 0.5)).toThrow(expect.objectContaining({ code: 'CONFIG' }))
  })
})
