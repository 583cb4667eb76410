import { describe, expect, it } from 'vitest'
import { imagerTheta } from '../../../devices/thz-imager.ts'
import { thzImager } from '../../../sim/thz/index.ts'
import { thzImagerTwin } from '../../../sim/twins/index.ts'
import { settleInPlace } from '../../../src/calibrate/index.ts'
import { attach } from '../../../src/contract/device.ts'
import { draws } from '../../../src/random/draws.ts'
import { STREAM } from '../../../src/random/streams.ts'
import { letter, sampled } from '../../../src/scenes/index.ts'
import { expected } from '../../../src/twins/ask.ts'
import { fitTwin } from '../../../src/twins/fit.ts'
import { startParameters } from '../../../src/twins/twin.ts'

const PIXELS = 8
const PITCH = 160e-6
const FINENESS = 4
const rows = 60
const scene = letter('P', PIXELS * PITCH)
const fine = { rows: PIXELS * FINENESS, columns: PIXELS * FINENESS, pitch: PITCH / FINENESS }
const design = { pixels: PIXELS, pitch: PITCH, fineness: FINENESS, object: sampled(scene, fine) }
const random = draws(2, STREAM.testInputs)
const drive = Float64Array.from({ length: rows * PIXELS * PIXELS }, (_, i) => (random.uniform(i) < 0.5 ? 0 : 1))
const off = { shift: [50e-6, -35e-6], rotation: 0.012, magnification: 0.01, distance: 0.04 } as const
const NOISE = 1e-4

function machine(changes: Partial<Parameters<typeof thzImager>[0]> = {}) {
  return attach(thzImager({ ...design, misplaced: off, detector: { noise: NOISE }, ...changes }))
}

async function readings(changes: Partial<Parameters<typeof thzImager>[0]> = {}) {
  await using one = machine(changes)
  const theta = imagerTheta(one.sheet)
  await one.store(theta)
  const sense = new Float64Array(rows)
  await one.measure({ slots: rows, drive: { kind: 'track', data: drive, hold: 1 } }, sense)
  return { theta, drive, sense, rows }
}

