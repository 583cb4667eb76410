import { describe, expect, it } from 'vitest'
import { directModel, waveModel } from '../../src/imaging/model.ts'
import { angularSpectrum } from '../../src/optics/angular-spectrum.ts'
import { draws } from '../../src/random/draws.ts'
import { STREAM } from '../../src/random/streams.ts'
import { copied, observe } from '../../src/sensing/belief.ts'
import { hypotheses } from '../../src/sensing/hypotheses.ts'
import { mostProbable } from '../../src/sensing/most-probable.ts'
import { pixelated, pixelMeans } from '../../src/sensing/pixelated.ts'
import { drawn, smoothPrior } from '../../src/sensing/prior.ts'

const SIDE = 6
const PIXELS = SIDE * SIDE
const random = draws(5, STREAM.testInputs)
const prior = smoothPrior({ rows: SIDE, columns: SIDE, kernel: 'gaussian', length: 1.5, mean: 0.5, deviation: 0.2 })
const plane = { rows: 4 * SIDE, columns: 4 * SIDE, pitch: 80e-6 }
const fine = waveModel(angularSpectrum({ plane, wavelength: 833e-6, index: 3.418, distance: 500e-6 }))
const model = pixelated(fine, 4)
const masks = Array.from({ length: 12 }, (_, k) =>
  Float64Array.from({ length: PIXELS }, (__, p) => random.uniform(1000 + k * PIXELS + p)),
)

function readings(of: typeof model, scene: Float64Array): number[] {
  const intensity = new Float64Array(PIXELS)
  of.forward(scene, intensity)
  return masks.map((mask) => mask.reduce((sum, value, p) => sum + value * intensity[p], 0))
}

describe('a model on a finer grid', () => {
  it('has the slopes of central differences', () => {
    const image = Float64Array.from({ length: PIXELS }, (_, p) => random.uniform(p))
    const cotangent = Float64Array.from({ length: PIXELS }, (_, p) => random.normal(p))
    const [slopes, intensity] = [new Float64Array(PIXELS), new Float64Array(PIXELS)]
    model.forward(image, intensity)
    model.backward(cotangent, slopes)
    for (const p of [0, 7, 35]) {
      const at = (h: number) => {
        const moved = image.slice()
        moved[p] += h
        model.forward(moved, intensity)
        return intensity.reduce((sum, value, q) => sum + value * cotangent[q], 0)
      }
      // Readings are quadratic in the image: central differences are exact but for rounding.
      expect((at(0.1) - at(-0.1)) / 0.2).toBeCloseTo(slopes[p], 9)
    }
  })

  it('takes means over squares, and refuses what does not fit', () => {
    const cells = Float64Array.from({ length: 16 }, (_, n) => n)
    expect([...pixelMeans(cells, 4, 4, 2)]).toEqual([2.5, 4.5, 10.5, 12.5])
    expect(() => pixelated(directModel(6, 6), 4)).toThrow(expect.objectContaining({ code: 'CONFIG' }))
  })
})

describe('the most probable scene', () => {
  it('is the mean of the belief where readings are linear', () => {
    const scene = drawn(prior, draws(6, STREAM.testInputs), 0)
    const straight = directModel(SIDE, SIDE)
    const values = readings(straight, scene)
    const { image, dual } = mostProbable(prior, { model: straight, masks, values, noise: 1e-3 })
    const belief = copied(prior)
    masks.forEach((mask, k) => {
      const off = mask.reduce((sum, value, p) => sum - value * belief.mean[p], values[k])
      observe(belief, mask, off, 1e-3)
    })
    for (let p = 0; p < PIXELS; p++) expect(image[p]).toBeCloseTo(belief.mean[p], 9)
    // The two ways of saying where it is agree.
    image.forEach((value, p) => {
      let sum = prior.mean[p]
      for (let q = 0; q < PIXELS; q++) sum += prior.covariance[p * PIXELS + q] * dual[q]
      expect(value).toBeCloseTo(sum, 9)
    })
  })

  it('explains readings through a wave, and lies nearer to the scene than knowing nothing', () => {
    const scene = drawn(prior, draws(7, STREAM.testInputs), 0)
    const values = readings(model, scene)
    const noise = 1e-4
    const found = mostProbable(prior, { model, masks, values, noise })
    const misfit = readings(model, found.image).reduce((sum, value, k) => sum + (value - values[k]) ** 2 / noise, 0)
    expect(misfit).toBeLessThan(masks.length)
    const distance = (image: Float64Array) => image.reduce((sum, value, p) => sum + (value - scene[p]) ** 2, 0)
    expect(distance(found.image)).toBeLessThan(0.6 * distance(prior.mean))
    // Begun where it ended it stays.
    const again = mostProbable(prior, { model, masks, values, noise }, found)
    for (let p = 0; p < PIXELS; p++) expect(again.image[p]).toBeCloseTo(found.image[p], 2)
  })
})

describe('several beliefs at once', () => {
  const lengths = [0.7, 1.5, 3]
  const beliefs = lengths.map((length) =>
    smoothPrior({ rows: SIDE, columns: SIDE, kernel: 'gaussian', length, deviation: 1 }),
  )

  /** Probabilities after a scene drawn from one of them has been read. */
  function read(which: number): Float64Array {
    const scene = drawn(beliefs[which], draws(8 + which, STREAM.testInputs), 0)
    const all = hypotheses(beliefs)
    const at = new Float64Array(PIXELS)
    for (let p = 0; p < PIXELS; p++) {
      const row = new Float64Array(PIXELS)
      row[p] = 1
      all.observe(row, scene[p] + 0.1 * random.normal(p), 0, at, 0.01)
    }
    return all.weights
  }

  it.each([0, 1, 2])('find out which of them is right: %i', (which) => {
    const weights = read(which)
    expect(weights.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 12)
    expect(weights.indexOf(Math.max(...weights))).toBe(which)
  })

  it('have a covariance that depends on what was read, as one alone has not', () => {
    const row = masks[0]
    const variance = (list: typeof beliefs, reading: number) => {
      const all = hypotheses(list)
      all.observe(row, reading, 0, new Float64Array(PIXELS), 0.01)
      return all.belief().covariance[0]
    }
    expect(variance(beliefs.slice(0, 1), 40)).toBe(variance(beliefs.slice(0, 1), 0))
    expect(variance(beliefs, 40)).not.toBeCloseTo(variance(beliefs, 0), 3)
    expect(() => hypotheses([])).toThrow(expect.objectContaining({ code: 'CONFIG' }))
  })
})
