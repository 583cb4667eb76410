import { describe, expect, it } from 'vitest'
import { imagerTheta, projections } from '../../../devices/index.ts'
import { type ThzImagerOptions, thzEncoder, thzImager } from '../../../sim/index.ts'
import { overlay } from '../../../sim/thz/registration.ts'
import { attach } from '../../../src/contract/device.ts'
import { patternSlots } from '../../../src/contract/facets.ts'
import { angularSpectrum } from '../../../src/optics/angular-spectrum.ts'
import { patternsOf } from '../../../src/patterns/family.ts'
import { draws, fillUniform } from '../../../src/random/draws.ts'
import { STREAM } from '../../../src/random/streams.ts'

const SIDE = 8
const FINE = 2 * SIDE
const numbers = (count: number, seed: number) =>
  fillUniform(draws(seed, STREAM.testInputs), 0, 1, new Float64Array(count))
const object = numbers(FINE * FINE, 1)
const open = new Float64Array(FINE * FINE).fill(1)
const dark = new Float64Array(SIDE * SIDE)
const lit = new Float64Array(SIDE * SIDE).fill(1)

/** What frames read at these settings. */
async function readings(
  options: Partial<ThzImagerOptions>,
  frames: readonly Float64Array[],
  settings: Parameters<typeof imagerTheta>[1] = {},
) {
  await using machine = attach(thzImager({ pixels: SIDE, object, ...options }))
  await machine.store(imagerTheta(machine.sheet, settings))
  const data = new Float64Array(frames.length * SIDE * SIDE)
  frames.forEach((frame, n) => {
    data.set(frame, n * frame.length)
  })
  const into = new Float64Array(frames.length)
  await machine.measure({ slots: frames.length, drive: { kind: 'track', data, hold: 1 } }, into)
  return into
}

/** Power of the object's wave on the pixels, one pixel of the open beam being 1. */
function intensity(index = 3.418, distance = 500e-6): Float64Array {
  const plane = { rows: FINE, columns: FINE, pitch: 20e-6 }
  const field = { re: object.slice(), im: new Float64Array(object.length) }
  angularSpectrum({ plane, wavelength: 299_792_458 / 0.36e12, index, distance }).forward(field, field)
  const into = new Float64Array(SIDE * SIDE)
  field.re.forEach((x, n) => {
    const pixel = Math.floor(n / FINE / 2) * SIDE + Math.floor((n % FINE) / 2)
    into[pixel] += (x * x + field.im[n] ** 2) / 4
  })
  return into
}

const largest = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Array.from(a).reduce((most, x, i) => Math.max(most, Math.abs(x - b[i])), 0)

