import { describe, expect, it } from 'vitest'
import { directModel, waveModel } from '../../../src/imaging/model.ts'
import { misfit } from '../../../src/imaging/network/misfit.ts'
import { untrainedNetwork, variationWeight } from '../../../src/imaging/network/untrained.ts'
import { anisotropicVariation } from '../../../src/imaging/network/variation.ts'
import { pseudoInverse } from '../../../src/imaging/pseudo-inverse.ts'
import { score } from '../../../src/imaging/score.ts'
import { angularSpectrum } from '../../../src/optics/angular-spectrum.ts'
import { patternsOf } from '../../../src/patterns/family.ts'
import { draws, fillUniform } from '../../../src/random/draws.ts'
import { STREAM } from '../../../src/random/streams.ts'

const SIDE = 16
const grid = { rows: SIDE, columns: SIDE }
const propagator = angularSpectrum({
  ...{ plane: { ...grid, pitch: 80e-6 }, wavelength: 833.3e-6, index: 3.418, distance: 500e-6 },
})
const wave = waveModel(propagator)
const patterns = patternsOf('hadamard cake-cutting', SIDE, SIDE, { count: 64 })
const square = Float64Array.from({ length: SIDE * SIDE }, (_, p) => {
  const [r, c] = [Math.floor(p / SIDE), p % SIDE]
  return r > 3 && r < 11 && c > 5 && c < 12 ? 1 : 0
})

function measured(noise: number) {
  const intensity = new Float64Array(SIDE * SIDE)
  wave.forward(square, intensity)
  const values = new Float64Array(patterns.count)
  patterns.project(intensity, values)
  const source = draws(5, STREAM.testInputs)
  for (let n = 0; n < values.length; n++) values[n] += noise * source.normal(n)
  return { patterns, values, sigma: noise }
}

describe('the cost of an image', () => {
  it('has the slopes of its own differences', () => {
    const image = fillUniform(draws(3, STREAM.testInputs), 0.1, 0.9, new Float64Array(SIDE * SIDE))
    const term = misfit(measured(0.1), wave)
    const cost = () => {
      const slopes = new Float64Array(image.length)
      const value = term.of(image, slopes)
      return { value: value + 0.3 * anisotropicVariation(image, SIDE, 0.3, slopes), slopes }
    }
    const { slopes } = cost()
    for (let p = 0; p < image.length; p += 19) {
      const kept = image[p]
      image[p] = kept + 1e-5
      const above = cost().value
      image[p] = kept - 1e-5
      const below = cost().value
      image[p] = kept
      expect(slopes[p]).toBeCloseTo((above - below) / 2e-5, 8)
    }
  })

  it('does not see the gain of the detector, and knows its noise', () => {
    const { values, sigma } = measured(0.1)
    const louder = { patterns, values: values.map((value) => 3 * value), sigma: 3 * sigma }
    const [a, b] = [misfit({ patterns, values, sigma }, wave), misfit(louder, wave)]
    const slopes = new Float64Array(square.length)
    expect(a.of(square, slopes)).toBeCloseTo(b.of(square, slopes), 12)
    expect(a.noise).toBeCloseTo(b.noise as number, 12)
    // The truth misses the values by the noise: a mean of 64 squares has a deviation of 18 %.
    expect(a.of(square, slopes) / (a.noise as number)).toBeGreaterThan(0.5)
    expect(a.of(square, slopes) / (a.noise as number)).toBeLessThan(1.5)
  })

  it('weighs variation more under more noise', () => {
    expect(variationWeight(undefined)).toBe(0.1)
    expect(variationWeight(1e-5)).toBe(0.1)
    expect(variationWeight(16e-4)).toBeCloseTo(0.2, 12)
  })
})

describe('an untrained network', () => {
  const options = { iterations: 80, widths: [8, 16, 16] }

  it('undoes the wave that the plain inverse shows, the same for the same seed', async () => {
    const measurement = measured(0)
    const losses: number[] = []
    const { image, iterations } = await untrainedNetwork(measurement, wave, {
      ...options,
      onStep: ({ loss }) => losses.push(loss),
    })
    const again = await untrainedNetwork(measurement, wave, options)
    expect(again.image).toEqual(image)
    expect([iterations, losses.length]).toEqual([80, 80])
    expect(losses[79]).toBeLessThan(0.1 * losses[0])
    const psnr = (of: Float64Array) => score(of, square, grid).psnrDb
    const blind = await untrainedNetwork(measurement, directModel(SIDE, SIDE), options)
    expect(psnr(image)).toBeGreaterThan(psnr((await pseudoInverse(measurement)).image) + 3)
    expect(psnr(image)).toBeGreaterThan(psnr(blind.image) + 3)
    const other = await untrainedNetwork(measurement, wave, { ...options, iterations: 1, seed: 2 })
    expect(other.image).not.toEqual((await untrainedNetwork(measurement, wave, { ...options, iterations: 1 })).image)
  })

  it('stops where the residual is as small as the noise', async () => {
    const noisy = measured(3)
    const { stopped, iterations, image } = await untrainedNetwork(noisy, wave, { ...options, discrepancy: true })
    expect(stopped).toBe('discrepancy')
    expect(iterations).toBeLessThan(80)
    const term = misfit(noisy, wave)
    expect(term.of(image, new Float64Array(image.length))).toBeLessThanOrEqual(term.noise as number)
    const { sigma: _, ...blind } = noisy
    const refused = untrainedNetwork(blind, wave, { discrepancy: true })
    await expect(refused).rejects.toMatchObject({ code: 'CONFIG' })
  })

  it('refuses values that are too few or no numbers, and says when the image leaves the numbers', async () => {
    const { patterns, values } = measured(0)
    const of = (other: Float64Array) => untrainedNetwork({ patterns, values: other }, wave, options)
    await expect(of(values.slice(1))).rejects.toMatchObject({ code: 'SHAPE' })
    await expect(of(values.map((v, k) => (k === 3 ? Number.NaN : v)))).rejects.toMatchObject({ code: 'NOT_FINITE' })
    const wild = untrainedNetwork({ patterns, values }, wave, { ...options, rate: 1e30 })
    await expect(wild).rejects.toMatchObject({ code: 'DIVERGED' })
  })

  it('ends when it is told to', async () => {
    const stop = new AbortController()
    const running = untrainedNetwork(measured(0), wave, {
      ...options,
      signal: stop.signal,
      onStep: ({ iteration }) => iteration === 3 && stop.abort(new Error('enough')),
    })
    await expect(running).rejects.toThrow('enough')
  })
})