describe('the twin of the THz imager', () => {
  it('expects what the machine reads, but for its noise', async () => {
    const { theta, sense } = await readings({ misplaced: {} })
    const twin = thzImagerTwin(design)
    const believed = await expected(twin, { theta, drive, rows, parameters: startParameters(twin) })
    // Of 60 normal numbers none is beyond 5 standard deviations.
    believed.forEach((value, r) => {
      expect(Math.abs(value - sense[r])).toBeLessThan(5 * NOISE)
    })
  })

  it('has slopes by its parameters, by theta and by the drive', async () => {
    const twin = thzImagerTwin({ ...design, modulator: { law: 'linear', depth: 0.8 } })
    const parameters = startParameters(twin)
    parameters.set([21e-6, 13e-6, 0.01, 0.004, 0.02])
    const theta = imagerTheta(machine().sheet)
    const point = { theta, drive: drive.slice(0, 128), rows: 2, parameters }
    const cotangent = Float64Array.of(1, -0.7)
    const into = { theta: new Float64Array(theta.length), drive: new Float64Array(128), parameters: parameters.slice() }
    const sense = await expected(twin, point)
    await twin.vjp(point, { sense }, cotangent, into)
    const along = async (key: 'theta' | 'drive' | 'parameters', i: number, h: number) => {
      const side = async (sign: number) => {
        const moved = point[key].slice()
        moved[i] += sign * h
        const at = await expected(twin, { ...point, [key]: moved })
        return at[0] * cotangent[0] + at[1] * cotangent[1]
      }
      return ((await side(1)) - (await side(-1))) / (2 * h)
    }
    // Gain, depth, pump and gray levels enter linearly: any step gives the slope. A shift is straight within a cell.
    for (const [key, i, h] of [
      ['parameters', 5, 0.1],
      ['parameters', 6, 0.1],
      ['parameters', 0, 2e-6],
      ['theta', 0, 0.2],
      ['drive', 77, 0.3],
    ] as const) {
      const slope = into[key][i]
      expect(Math.abs(slope)).toBeGreaterThan(1e-6)
      expect((await along(key, i, h)) / slope).toBeCloseTo(1, 5)
    }
    // The same shift by theta and as a fault: one number.
    expect(into.theta[2] / into.parameters[0]).toBeCloseTo(1, 6)
  })

  it('is fitted to a machine that lies elsewhere, with error bars that hold', async () => {
    const twin = thzImagerTwin(design)
    const record = await readings()
    const fit = await fitTwin(twin, [record])
    const truth = [...off.shift, off.rotation, off.magnification, off.distance, 1, 1]
    truth.forEach((value, i) => {
      // Four standard deviations of seven numbers: missed by chance once in two thousand.
      expect(Math.abs(fit.parameters[i] - value)).toBeLessThan(4 * fit.deviations[i])
    })
    expect(fit.deviations[0]).toBeLessThan(5e-6)
    expect(fit.sigma[0] / NOISE).toBeGreaterThan(0.7)
    expect(fit.sigma[0] / NOISE).toBeLessThan(1.3)
  })

  it('knows how far carriers spread', async () => {
    const sheet = { modulator: { law: 'sheet', depth: 0.5 } as const }
    const few = { shift: 0, rotation: 0, magnification: 0, distance: 0, gain: 0 }
    const twin = thzImagerTwin({ ...design, ...sheet, priors: few, wafer: { lifetime: 5e-6 } })
    const record = await readings({ ...sheet, misplaced: {}, wafer: { lifetime: 15e-6 } })
    const part = { ...record, drive: drive.slice(0, 20 * 64), sense: record.sense.slice(0, 20), rows: 20 }
    const { parameters, deviations } = await fitTwin(twin, [part])
    expect(twin.banks.map(({ name }) => name)).toEqual(['depth', 'spread'])
    expect(Math.abs(parameters[0] - 0.5)).toBeLessThan(4 * deviations[0])
    expect(Math.abs(parameters[1] - Math.sqrt(15e-6 * 18e-4))).toBeLessThan(4 * deviations[1])
  })
})

describe('settling a machine in place', () => {
  it('moves the imager back to where it should be, without a model of its faults', async () => {
    const { sense: wanted } = await readings({ misplaced: {} })
    await using one = machine()
    const theta = imagerTheta(one.sheet)
    const steps = { shift: PITCH / 4, rotation: 0.03, magnification: 0.03, distance: 10e-6 }
    const { theta: found, deviations, misfit } = await settleInPlace(one, { theta, steps, drive, wanted })
    const [, distance, x, y, rotation, magnification] = found
    const [, , , , turn] = deviations
    expect(x + off.shift[0]).toBeCloseTo(0, 5)
    expect(y + off.shift[1]).toBeCloseTo(0, 5)
    expect(Math.abs(rotation + off.rotation)).toBeLessThan(4 * turn + 1e-3)
    expect(magnification * (1 + off.magnification)).toBeCloseTo(1, 2)
    expect((distance * (1 + off.distance)) / 500e-6).toBeCloseTo(1, 2)
    // Two noises, of the reading and of what was wanted.
    expect(misfit.at(-1)).toBeLessThan(3 * Math.SQRT2 * NOISE)
    expect(misfit[0]).toBeGreaterThan(10 * NOISE)
  })

  it('says what is wrong with what it was given', async () => {
    await using one = machine({ detector: { noise: 0 } })
    const base = { theta: imagerTheta(one.sheet), drive, wanted: new Float64Array(rows) }
    const refused = (steps: Record<string, number>, changes = {}) =>
      settleInPlace(one, { ...base, steps, ...changes }).catch((error: { code: string }) => error.code)
    expect(await refused({ nothing: 1 })).toBe('CONFIG')
    expect(await refused({ shift: 0 })).toBe('CONFIG')
    expect(await refused({ shift: 1e-5 }, { wanted: new Float64Array(3) })).toBe('SHAPE')
    // Dark frames tell nothing of where they lie.
    expect(await refused({ rotation: 0.01 }, { drive: new Float64Array(drive.length) })).toBe('CONFIG')
  })
})