describe('an imager', () => {
  it('reads its gain for the open beam, and nothing behind full light that takes all', async () => {
    const seen = await readings({ object: open, gain: 1.5 }, [dark, lit], { distance: 0 })
    expect(largest(seen, [1.5, 0])).toBeLessThan(1e-12)
  })

  it('leaves 1 - depth of the power behind full light on a sheet, a square of its amplitude to a single mode', async () => {
    const sheet = { object: open, modulator: { law: 'sheet', depth: 0.51 }, wafer: { diffusion: 0 } } as const
    const bucket = await readings(sheet, [dark, lit], { distance: 0 })
    expect(largest(bucket, [1, 0.49])).toBeLessThan(1e-12)
    const detector = { mode: 'single-mode' } as const
    const mode = await readings({ ...sheet, detector, beam: { wave: 1e-4 } }, [dark, lit], { distance: 0 })
    expect(largest(mode, [1, 0.49])).toBeLessThan(1e-12)
  })

  it('tells bucket and single mode apart: half the aperture is half the power, a quarter to one mode', async () => {
    const half = open.map((_, n) => (n % FINE < SIDE ? 1 : 0))
    const seen = async (mode: 'bucket' | 'single-mode') =>
      (await readings({ object: half, detector: { mode } }, [dark], { distance: 0 }))[0]
    expect(await seen('bucket')).toBeCloseTo(0.5, 12)
    expect(await seen('single-mode')).toBeCloseTo(0.25, 12)
  })

  it('sees the middle of a narrow beam, and takes no more than narrow light reaches', async () => {
    const gauss = (radius: number, power: number) =>
      open.map((_, n) => {
        const [x, y] = [(n % FINE) - 7.5, Math.floor(n / FINE) - 7.5].map((cell) => cell * 20e-6)
        return Math.exp((-power * (x * x + y * y)) / radius ** 2)
      })
    const sum = (values: Float64Array, from = 0) => values.subarray(from).reduce((total, v) => total + v, 0)
    const [shaded] = await readings({ object: open, beam: { light: 90e-6 } }, [lit], { distance: 0 })
    expect(shaded).toBeCloseTo(1 - sum(gauss(90e-6, 1)) / FINE ** 2, 12)
    // All but the first two rows of cells are open.
    const slit = open.map((_, n) => (n < 2 * FINE ? 0 : 1))
    const [seen] = await readings({ object: slit, beam: { wave: 90e-6 } }, [dark], { distance: 0 })
    const power = gauss(90e-6, 2)
    expect(seen).toBeCloseTo(sum(power, 2 * FINE) / sum(power), 12)
  })

  it('gives the projections of the diffracted power, with the wave of silicon and not of vacuum', async () => {
    const patterns = patternsOf('hadamard cake-cutting', SIDE, SIDE, { count: 20 })
    const window = { family: 'hadamard cake-cutting', first: 0, count: 20, pairing: 'opposite', hold: 1 } as const
    await using machine = attach(thzImager({ pixels: SIDE, object }))
    await machine.store(imagerTheta(machine.sheet))
    const into = new Float64Array(patternSlots(window))
    await machine.codes.patterns?.measure(window, into)
    const seen = projections(into, { pixels: SIDE, gain: 1 }, new Float64Array(20))
    const wanted = (index: number) => {
      const values = new Float64Array(20)
      patterns.project(intensity(index), values)
      return values
    }
    // Differences of readings of order 1, times 64 pixels.
    expect(largest(seen, wanted(3.418))).toBeLessThan(1e-12 * 64)
    expect(largest(seen, wanted(1))).toBeGreaterThan(1)
  })

  it('goes by the distance, the level of each zone and the place of the frame', async () => {
    const seen = await readings({}, [numbers(SIDE * SIDE, 2)], { distance: 400e-6 })
    const frame = numbers(SIDE * SIDE, 2)
    const power = intensity(3.418, 400e-6)
    const wanted = (level: (p: number) => number) =>
      power.reduce((sum, value, p) => sum + value * (1 - level(p) * frame[p]), 0) / SIDE ** 2
    expect(seen[0]).toBeCloseTo(
      wanted(() => 1),
      12,
    )
    const pump = [1, 0.5, 0.25, 0]
    const zoned = await readings({ zones: 2 }, [frame], { distance: 400e-6, pump })
    const zone = (p: number) => 2 * Math.floor(p / SIDE / 4) + Math.floor((p % SIDE) / 4)
    expect(zoned[0]).toBeCloseTo(
      wanted((p) => pump[zone(p)]),
      12,
    )
    const moved = frame.map((_, p) => (p % SIDE === 0 ? 0 : frame[p - 1]))
    const [shifted] = await readings({}, [frame], { shift: [40e-6, 0] })
    expect(shifted).toBeCloseTo((await readings({}, [moved]))[0], 12)
    const [misplaced] = await readings({ misplaced: { shift: [40e-6, 0] } }, [frame])
    expect(misplaced).toBe(shifted)
  })

  it('reads what an encoder reads of the same scene', async () => {
    const scene = numbers(SIDE * SIDE, 4)
    const cells = Float64Array.from(
      object,
      (_, n) => scene[Math.floor(n / FINE / 2) * SIDE + Math.floor((n % FINE) / 2)],
    )
    const pattern = numbers(SIDE * SIDE, 5).map((v) => 2 * v - 1)
    for (const law of ['linear', 'sheet'] as const) {
      const more = { modulator: { law, depth: 0.8 }, gain: 1, pitch: 40e-6 }
      const frames = [1, -1].map((sign) => pattern.map((v) => (1 - sign * v) / 2))
      const [plus, minus] = await readings({ ...more, object: cells }, frames)
      await using encoder = attach(thzEncoder({ ...more, pixels: SIDE, patterns: 1 }))
      await encoder.store(pattern)
      const into = new Float64Array(1)
      await encoder.measure({ slots: 1, drive: { kind: 'track', data: scene, hold: 1 } }, into)
      expect(into[0]).toBeCloseTo(plus - minus, 13)
      expect(Math.abs(into[0])).toBeGreaterThan(1e-4)
    }
  })

  it('refuses an object of another size and zones that do not fit', () => {
    const make = (options: Partial<ThzImagerOptions>) => () => thzImager({ pixels: SIDE, object, ...options })
    expect(make({ object: object.subarray(1) })).toThrow(expect.objectContaining({ code: 'SHAPE' }))
    expect(make({ zones: 3 })).toThrow(expect.objectContaining({ code: 'CONFIG' }))
    expect(make({ preset: 'perfect' })).toThrow(expect.objectContaining({ code: 'CONFIG' }))
  })
})

