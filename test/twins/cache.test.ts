import { readFileSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { CalibrationCache } from '../../src/run/calibrations.ts'
import { calibrationKey, keyDifferences, readCalibration, writeCalibration } from '../../src/twins/cache.ts'
import { fitTwin } from '../../src/twins/fit.ts'
import { scratch, sheet } from '../run/tools.ts'
import { line } from './line.ts'

const twin = line(0.5)
const key = calibrationKey(twin, sheet, '0.1.0')
const record = {
  theta: Float64Array.of(0),
  drive: Float64Array.of(1, 2, -1, 0.1, 3, 6, 4, 1 / 3),
  rows: 4,
  sense: Float64Array.of(1, 2, 3, 4),
}
const calibration = await fitTwin(twin, [record], { device: key.device, sigma: 0.1 })

describe('a calibration as text', () => {
  it('comes back as it was, to the last bit', () => {
    const { iterations: _i, converged: _c, ...plain } = calibration
    expect(readCalibration(writeCalibration(key, calibration), twin, key)).toEqual(plain)
  })

  it('of something else is refused, saying what differs', () => {
    const text = writeCalibration(key, calibration)
    const other = calibrationKey(
      { ...twin, banks: twin.banks.slice(1) },
      { ...sheet, settings: { layers: [2, 1] } },
      '0.2.0',
    )
    expect(keyDifferences(key, key)).toEqual([])
    expect(() => readCalibration(text, twin, other, 'kept.json')).toThrow(
      expect.objectContaining({
        code: 'RECORD',
        message:
          'kept.json holds for something else: banks is a 1 (1) 0 +- 0.5, b 1 (1) 0 +- 0.5, c 1 (1) 0 +- 0.5, wanted b 1 (1) 0 +- 0.5, c 1 (1) 0 +- 0.5; version is 0.1.0, wanted 0.2.0; setting layers of the machine is [1,1], wanted [2,1]',
      }),
    )
    const machine = calibrationKey(twin, { ...sheet, identity: 'another' }, '0.1.0')
    expect(keyDifferences(key, machine)).toEqual(['device is mgd-chip (test), wanted mgd-chip (another)'])
  })

  it('is refused where it was changed, or is no calibration', () => {
    const text = writeCalibration(key, calibration)
    const bad = { code: 'RECORD' }
    expect(() => readCalibration(text.replace('0.1.0', '0.1.1'), twin, key)).toThrow(expect.objectContaining(bad))
    expect(() => readCalibration('{}', twin, key)).toThrow(expect.objectContaining(bad))
    const short = writeCalibration(key, { ...calibration, sigma: new Float64Array(2) })
    const message = 'calibration: 2 sigma, wanted 1'
    expect(() => readCalibration(short, twin, key)).toThrow(expect.objectContaining({ ...bad, message }))
    const lost = writeCalibration(key, { ...calibration, parameters: Float64Array.of(1, Number.NaN, 2) })
    expect(() => readCalibration(lost, twin, key)).toThrow(expect.objectContaining(bad))
    const none = writeCalibration(key, { ...calibration, residual: Number.NaN })
    expect(() => readCalibration(none, twin, key)).toThrow(
      expect.objectContaining({ ...bad, message: expect.stringContaining('residual') }),
    )
  })
})

describe('a cache of calibrations', () => {
  it('measures once, and again when the code or the file has changed', async () => {
    const cache = new CalibrationCache(`${scratch()}/calibrations`)
    let times = 0
    const obtain = (version: string) =>
      cache.obtain(twin, { ...key, version }, async () => {
        times++
        return calibration
      })
    expect(() => cache.read(twin, key)).toThrow(expect.objectContaining({ code: 'RECORD' }))
    expect(await obtain('0.1.0')).toMatchObject({ cached: false, why: expect.stringContaining('no calibration') })
    expect(await obtain('0.1.0')).toMatchObject({ cached: true, calibration: { twin: 'line' } })
    expect(times).toBe(1)
    expect(await obtain('0.2.0')).toMatchObject({ cached: false, why: expect.stringContaining('version is 0.1.0') })
    const path = cache.path(key)
    writeFileSync(path, readFileSync(path, 'utf8').replace('line', 'lime'))
    expect(await obtain('0.2.0')).toMatchObject({ cached: false, why: expect.stringContaining('not as it was') })
    expect(times).toBe(3)
    expect((await obtain('0.2.0')).cached).toBe(true)
  })

  it('lets errors of measuring through, and keeps nothing then', async () => {
    const cache = new CalibrationCache(scratch())
    const failing = cache.obtain(twin, key, () => Promise.reject(new Error('cable')))
    await expect(failing).rejects.toThrow('cable')
    expect(() => cache.read(twin, key)).toThrow(expect.objectContaining({ code: 'RECORD' }))
  })
})
