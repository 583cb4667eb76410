import { describe, expect, it } from 'vitest'
import { angularSpectrum, type PropagationOptions } from '../../src/optics/angular-spectrum.ts'
import { emptyField, type Field, type Plane } from '../../src/optics/plane.ts'
import { draws, fillUniform } from '../../src/random/draws.ts'
import { STREAM } from '../../src/random/streams.ts'

const WAVELENGTH = 833e-6
const SILICON = 3.418
const K0 = (2 * Math.PI) / WAVELENGTH

const silicon = (plane: Plane, more: Partial<PropagationOptions> = {}) =>
  angularSpectrum({ plane, wavelength: WAVELENGTH, index: SILICON, distance: 500e-6, ...more })

/** A field from a function of the place, m from the first sample. */
function field({ rows, columns, pitch }: Plane, value: (x: number, y: number) => readonly [number, number]): Field {
  const made = emptyField({ rows, columns })
  for (let n = 0; n < made.re.length; n++)
    [made.re[n], made.im[n]] = value((n % columns) * pitch, Math.floor(n / columns) * pitch)
  return made
}

const random = (plane: Plane, seed: number): Field => {
  const numbers = (s: number) =>
    fillUniform(draws(s, STREAM.testInputs), -1, 1, new Float64Array(plane.rows * plane.columns))
  return { re: numbers(seed), im: numbers(seed + 100) }
}

const energy = ({ re, im }: Field) => re.reduce((sum, x, n) => sum + x * x + im[n] * im[n], 0)
const dot = (a: Field, b: Field): readonly [number, number] => [
  a.re.reduce((sum, x, n) => sum + x * b.re[n] + a.im[n] * b.im[n], 0),
  a.re.reduce((sum, x, n) => sum + x * b.im[n] - a.im[n] * b.re[n], 0),
]
const moved = (propagator: ReturnType<typeof angularSpectrum>, from: Field): Field => {
  const to = emptyField(propagator.plane)
  propagator.forward(from, to)
  return to
}
const distance = (a: Field, b: Field) =>
  Math.sqrt(a.re.reduce((sum, x, n) => sum + (x - b.re[n]) ** 2 + (a.im[n] - b.im[n]) ** 2, 0))

/** A wave of this many periods across and down a periodic plane. */
const wave = (plane: Plane, across: number, down: number) => {
  const kx = (2 * Math.PI * across) / (plane.columns * plane.pitch)
  const ky = (2 * Math.PI * down) / (plane.rows * plane.pitch)
  return {
    k: Math.hypot(kx, ky),
    field: field(plane, (x, y) => [Math.cos(kx * x + ky * y), Math.sin(kx * x + ky * y)]),
  }
}

