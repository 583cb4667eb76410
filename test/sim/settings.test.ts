import { describe, expect, it } from 'vitest'
import { chipSettings, mgdChip } from '../../sim/index.ts'
import { attach } from '../../src/contract/device.ts'
import { draws, fillUniform } from '../../src/random/draws.ts'
import { STREAM } from '../../src/random/streams.ts'

const SLOTS = 64
const LAYERS = [3, 4, 2]
const PARAMS = 26

/** Readings of a chip under random drive and codes. */
async function readings(options: Partial<Parameters<typeof mgdChip>[0]>) {
  const device = attach(mgdChip({ layers: LAYERS, ...options }))
  await device.store(fillUniform(draws(3, STREAM.testInputs), -2, 2, new Float64Array(PARAMS)))
  const data = fillUniform(draws(4, STREAM.testInputs), -1, 1, new Float64Array(SLOTS * 3))
  const amplitudes = device.sheet.banks.map(() => 0.05)
  const into = new Float64Array(SLOTS * 2)
  const delta = { kind: 'code', family: 'random', seed: 1, first: 0, amplitudes, hold: 1, pairing: 'single' } as const
  const receipt = await device.measure({ slots: SLOTS, drive: { kind: 'track', data, hold: 1 }, delta }, into)
  return { into, receipt, sheet: device.sheet }
}

describe('settings of the simulated chip', () => {
  it('a curve given as a formula is the built-in one where both are the same function', async () => {
    const formula = await readings(await chipSettings({ transfer: '1 / (1 + exp(-z))' }))
    const builtIn = await readings({ activation: 'sigmoid' })
    // Two exponentials, each within an ulp or two, through two layers of weights up to 2.
    formula.into.forEach((value, i) => {
      expect(Math.abs(value - builtIn.into[i])).toBeLessThan(1e-14)
    })
    expect(formula.sheet.settings.transfer).toBe('1 / (1 + exp(-z))')
  })

  it('a curve goes through every engine alike, defects included', async () => {
    const options = {
      ...(await chipSettings({ transfer: '0.8 * tanh(1.3 z) + 0.1 z' })),
      imperfections: { activation: 0.2 },
    }
    const generated = await readings({ ...options, engine: 'generated' })
    const oracle = await readings({ ...options, engine: 'oracle' })
    expect(generated.into).toEqual(oracle.into)
    expect(() => mgdChip({ layers: LAYERS, ...options, engine: 'simd' })).toThrow(/not a transfer curve/)
  })

  it('reads units at the boundary', async () => {
    const options = await chipSettings({
      readNoise: '0.5 mV',
      slotTime: '20 us',
      leakTime: '1.5 hours',
      readDrift: '2 mV/s^0.5',
      gainDrift: '0.06 /min',
      gainDriftCommon: '-3 /hour',
    })
    expect(options.imperfections).toEqual({
      readNoise: 5e-4,
      leakSeconds: 5400,
      readDrift: 2e-3,
      gainDrift: expect.closeTo(1e-3, 18),
      gainDriftCommon: expect.closeTo(-3 / 3600, 18),
    })
    expect(options.slotSeconds).toBeCloseTo(20e-6, 18)
    const { sheet, receipt } = await readings(options)
    expect(sheet.sense.noise).toBe(5e-4)
    expect(receipt.endedAt - receipt.startedAt).toBeCloseTo(SLOTS * 20e-6, 12)
  })

  it.each([
    [{ readNoise: '5 ms' }, 'UNITS', /readNoise/],
    [{ readNoise: 5 }, 'UNITS', /no unit/],
    [{ slotTime: '-1 us' }, 'CONFIG', /slotTime/],
    [{ dead: '2' }, 'CONFIG', /dead/],
    [{ colour: 'red' }, 'CONFIG', /"colour"/],
    [{ transfer: 'log(z)' }, 'EXPRESSION', /at z = -100 V/],
    [{ transfer: 'process.exit(1)' }, 'EXPRESSION', /expression/],
  ])('refuses %j', async (given, code, message) => {
    await expect(chipSettings(given as Record<string, string | number>)).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
    })
  })
})
