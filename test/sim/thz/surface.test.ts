import { describe, expect, it } from 'vitest'
import { carrierSpread } from '../../../sim/thz/carriers.ts'
import {
  carrierContrast,
  conductanceFor,
  drude,
  imperfectionsOf,
  sheetRatio,
  THZ_PRESETS,
  thzPreset,
  thzSettings,
} from '../../../sim/thz/index.ts'
import { modulator } from '../../../sim/thz/modulator.ts'
import { emptyField } from '../../../src/optics/plane.ts'

const SILICON = 3.418
/** Of 0.36 THz, rad/s. */
const OMEGA = 2 * Math.PI * 0.36e12

describe('a sheet of carriers', () => {
  it('lets 90, 50 and 10 % of the amplitude through at 1.3, 11.7 and 106 mS', () => {
    // The conductances are rounded to two or three figures.
    for (const [conductance, ratio] of [
      [1.3e-3, 0.9],
      [11.7e-3, 0.5],
      [106e-3, 0.1],
    ])
      expect(Math.abs(sheetRatio(SILICON, conductance) - ratio)).toBeLessThan(2e-3)
  })

  it('has the conductance that takes a part of the power', () => {
    for (const depth of [0, 0.3, 0.51, 0.9])
      expect(sheetRatio(SILICON, conductanceFor(SILICON, depth)) ** 2).toBeCloseTo(1 - depth, 14)
  })

  it('takes the stated part under full light, with collisions too, and less where carriers saturate', () => {
    const through = (saturation: number, collision: number, light: number) => {
      const into = emptyField({ rows: 1, columns: 1 })
      modulator({ law: 'sheet', depth: 0.6, saturation, collision }, SILICON, OMEGA)(Float64Array.of(light), into)
      return into.re[0] ** 2 + into.im[0] ** 2
    }
    for (const collision of [0, 2e-13]) expect(through(Number.POSITIVE_INFINITY, collision, 1)).toBeCloseTo(0.4, 14)
    expect(through(1, 0, 1)).toBeCloseTo(sheetRatio(SILICON, conductanceFor(SILICON, 0.6) / 2) ** 2, 14)
    expect(through(1, 0, 1e9)).toBeCloseTo(0.4, 6)
    expect(through(5, 1e-13, 0)).toBe(1)
  })

  it('conducts by Drude at an angular frequency', () => {
    const [re, im] = drude(OMEGA, 1 / OMEGA)
    expect([re, im]).toEqual([0.5, 0.5])
    expect(drude(OMEGA, 0)).toEqual([1, 0])
  })

  it('refuses a depth of all the power, which no sheet has', () => {
    const make = () => modulator({ law: 'sheet', depth: 1, saturation: 1, collision: 0 }, SILICON, OMEGA)
    expect(make).toThrow(expect.objectContaining({ code: 'CONFIG' }))
  })
})

describe('carriers that diffuse', () => {
  const still = { diffusion: 18e-4, recombination: 0 }

  it('keep .44, .07 and .01 of the contrast of 118 um lines when they live for 1, 10 and 100 us', () => {
    // The sheet gives two decimals.
    for (const [lifetime, contrast] of [
      [1e-6, 0.44],
      [10e-6, 0.07],
      [100e-6, 0.01],
    ])
      expect(Math.abs(carrierContrast({ ...still, lifetime }, Math.PI / 118e-6) - contrast)).toBeLessThan(0.006)
  })

  it('blur less where the face takes them away', () => {
    const k = Math.PI / 118e-6
    const slow = { lifetime: 10e-6, diffusion: 18e-4 }
    const fast = carrierContrast({ ...slow, recombination: 1e6 }, k)
    expect(fast).toBeGreaterThan(carrierContrast({ ...slow, recombination: 0 }, k))
    // A face that takes all of them: N(k) goes as 1 / q.
    expect(fast / (1 / Math.hypot(1, k * Math.sqrt(18e-4 * 10e-6)))).toBeCloseTo(1, 3)
  })

  it('spread light by that, on the grid', () => {
    const plane = { rows: 64, columns: 192, pitch: 20e-6 }
    const carriers = { ...still, lifetime: 1e-6 }
    const k = Math.PI / 120e-6
    const light = Float64Array.from({ length: 64 * 192 }, (_, n) => 1 + Math.cos(k * (n % 192) * plane.pitch))
    carrierSpread(plane, carriers)(light)
    // In the middle, 15 diffusion lengths from the dark edges, of whose shade exp(-15) is left; one period is 12 cells.
    let [mean, wave] = [0, 0]
    for (let c = 90; c < 102; c++) {
      const value = light[32 * 192 + c]
      mean += value / 12
      wave += (value * Math.cos(k * c * plane.pitch)) / 6
    }
    expect(mean).toBeCloseTo(1, 5)
    expect(wave).toBeCloseTo(carrierContrast(carriers, k), 5)
  })
})

describe('presets and settings', () => {
  it('say where they come from, and refuse a name that is none', () => {
    for (const { source } of Object.values(THZ_PRESETS)) expect(source.length).toBeGreaterThan(20)
    expect(() => thzPreset('perfect')).toThrow(expect.objectContaining({ code: 'CONFIG' }))
  })

  it('take units, and change only what was named', async () => {
    const changes = await thzSettings({ lifetime: '2 us', noise: '3 mV', law: 'sheet', depth: '0.5', shiftX: '4 um' })
    expect(changes).toEqual({
      wafer: { lifetime: 2e-6 },
      modulator: { law: 'sheet', depth: 0.5 },
      detector: { noise: 3e-3 },
      misplaced: { shift: [4e-6, 0] },
    })
    const { wafer } = imperfectionsOf('ideal', changes)
    expect([wafer.lifetime, wafer.thickness]).toEqual([2e-6, 500e-6])
    const { misplaced } = await thzSettings({ shiftX: '1 um' }, 'bench')
    expect(misplaced?.shift).toEqual([1e-6, thzPreset('bench').imperfections.misplaced.shift[1]])
    await expect(thzSettings({ lifetime: '2 V' })).rejects.toMatchObject({ code: 'UNITS' })
    await expect(thzSettings({ law: 'cubic' })).rejects.toMatchObject({ code: 'CONFIG' })
    await expect(thzSettings({ colour: '1' })).rejects.toMatchObject({ code: 'CONFIG' })
  })
})