describe('the angular spectrum on a periodic plane', () => {
  const plane = { rows: 32, columns: 64, pitch: 40e-6 }

  it('keeps the energy of waves that propagate', () => {
    // All waves of up to 4 periods down and 7 across that are below n k0 = 25.8 rad/mm.
    const sum = emptyField(plane)
    for (let down = -4; down <= 4; down++)
      for (let across = -7; across <= 7; across++) {
        const { k, field: one } = wave(plane, across, down)
        if (k >= SILICON * K0) continue
        for (let n = 0; n < sum.re.length; n++) {
          sum.re[n] += one.re[n]
          sum.im[n] += one.im[n] * (1 + across)
        }
      }
    const after = moved(silicon(plane, { padding: 1, distance: 5e-3 }), sum)
    // Round-off of transforms of 2048 numbers.
    expect(Math.abs(energy(after) / energy(sum) - 1)).toBeLessThan(1e-12)
    expect(distance(after, sum)).toBeGreaterThan(0.1 * Math.sqrt(energy(sum)))
  })

  it('lets waves beyond the cut decay by exp(-sqrt(k^2 - (n k0)^2) z)', () => {
    for (const [index, across, down] of [
      [SILICON, 12, 0],
      [SILICON, 9, 5],
      [1, 4, 3],
    ]) {
      const { k, field: one } = wave(plane, across, down)
      expect(k).toBeGreaterThan(index * K0)
      const z = 300e-6
      const after = moved(silicon(plane, { index, distance: z, padding: 1 }), one)
      const wanted = Math.exp(-z * Math.sqrt(k * k - (index * K0) ** 2))
      const decayed = { re: one.re.map((x) => wanted * x), im: one.im.map((x) => wanted * x) }
      const most = after.re.reduce(
        (worst, x, n) => Math.max(worst, Math.abs(x - decayed.re[n]), Math.abs(after.im[n] - decayed.im[n])),
        0,
      )
      expect(most).toBeLessThan(1e-10 * wanted)
    }
  })

  it('turns a tilted plane wave by kz z', () => {
    const { k, field: one } = wave(plane, 5, -2)
    const z = 500e-6
    const phase = z * Math.sqrt((SILICON * K0) ** 2 - k * k)
    const wanted = field(plane, (x, y) => {
      const angle = (2 * Math.PI * 5 * x) / (64 * 40e-6) - (2 * Math.PI * 2 * y) / (32 * 40e-6) + phase
      return [Math.cos(angle), Math.sin(angle)]
    })
    // Phases of tens of radians, right to the last bits.
    expect(distance(moved(silicon(plane, { padding: 1 }), one), wanted) / Math.sqrt(2048)).toBeLessThan(1e-12)
  })

  it('loses exp(-a z) of the power of a wave that is absorbed head on', () => {
    const { field: one } = wave(plane, 0, 0)
    const after = moved(silicon(plane, { padding: 1, absorption: 900 }), one)
    expect(Math.abs(energy(after) / energy(one) / Math.exp(-900 * 500e-6) - 1)).toBeLessThan(1e-12)
  })

  it('adds the second pass between the faces with r^2', () => {
    const { field: one } = wave(plane, 0, 0)
    const r = (SILICON - 1) / (SILICON + 1)
    const z = 487e-6
    const after = moved(silicon(plane, { padding: 1, distance: z, etalon: true }), one)
    const angle = 2 * SILICON * K0 * z
    const wanted = 1 + 2 * r * r * Math.cos(angle) + r ** 4
    expect(Math.abs(energy(after) / energy(one) / wanted - 1)).toBeLessThan(1e-12)
  })

  it('lets a grating of 140 um lines through silicon, not through as much vacuum', () => {
    const grating = { rows: 1, columns: 64, pitch: 17.5e-6 }
    const one = field(grating, (x) => [Math.cos((Math.PI * x) / 140e-6), 0])
    const left = (index: number) => Math.sqrt(energy(moved(silicon(grating, { index, padding: 1 }), one)) / energy(one))
    expect(Math.abs(left(SILICON) - 1)).toBeLessThan(1e-12)
    const decay = Math.sqrt((Math.PI / 140e-6) ** 2 - K0 ** 2)
    expect(Math.abs(left(1) / Math.exp(-500e-6 * decay) - 1)).toBeLessThan(1e-10)
  })
})

describe('behind 500 um of silicon', () => {
  it.each([
    [118, 3.66e-2],
    [100, 1.27e-4],
    [80, 3.71e-7],
  ])('half-pitches of %i um keep %d of their amplitude', (halfUm, left) => {
    const grating = { rows: 1, columns: 32, pitch: (halfUm * 1e-6) / 8 }
    const one = field(grating, (x) => [Math.cos((Math.PI * x) / (halfUm * 1e-6)), 0])
    const propagator = silicon(grating, { padding: 1, wavelength: 299_792_458 / 0.36e12 })
    // Three figures are given.
    expect(Math.abs(Math.sqrt(energy(moved(propagator, one)) / energy(one)) / left - 1)).toBeLessThan(5e-3)
  })
})

