import { describe, expect, it } from 'vitest'
import { calibrate } from '../../src/calibrate/index.ts'
import type { Receipt } from '../../src/contract/backend.ts'
import { attach } from '../../src/contract/device.ts'
import { dataSheet } from '../../src/contract/sheet.ts'
import { isUnit } from '../../src/units/index.ts'
import { Toy, type ToyOptions } from '../contract/toy.ts'

/** A toy with known weights; input 1 reaches reading 0 with gain -0.75 and offset 0.25. */
async function machine(options: ToyOptions = {}, make = (toy: Toy) => toy) {
  const device = attach(make(new Toy(options)))
  await device.store(Float64Array.of(1, 2, -0.75, 0.5, 3, -1, 0.25, -0.5))
  return device
}

const PLAN = { channel: 1, reading: 0 }

describe('calibrate', () => {
  it('finds gain and offset of a quiet machine', async () => {
    const { gain, offset, inputs, readings } = await calibrate(await machine(), PLAN)
    expect(gain).toMatchObject({ value: expect.closeTo(-0.75, 12), unit: '1' })
    expect(offset).toMatchObject({ value: expect.closeTo(0.25, 12), unit: 'V' })
    expect([Math.min(...inputs), Math.max(...inputs)]).toEqual([-1, 1])
    expect(readings).toHaveLength(64)
  })

  it('takes the other inputs at rest', async () => {
    const { offset } = await calibrate(await machine(), { ...PLAN, rest: 0.5 })
    expect(offset.value).toBeCloseTo(0.25 + 0.5 * (1 + 3), 12)
  })

  it('states errors that noise explains', async () => {
    let far = 0
    for (let seed = 1; seed <= 30; seed++) {
      const { gain, offset, residual } = await calibrate(await machine({ noise: 0.02, seed }), PLAN)
      // 64 points over [-1, 1]: sxx = 64 x 0.378, so 0.02 / sqrt(24.2); an estimate from 62 degrees of freedom has a
      // standard error of 1 / sqrt(124) = 9 %, and 30 of them stay within 40 %.
      expect(Math.abs(gain.deviation * Math.sqrt(24.2) - 0.02)).toBeLessThan(0.4 * 0.02)
      expect(Math.abs(residual - 0.02)).toBeLessThan(0.4 * 0.02)
      if (Math.abs(gain.value + 0.75) > 2 * gain.deviation) far++
      expect(Math.abs(offset.value - 0.25)).toBeLessThan(5 * offset.deviation)
    }
    // 4.6 % of 30 are expected beyond two deviations; seven or more have a chance below 1e-3.
    expect(far).toBeLessThan(7)
  })

  it('never claims less error than the steps of the converter leave', async () => {
    const step = 2 ** -4
    const device = await machine({}, (toy) =>
      Object.defineProperty(toy, 'sheet', { value: dataSheet({ ...toy.sheet, sense: { ...toy.sheet.sense, step } }) }),
    )
    const { offset, residual } = await calibrate(device, PLAN)
    expect(residual).toBeLessThan(1e-12)
    expect(offset.deviation).toBeCloseTo(step / Math.sqrt(12 * 64), 6)
  })

  it('gives units a data sheet may use', async () => {
    const device = await machine({}, (toy) =>
      Object.defineProperty(toy, 'sheet', {
        value: dataSheet({ ...toy.sheet, drive: { ...toy.sheet.drive, unit: 'N/m' } }),
      }),
    )
    const { gain } = await calibrate(device, PLAN)
    expect(gain.unit).toBe('(V) / (N/m)')
    expect(await isUnit(gain.unit)).toBe(true)
  })

  it('refuses a channel that is not there, a sweep that is none, and readings at the end of their range', async () => {
    const device = await machine()
    await expect(calibrate(device, { channel: 3, reading: 0 })).rejects.toThrow(
      'calibrate: channel 3 of toy (3-2), wanted 0 to 2',
    )
    await expect(calibrate(device, { channel: 0, reading: -1 })).rejects.toMatchObject({ code: 'SHAPE' })
    await expect(calibrate(device, { ...PLAN, from: 0.5, to: 0.5 })).rejects.toThrow(/do not determine offset and gain/)
    await expect(calibrate(device, { ...PLAN, from: 0, to: 9 })).rejects.toMatchObject({ code: 'LIMIT' })
    class Saturated extends Toy {
      protected override receipt(slots: number, from: number): Receipt {
        return { ...super.receipt(slots, from), saturated: 3 }
      }
    }
    await expect(calibrate(attach(new Saturated()), PLAN)).rejects.toThrow(/3 readings of toy \(3-2\) hit the end/)
  })
})
