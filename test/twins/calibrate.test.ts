import { afterAll, describe, expect, it } from 'vitest'
import { mgdChip } from '../../sim/index.ts'
import { mgdChipTwin } from '../../sim/twins/mgd-chip.ts'
import { attach } from '../../src/contract/device.ts'
import { paramCount, safeTheta } from '../../src/contract/sheet.ts'
import { calibrateTwin } from '../../src/twins/calibrate.ts'
import { predict } from '../../src/twins/predict.ts'
import { probes } from '../../src/twins/probes.ts'
import { residual } from '../../src/twins/residual.ts'

const LAYERS = [3, 3, 2]
const NOISE = 0.01
const made = { layers: LAYERS, activation: 'sigmoid', seed: 3 } as const
const twin = mgdChipTwin(made)
const chip = () => attach(mgdChip({ ...made, imperfections: { weightGain: 0.2, activation: 0.2, readNoise: NOISE } }))
const device = chip()
afterAll(() => device[Symbol.asyncDispose]())
const home = safeTheta(device.sheet).map((_, i) => 0.1 * (i % 7))
const PLAN = { settings: 6, rows: 16, theta: home }

/** What a machine with these parameters reads, twice the same only if nothing else was stored. */
async function readings(at: typeof device, drive: Float64Array, rows: number): Promise<Float64Array> {
  const sense = new Float64Array(rows * at.sheet.sense.width)
  await at.measure({ slots: rows, drive: { kind: 'track', data: drive, hold: 1 } }, sense)
  return sense
}

describe('the calibration of a twin on its machine', () => {
  it('predicts the machine to its noise, at other parameters, with honest error bars', async () => {
    const { calibration, slots, records } = await calibrateTwin(twin, device, { ...PLAN, settings: 12, rows: 32 })
    expect(slots).toBe(12 * 32)
    expect(records.length).toBe(12)
    expect(calibration).toMatchObject({ device: device.name, converged: true })
    // 768 readings tell a scatter to 1 / sqrt(2 x 768) = 2.6 %; the sheet's noise is the floor.
    for (const sigma of calibration.sigma) expect(Math.abs(sigma / NOISE - 1)).toBeLessThan(0.15)
    const [held] = probes(device.sheet, { settings: 1, rows: 200, seed: 77 }, home)
    await device.store(held.theta)
    const seen = await readings(device, held.drive, held.rows)
    const designed = await predict({ twin }, held)
    const fitted = await predict({ twin, calibration }, held)
    const off = (mean: Float64Array) => residual(seen, mean, twin.width.sense).residual
    expect(off(designed.mean)).toBeGreaterThan(10 * off(fitted.mean))
    const inside = seen.filter((value, i) => Math.abs(value - fitted.mean[i]) < fitted.deviation[i]).length
    // 400 readings, 68.3 % within one deviation: binomial deviation 2.3 %. The twin's own errors are shared by rows, so four.
    expect(Math.abs(inside / seen.length - 0.683)).toBeLessThan(4 * 0.023)
  })

  it('leaves the parameters it was told stored, also when it is aborted or fails', async () => {
    const [shown] = probes(device.sheet, { settings: 1, rows: 50, seed: 5 }, home)
    await device.store(home)
    const before = await readings(device, shown.drive, shown.rows)
    // Two readings differ by the noise of both; six deviations of a mean over 100 of their differences.
    const same = async () => {
      const now = await readings(device, shown.drive, shown.rows)
      return Math.abs(now.reduce((sum, value, i) => sum + value - before[i], 0) / now.length)
    }
    const slack = (6 * NOISE * Math.SQRT2) / 10
    const short = { ...PLAN, rows: 2, fit: { iterations: 1 } }
    await calibrateTwin(twin, device, short)
    expect(await same()).toBeLessThan(slack)
    const abort = new AbortController()
    const store = device.store.bind(device)
    let stores = 0
    device.store = (theta, opts) => {
      if (++stores === 3) abort.abort(new Error('enough'))
      return store(theta, opts)
    }
    await expect(calibrateTwin(twin, device, short, { signal: abort.signal })).rejects.toThrow('enough')
    device.store = store
    expect(await same()).toBeLessThan(slack)
    // That the check sees other parameters.
    await device.store(shown.theta)
    expect(await same()).toBeGreaterThan(slack)
  })

  it('at one setting names what cannot be told from there', async () => {
    const single = { ...PLAN, settings: 1, reach: 0, rows: 64 }
    const { calibration } = await calibrateTwin(twin, device, single)
    // The gain of a weight that is 0 V does nothing.
    expect(home[0]).toBe(0)
    expect(calibration.undetermined).toContain('gain[0]')
    const required = calibrateTwin(twin, device, { ...single, fit: { determined: 'required' } })
    await expect(required).rejects.toMatchObject({ code: 'CONFIG', message: expect.stringContaining('gain[0]') })
  })

  it('refuses a twin of another width, and plans that are none', async () => {
    const narrow = mgdChipTwin({ ...made, layers: [3, 2, 2] })
    await expect(calibrateTwin(narrow, device, PLAN)).rejects.toMatchObject({ code: 'SHAPE' })
    for (const [change, code] of [
      [{ theta: new Float64Array(2) }, 'SHAPE'],
      [{ drive: new Float64Array(4) }, 'SHAPE'],
      [{ settings: 0 }, 'CONFIG'],
      [{ repeats: 1.5 }, 'CONFIG'],
      [{ reach: 2 }, 'CONFIG'],
    ] as const)
      await expect(calibrateTwin(twin, device, { ...PLAN, ...change })).rejects.toMatchObject({ code })
  })
})

describe('probes', () => {
  const { sheet } = device
  const size = paramCount(sheet)

  it('keep to the limits, the reach and the steps of the machine', () => {
    const stepped = { ...sheet, banks: sheet.banks.map((bank) => ({ ...bank, step: 0.25 })) }
    for (const { theta } of probes(stepped, { settings: 20 }, home))
      theta.forEach((value, i) => {
        const bank = sheet.banks[i < sheet.banks[0].width ? 0 : sheet.banks.length - 1]
        expect(value).toBeGreaterThanOrEqual(bank.min)
        expect(value).toBeLessThanOrEqual(bank.max)
        expect(Math.abs(value / 0.25 - Math.round(value / 0.25))).toBeLessThan(1e-9)
      })
    const range = sheet.banks[0].max - sheet.banks[0].min
    const close = probes(sheet, { settings: 20, reach: 0.1 }, home)
    for (const { theta } of close)
      for (let i = 0; i < sheet.banks[0].width; i++)
        expect(Math.abs(theta[i] - home[i])).toBeLessThanOrEqual(0.1 * range + 1e-12)
    expect(new Set(close.map(({ theta }) => theta[0])).size).toBe(20)
    expect(close[0].theta.length).toBe(size)
  })

  it('show rows that are given, all of them before one again, and each as often as asked', () => {
    const drive = Float64Array.from({ length: 5 * 3 }, (_, i) => i / 100)
    const [first, second] = probes(sheet, { settings: 2, rows: 3, repeats: 2, drive }, home)
    expect(first.rows).toBe(6)
    expect(first.drive.subarray(0, 9)).toEqual(first.drive.subarray(9))
    const firsts = [...first.drive.subarray(0, 9), ...second.drive.subarray(0, 9)].filter((_, i) => i % 3 === 0)
    expect(new Set(firsts).size).toBe(5)
  })
})