describe('the angular spectrum of a field with edges', () => {
  it('spreads a Gaussian beam as paraxial optics says, up to its own error of z k^4 / (8 k0^3)', () => {
    const plane = { rows: 64, columns: 64, pitch: 1e-3 }
    const z = 50e-3
    const middle = 32 * plane.pitch
    const error = (waist: number) => {
      const start = field(plane, (x, y) => [Math.exp(-((x - middle) ** 2 + (y - middle) ** 2) / waist ** 2), 0])
      const range = (Math.PI * waist ** 2) / WAVELENGTH
      // Goodman / Siegman: q = 1 - i z / z_R under the square, times exp(i k z).
      const [c, s] = [1, z / range]
      const size = c * c + s * s
      const wanted = field(plane, (x, y) => {
        const r2 = ((x - middle) ** 2 + (y - middle) ** 2) / waist ** 2
        // 1 / (1 + i z / z_R) and exp(-r^2 / (w0^2 (1 + i z / z_R))).
        const amplitude = Math.exp((-r2 * c) / size) / Math.sqrt(size)
        const angle = K0 * z + (r2 * s) / size - Math.atan2(s, c)
        return [amplitude * Math.cos(angle), amplitude * Math.sin(angle)]
      })
      const after = moved(angularSpectrum({ plane, wavelength: WAVELENGTH, index: 1, distance: z }), start)
      return distance(after, wanted) / Math.sqrt(energy(wanted))
    }
    const [narrow, wide] = [error(4e-3), error(8e-3)]
    // The mean of k^4 over the spectrum of a Gaussian is 8 / w^4, its mean square 384 / w^8: sqrt(384) z / (8 k0^3 w^4).
    const stated = (waist: number) => (Math.sqrt(384) * z) / (8 * K0 ** 3 * waist ** 4)
    expect(Math.abs(narrow / stated(4e-3) - 1)).toBeLessThan(0.1)
    expect(Math.abs(wide / stated(8e-3) - 1)).toBeLessThan(0.1)
    expect(wide).toBeLessThan(1e-4)
  })

  it.each([
    ['silicon', {}],
    ['an absorbing etalon', { absorption: 500, etalon: true }],
    ['vacuum, unevenly padded', { index: 1, padding: 3 }],
  ])('has an adjoint, through %s', (_, more) => {
    const plane = { rows: 12, columns: 20, pitch: 30e-6 }
    const propagator = silicon(plane, more)
    const [a, b] = [random(plane, 1), random(plane, 2)]
    const back = emptyField(plane)
    propagator.adjoint(b, back)
    const [left, right] = [dot(moved(propagator, a), b), dot(a, back)]
    const size = Math.sqrt(energy(a) * energy(b))
    expect(Math.abs(left[0] - right[0]) + Math.abs(left[1] - right[1])).toBeLessThan(1e-12 * size)
  })

  it('comes closer to the field of an endless plane with every padding', () => {
    const plane = { rows: 16, columns: 16, pitch: 40e-6 }
    const start = emptyField(plane)
    for (let r = 5; r < 11; r++) for (let c = 5; c < 11; c++) start.re[r * 16 + c] = 1
    // What comes round a grid 32 times as wide is 4 % of absorption per side away: all but gone.
    const through = (padding: number) => moved(silicon(plane, { padding, absorption: 300 }), start)
    const far = through(32)
    const errors = [1, 2, 4, 8].map((padding) => distance(through(padding), far) / Math.sqrt(energy(far)))
    for (let n = 1; n < errors.length; n++) expect(errors[n]).toBeLessThan(0.5 * errors[n - 1])
  })

  it('refuses what makes no sense', () => {
    const plane = { rows: 4, columns: 4, pitch: 1e-5 }
    for (const wrong of [
      { distance: -1 },
      { index: 0 },
      { padding: 0.5 },
      { absorption: -1 },
      { wavelength: Number.NaN },
    ])
      expect(() => silicon(plane, wrong)).toThrow(expect.objectContaining({ code: 'CONFIG' }))
    expect(() => silicon({ ...plane, rows: 0 })).toThrow(expect.objectContaining({ code: 'CONFIG' }))
  })
})
