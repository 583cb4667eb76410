import { describe, expect, it } from 'vitest'
import { differentialGhost } from '../../src/imaging/differential-ghost.ts'
import { totalVariation } from '../../src/imaging/fista.ts'
import { pseudoInverse } from '../../src/imaging/pseudo-inverse.ts'
import { score } from '../../src/imaging/score.ts'
import { denoiser, smoothTotalVariation } from '../../src/imaging/total-variation.ts'
import { waveTotalVariation } from '../../src/imaging/wave-total-variation.ts'
import { patternsOf } from '../../src/patterns/family.ts'
import { matrixPatterns } from '../../src/patterns/matrix.ts'
import { draws } from '../../src/random/draws.ts'
import { STREAM } from '../../src/random/streams.ts'
import { SIZE, seenF, wave } from './simulated.ts'

const source = draws(9, STREAM.testInputs)
const list = (length: number, from = 0) => Float64Array.from({ length }, (_, n) => source.uniform(from + n))

function shown(family: string, count?: number) {
  const patterns = patternsOf(family, 8, 8, count === undefined ? {} : { count })
  const image = list(64)
  const values = new Float64Array(patterns.count)
  patterns.project(image, values)
  return { image, patterns, values }
}

describe('the pseudo-inverse', () => {
  it.each(['hadamard zig-zag', 'raster', 'fourier', 'fourier three-step'])(
    'gives back what all patterns of %s saw',
    async (family) => {
      const { image, ...measurement } = shown(family)
      const { image: found } = await pseudoInverse(measurement)
      for (let p = 0; p < 64; p++) expect(found[p]).toBeCloseTo(image[p], 6)
    },
  )

  it('of patterns that are not orthogonal is the smallest image that explains the values', async () => {
    const { patterns, values } = shown('random:4', 20)
    const { image, stopped } = await pseudoInverse({ patterns, values })
    const seen = new Float64Array(20)
    patterns.project(image, seen)
    for (let k = 0; k < 20; k++) expect(seen[k]).toBeCloseTo(values[k], 5)
    expect(stopped).toBe('settled')
    // The smallest one is a sum of patterns: what no pattern sees of another image is none of it.
    const other = list(64, 1000)
    const projected = new Float64Array(20)
    patterns.project(other, projected)
    const within = (await pseudoInverse({ patterns, values: projected })).image
    expect(image.reduce((sum, value, p) => sum + value * (other[p] - within[p]), 0)).toBeCloseTo(0, 4)
  })

  it.each([
    ['fourier three-step', 40],
    ['random:4', 90],
  ] as const)('of %s ends at the least squares where no image explains the values', async (family, count) => {
    // Three phases add up to nothing, and 90 readings are more than 64 pixels: noise is outside of what images can give.
    const { patterns, values } = shown(family, count)
    const noisy = values.map((value, k) => value + source.normal(900 + k))
    const { image, stopped } = await pseudoInverse({ patterns, values: noisy })
    const seen = new Float64Array(count)
    patterns.project(image, seen)
    const slope = new Float64Array(64)
    patterns.back(
      noisy.map((value, k) => value - seen[k]),
      slope,
    )
    expect(stopped).toBe('settled')
    // The tolerance of 1e-8, times norms of values and patterns that are about 30 and 20.
    for (let p = 0; p < 64; p++) expect(Math.abs(slope[p])).toBeLessThan(1e-5)
    expect(Math.max(...image.map(Math.abs))).toBeLessThan(3)
  })

  it('ends where the misfit is as large as the noise', async () => {
    const { patterns, values } = shown('random:4', 60)
    const sigma = 0.3
    const noisy = values.map((value, k) => value + sigma * source.normal(500 + k))
    const { stopped, image, iterations } = await pseudoInverse({ patterns, values: noisy, sigma })
    const seen = new Float64Array(60)
    patterns.project(image, seen)
    const misfit = seen.reduce((sum, value, k) => sum + (value - noisy[k]) ** 2, 0)
    expect(stopped).toBe('discrepancy')
    expect(misfit).toBeLessThanOrEqual(60 * sigma * sigma)
    expect(iterations).toBeLessThan(40)
  })
})

describe('differential ghost imaging', () => {
  it('is the zero-filled inverse without its mean, for Hadamard patterns', async () => {
    const { patterns, values } = shown('hadamard cake-cutting', 30)
    const ghost = differentialGhost({ patterns, values }).image
    const inverse = (await pseudoInverse({ patterns, values })).image
    const mean = inverse.reduce((sum, value) => sum + value, 0) / 64
    // Sums over 30 patterns are means of 30, over a norm of 64.
    for (let p = 0; p < 64; p++) expect((ghost[p] * 30) / 64).toBeCloseTo(inverse[p] - mean, 12)
  })

  it('is <S P> - <S> / <R> <R P> written out, for patterns that only add', () => {
    const matrix = list(10 * 64, 2000)
    const patterns = matrixPatterns(matrix, { rows: 8, columns: 8 })
    const values = new Float64Array(10)
    patterns.project(list(64), values)
    const sums = Array.from({ length: 10 }, (_, k) => matrix.slice(k * 64, (k + 1) * 64).reduce((s, v) => s + v, 0))
    const mean = (of: (k: number) => number) => sums.reduce((s, _, k) => s + of(k) / 10, 0)
    const { image } = differentialGhost({ patterns, values })
    for (let p = 0; p < 64; p++) {
      const at = (k: number) => matrix[k * 64 + p]
      const share = mean((k) => values[k]) / mean((k) => sums[k])
      expect(image[p]).toBeCloseTo(mean((k) => values[k] * at(k)) - share * mean((k) => sums[k] * at(k)), 10)
    }
  })
})

