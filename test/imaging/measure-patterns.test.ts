import { describe, expect, it } from 'vitest'
import { imagerTheta } from '../../devices/thz-imager.ts'
import { thzImager } from '../../sim/thz/index.ts'
import { attach } from '../../src/contract/device.ts'
import { joinedMeasurements, measurePatterns } from '../../src/imaging/measure-patterns.ts'
import { waveModel } from '../../src/imaging/model.ts'
import { angularSpectrum } from '../../src/optics/angular-spectrum.ts'
import { patternsOf } from '../../src/patterns/family.ts'
import { matrixPatterns } from '../../src/patterns/matrix.ts'
import type { Patterns } from '../../src/patterns/patterns.ts'

const object = Float64Array.from({ length: 64 }, (_, p) => (p % 8 > 1 && p % 8 < 5 && p < 40 ? 1 : 0.1))
const path = { wavelength: 833e-6, index: 3.418, distance: 500e-6 }

async function imager(detector = {}) {
  const machine = attach(
    thzImager({ pixels: 8, fineness: 1, wavelength: path.wavelength, object, maxSlots: 24, detector }),
  )
  await machine.store(imagerTheta(machine.sheet))
  return machine
}

function expected(patterns: Patterns): Float64Array {
  const power = new Float64Array(64)
  waveModel(angularSpectrum({ plane: { rows: 8, columns: 8, pitch: 40e-6 }, ...path })).forward(object, power)
  const values = new Float64Array(patterns.count)
  patterns.project(power, values)
  return values
}

/** The same patterns under a name that no machine makes itself. */
function sent(patterns: Patterns): Patterns {
  return { ...patterns, name: 'mine' }
}

const gray = matrixPatterns(
  Float64Array.from({ length: 5 * 64 }, (_, n) => 1 + ((n * 7) % 11)),
  { rows: 8, columns: 8 },
)

describe('patterns shown to an imager', () => {
  const families: [string, Patterns][] = [
    ['hadamard', patternsOf('hadamard cake-cutting', 8, 8)],
    ['hadamard, sent', sent(patternsOf('hadamard cake-cutting', 8, 8))],
    ['raster', patternsOf('raster', 8, 8)],
    ['fourier', patternsOf('fourier', 8, 8, { count: 9 })],
    ['a matrix of gray levels', gray],
  ]
  for (const pairing of ['opposite', 'single'] as const)
    it.each(families)(`${pairing}: %s, give sums over the intensity, offset and sign off`, async (_, patterns) => {
      const machine = await imager({ offset: 0.3 })
      const found = await measurePatterns(machine, patterns, { pairing, hold: 2, perPixel: 1 / 64, most: 500 })
      const wanted = expected(patterns)
      // Sums of at most 64 x 11 on readings of 1 V, which are rounded to 1e-16 of that.
      for (let k = 0; k < patterns.count; k++) expect(found.values[k]).toBeCloseTo(wanted[k], 9)
      expect(found.pairing).toBe(pairing)
      expect(found.sigma).toBeUndefined()
    })

  it.each(['opposite', 'single'] as const)('%s: say how large their noise is', async (pairing) => {
    const machine = await imager({ noise: 1e-4 })
    const RUNS = 300
    for (const patterns of [patternsOf('hadamard walsh', 8, 8), patternsOf('raster', 8, 8)]) {
      const wanted = expected(patterns)
      let [squares, sigma] = [0, 0]
      for (let n = 0; n < RUNS; n++) {
        const found = await measurePatterns(machine, patterns, { pairing, perPixel: 1 / 64 })
        sigma = found.sigma ?? Number.NaN
        squares += found.values.reduce((sum, value, k) => sum + (value - wanted[k]) ** 2, 0) / (RUNS * 64)
      }
      // The even frames of a run are common to its values and make half of the variance at most: 300 runs are good for 2 %.
      expect(Math.sqrt(squares) / sigma).toBeGreaterThan(0.93)
      expect(Math.sqrt(squares) / sigma).toBeLessThan(1.07)
    }
  })

  it('are settled where the detector remembers the one before', async () => {
    const machine = await imager({ lockIn: 1e-3 })
    const patterns = patternsOf('hadamard cake-cutting', 8, 8, { count: 16 })
    const wanted = expected(patterns)
    const errors = async (settle: number) => {
      const { values } = await measurePatterns(machine, patterns, {
        pairing: 'opposite',
        hold: 8,
        settle,
        perPixel: 1 / 64,
      })
      return Math.max(...values.map((value, k) => Math.abs(value - wanted[k])))
    }
    // Of the frame before, exp(-7) is left in the last of 8 slots, and a fifth in the mean over all of them.
    const [all, last] = [await errors(0), await errors(7)]
    expect(last).toBeLessThan(0.01)
    expect(all / last).toBeGreaterThan(100)
  })

  it('are refused where they do not fit, nothing is said of pairs, or no light is on', async () => {
    const machine = await imager()
    const patterns = patternsOf('raster', 8, 8)
    const unsaid = { perPixel: 1 } as Parameters<typeof measurePatterns>[2]
    await expect(measurePatterns(machine, patternsOf('raster', 4, 4), { pairing: 'single' })).rejects.toMatchObject({
      code: 'SHAPE',
    })
    await expect(measurePatterns(machine, patterns, unsaid)).rejects.toMatchObject({ code: 'CONFIG' })
    await machine.store(imagerTheta(machine.sheet, { pump: 0 }))
    await expect(measurePatterns(machine, patterns, { pairing: 'single' })).rejects.toMatchObject({ code: 'CONFIG' })
  })
})

describe('measurements put together', () => {
  const patterns = patternsOf('raster', 2, 2, { count: 2 })
  const part = (pairing?: 'single' | 'opposite', sigma?: number) => ({
    patterns: patternsOf('raster', 2, 2, { count: 1 }),
    values: Float64Array.of(3),
    ...(pairing !== undefined && { pairing }),
    ...(sigma !== undefined && { sigma }),
  })

  it('keep their values and the larger noise', () => {
    const joined = joinedMeasurements([part('single', 1), part('single', 2)], patterns)
    expect([...joined.values]).toEqual([3, 3])
    expect(joined).toMatchObject({ pairing: 'single', sigma: 2 })
    expect(joinedMeasurements([part('single', 1), part('single')], patterns).sigma).toBeUndefined()
  })

  it('are refused where singles and pairs would mix', () => {
    for (const other of [part('opposite'), part()])
      expect(() => joinedMeasurements([part('single'), other], patterns)).toThrow(
        expect.objectContaining({ code: 'CONFIG' }),
      )
  })
})