describe('a frame on the wafer', () => {
  const place = { shiftX: 0, shiftY: 0, rotation: 0, magnification: 1 }
  const spread = (placement: Partial<typeof place>, pixels: Float64Array, fineness = 1) => {
    const into = new Float64Array((SIDE * fineness) ** 2)
    overlay(SIDE, fineness, 1, { ...place, ...placement }).spread(pixels, into)
    return into
  }
  const frame = numbers(SIDE * SIDE, 7)

  it('lies as it is where nothing is misplaced, and by half a pixel as the mean of neighbours', () => {
    expect(spread({}, frame)).toEqual(frame)
    const half = spread({ shiftY: 0.5 }, frame)
    expect(half[SIDE + 3]).toBeCloseTo((frame[3] + frame[SIDE + 3]) / 2, 14)
  })

  it('turns from x towards y, and grows about its middle', () => {
    const right = frame.map((_, p) => (p % SIDE >= 4 ? 1 : 0))
    const turned = spread({ rotation: Math.PI / 2 }, right)
    expect([turned[7 * SIDE + 2], turned[2]]).toEqual([1, 0])
    const middle = frame.map((_, p) => (p % SIDE >= 3 && p % SIDE < 5 ? 1 : 0))
    const grown = spread({ magnification: 2 }, middle)
    // A cell takes in half a pixel here.
    expect([...grown.subarray(0, SIDE)]).toEqual([0, 0, 1, 1, 1, 1, 0, 0])
  })

  it('has its transpose, and moves smoothly', () => {
    const placement = { ...place, shiftX: 0.3, shiftY: -0.7, rotation: 0.04, magnification: 1.03 }
    const laid = overlay(SIDE, 3, 1, placement)
    const cells = numbers(9 * SIDE * SIDE, 8)
    const [down, up] = [new Float64Array(cells.length), new Float64Array(frame.length)]
    laid.spread(frame, down)
    laid.gather(cells, up)
    const dot = (a: Float64Array, b: Float64Array) => a.reduce((sum, v, i) => sum + v * b[i], 0)
    expect(Math.abs(dot(down, cells) / dot(frame, up) - 1)).toBeLessThan(1e-13)
    const at = (shiftX: number) => dot(spread({ ...placement, shiftX }, frame, 3), cells)
    const [step, small] = [1e-3, 1e-5]
    const slope = (h: number) => (at(0.31 + h) - at(0.31)) / h
    expect(Math.abs(slope(step) / slope(small) - 1)).toBeLessThan(0.1)
  })

  it('refuses a beam without a width and a grid between two', () => {
    for (const wrong of [{ beam: { wave: 0 } }, { beam: { light: -1e-3 } }, { fineness: 1.5 }])
      expect(() => thzEncoder({ pixels: 4, patterns: 1, ...wrong })).toThrow(
        expect.objectContaining({ code: 'CONFIG' }),
      )
  })
})