describe('total variation', () => {
  it('smoothed: its slopes are those of differences', () => {
    const image = list(20)
    const slopes = new Float64Array(20)
    smoothTotalVariation(image, 5, 0.1, 1, slopes)
    for (let p = 0; p < 20; p++) {
      const at = (by: number) =>
        smoothTotalVariation(
          image.map((value, q) => (q === p ? value + by : value)),
          5,
          0.1,
          1,
          new Float64Array(20),
        )
      // Central differences of 1e-5: an error of 1e-10 by curvature, 1e-10 by rounding.
      expect(slopes[p]).toBeCloseTo((at(1e-5) - at(-1e-5)) / 2e-5, 7)
    }
  })

  it('denoised: the two levels of a step move towards each other by weight over width', () => {
    const [weight, given] = [0.3, Float64Array.from({ length: 10 }, (_, n) => (n < 4 ? 0 : 2))]
    const into = new Float64Array(10)
    denoiser(1, 10)(given, weight, { min: -9, max: 9 }, 3000, into)
    for (let n = 0; n < 10; n++) expect(into[n]).toBeCloseTo(n < 4 ? weight / 4 : 2 - weight / 6, 5)
  })

  it('without a weight explains the values all the same, and refuses a weight below zero', async () => {
    const { patterns, values } = shown('hadamard zig-zag')
    const { image } = await totalVariation({ patterns, values }, { weight: 0, iterations: 40 })
    const seen = new Float64Array(64)
    patterns.project(image, seen)
    // All patterns, so every step of the descent lands on the inverse, but for the weight that falls as .9^k.
    for (let k = 0; k < 64; k++) expect(Math.abs(seen[k] - values[k])).toBeLessThan(0.1 * values[0])
    await expect(totalVariation({ patterns, values }, { weight: -1 })).rejects.toMatchObject({ code: 'CONFIG' })
  })

  it('finds a blocky image from a third of the patterns, which the inverse does not', async () => {
    const patterns = patternsOf('random:2', 16, 16, { count: 90 })
    const truth = Float64Array.from({ length: 256 }, (_, p) => (p % 16 > 4 && p % 16 < 11 && p > 64 && p < 160 ? 1 : 0))
    const values = new Float64Array(90)
    patterns.project(truth, values)
    const size = { rows: 16, columns: 16 }
    const found = await totalVariation({ patterns, values }, { iterations: 60 })
    const inverse = await pseudoInverse({ patterns, values })
    // Measured: 65 dB against 11 dB.
    expect(score(found.image, truth, size).psnrDb).toBeGreaterThan(30)
    expect(score(inverse.image, truth, size).psnrDb).toBeLessThan(15)
  })
})

describe('total variation with the wave', () => {
  const { truth, measurement } = seenF({ count: 64, noise: 0.01 })
  const quality = async (index: number) =>
    score((await waveTotalVariation(measurement, wave(index), { iterations: 250 })).image, truth, SIZE).psnrDb

  it('undoes the diffraction with the index of silicon, and not with that of vacuum', async () => {
    const plain = score((await pseudoInverse(measurement)).image, truth, SIZE).psnrDb
    // Measured: 18.8 dB with silicon, 9.5 with vacuum, 14.4 without a wave.
    expect(await quality(3.418)).toBeGreaterThan(plain + 2)
    expect(await quality(1)).toBeLessThan(plain - 2)
  })

  it.each([0.3, 1])('is stopped by noise of %s of the values, and not beaten by the inverse', async (noise) => {
    const loud = seenF({ count: 256, noise })
    const found = await waveTotalVariation(loud.measurement, wave())
    const plain = await pseudoInverse(loud.measurement)
    expect(found.stopped).toBe('discrepancy')
    expect(score(found.image, loud.truth, SIZE).psnrDb).toBeGreaterThan(score(plain.image, loud.truth, SIZE).psnrDb)
  })

  it('stops when it is told to', async () => {
    const abort = new AbortController()
    const onStep = () => abort.abort(new Error('enough'))
    await expect(waveTotalVariation(measurement, wave(), { signal: abort.signal, onStep })).rejects.toThrow('enough')
  })

  it('refuses values that say nothing, are too few, or are no numbers', async () => {
    const { patterns, values } = measurement
    const of = (other: Float64Array) => waveTotalVariation({ patterns, values: other }, wave())
    await expect(of(values.map(() => 1))).rejects.toMatchObject({ code: 'CONFIG' })
    await expect(of(values.slice(1))).rejects.toMatchObject({ code: 'SHAPE' })
    const start = new Float64Array(7)
    await expect(waveTotalVariation(measurement, wave(), { start })).rejects.toMatchObject({ code: 'SHAPE' })
    await expect(of(values.map((v, k) => (k === 3 ? Number.NaN : v)))).rejects.toMatchObject({ code: 'NOT_FINITE' })
  })
})
