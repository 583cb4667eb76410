import { describe, expect, it } from 'vitest'
import { directModel, waveModel } from '../../src/imaging/model.ts'
import { REGISTERED, registered } from '../../src/imaging/registered.ts'
import { angularSpectrum } from '../../src/optics/angular-spectrum.ts'
import { draws } from '../../src/random/draws.ts'
import { STREAM } from '../../src/random/streams.ts'

const PIXELS = 8
const plane = { rows: 16, columns: 16, pitch: 20e-6 }
const random = draws(3, STREAM.testInputs)
const image = Float64Array.from({ length: 64 }, (_, p) => random.uniform(p))

function seen(registration: Partial<typeof REGISTERED>, of = image): Float64Array {
  const model = registered(directModel(16, 16), {
    plane,
    pixels: PIXELS,
    registration: { ...REGISTERED, ...registration },
  })
  const into = new Float64Array(64)
  model.forward(of, into)
  return into
}

describe('a frame that lies elsewhere', () => {
  it('sees the image where it lies well', () => {
    seen({}).forEach((value, p) => {
      expect(value).toBeCloseTo(image[p], 12)
    })
  })

  it('sees the next pixel when it lies one to the right, and half of both in between', () => {
    const [one, half] = [seen({ shiftX: 40e-6 }), seen({ shiftX: 20e-6 })]
    for (const p of [9, 20, 37]) {
      expect(one[p]).toBeCloseTo(image[p + 1], 12)
      expect(half[p]).toBeCloseTo((image[p] + image[p + 1]) / 2, 12)
    }
    // What lies beside the plane is dark.
    expect(one[7]).toBe(0)
    expect(seen({ shiftY: 40e-6 })[12]).toBeCloseTo(image[20], 12)
  })

  it('turns from x towards y: after a quarter turn its right is what lies below', () => {
    const turned = seen({ rotation: Math.PI / 2 })
    for (let r = 0; r < 8; r++)
      for (let c = 0; c < 8; c++) expect(turned[r * 8 + c]).toBeCloseTo(image[c * 8 + (7 - r)], 9)
  })

  it('sees half of the field when it is half as large', () => {
    const ramp = Float64Array.from({ length: 64 }, (_, p) => (p % 8) + 1)
    const small = seen({ magnification: 0.5 }, ramp)
    // Over four of its pixels the ramp rises by two of the image's.
    expect(small[8 * 4 + 6] - small[8 * 4 + 2]).toBeCloseTo(2, 9)
  })

  it('has the slopes of central differences through a wave and a spread', () => {
    const wave = waveModel(angularSpectrum({ plane, wavelength: 833e-6, index: 3.418, distance: 500e-6 }))
    const model = registered(wave, {
      plane,
      pixels: PIXELS,
      registration: { shiftX: 13e-6, shiftY: -7e-6, rotation: 0.05, magnification: 1.02 },
      spread: (intensity) => {
        // Three neighbours in a row: its own transpose.
        const copy = intensity.slice()
        for (let n = 0; n < copy.length; n++)
          intensity[n] = 0.5 * copy[n] + 0.25 * ((copy[n - 1] ?? 0) + (copy[n + 1] ?? 0))
      },
    })
    const cotangent = Float64Array.from({ length: 64 }, (_, p) => random.normal(100 + p))
    const [slopes, into] = [new Float64Array(64), new Float64Array(64)]
    model.forward(image, into)
    model.backward(cotangent, slopes)
    for (const p of [0, 27, 63]) {
      const at = (h: number) => {
        const moved = image.slice()
        moved[p] += h
        model.forward(moved, into)
        return into.reduce((sum, value, q) => sum + value * cotangent[q], 0)
      }
      // Quadratic in the image: exact but for rounding.
      expect((at(0.1) - at(-0.1)) / 0.2).toBeCloseTo(slopes[p], 9)
    }
  })

  it('refuses frames that do not fill the plane', () => {
    const make = (pixels: number) => () => registered(directModel(16, 16), { plane, pixels, registration: REGISTERED })
    expect(make(5)).toThrow(expect.objectContaining({ code: 'CONFIG' }))
    expect(() => registered(directModel(8, 8), { plane, pixels: PIXELS, registration: REGISTERED })).toThrow(
      expect.objectContaining({ code: 'SHAPE' }),
    )
  })
})
