import { describe, expect, test } from 'vitest'
import type { CheckedDevice } from '../../src/contract/device.ts'
import { expected } from '../../src/twins/ask.ts'
import type { TwinRecord } from '../../src/twins/calibration.ts'
import { chiSquareTail, normalTail } from '../../src/twins/drift/tail.ts'
import { type DriftOptions, driftMonitor } from '../../src/twins/drift.ts'
import { fitTwin } from '../../src/twins/fit.ts'
import { newsLine } from '../../src/twins/news.ts'
import { amplifiers, measured, scattered } from './amplifiers.ts'

const NOISE = 0.02
const twin = amplifiers(3, { couple: { spread: 0.05 } })
/** A monitor that makes no reads of its own needs no machine. */
const NONE = undefined as unknown as CheckedDevice

/** A machine that the twin describes, calibrated with noise. */
async function calibrated(seed: number) {
  const truth = scattered(twin, seed)
  const records = await measured(twin, truth, { settings: 6, rows: 4, noise: NOISE, seed })
  return { truth, calibration: await fitTwin(twin, records, { sigma: NOISE }) }
}

/** Shows a monitor the steps of a machine at one theta, one record each; returns the parameters it ends with. */
async function watch(
  monitor: ReturnType<typeof driftMonitor>,
  start: Float64Array,
  records: readonly TwinRecord[],
): Promise<Float64Array> {
  let parameters = start
  let seconds = 0
  for (const record of records) {
    const believed = await expected(twin, { ...record, parameters })
    seconds += 0.5
    const found = await monitor.observe({ ...record, expected: believed, seconds }, parameters, NONE, {})
    parameters = found.parameters ?? parameters
  }
  return parameters
}

/** Steps of a machine that stays at the first theta there. */
async function steps(truth: Float64Array, count: number, seed: number): Promise<TwinRecord[]> {
  const records = await measured(twin, truth, { settings: count, rows: 4, noise: NOISE, seed })
  const [{ theta }] = records
  const there = await Promise.all(
    records.map(async (record) => {
      const { drive, rows } = record
      const [was, is] = await Promise.all(
        [record.theta, theta].map((at) => expected(twin, { theta: at, drive, rows, parameters: truth })),
      )
      return { ...record, theta, sense: record.sense.map((value, i) => value - was[i] + is[i]) }
    }),
  )
  return there
}

const WINDOW = { twin, window: 5, slack: 0 } as const

describe('chances', () => {
  test('tails are those of the tables', () => {
    // Abramowitz and Stegun, tables 26.1 and 26.8.
    expect(normalTail(1.959964)).toBeCloseTo(0.025, 8)
    expect(normalTail(4) / 3.167124e-5).toBeCloseTo(1, 6)
    expect(normalTail(-1) + normalTail(1)).toBeCloseTo(1, 14)
    expect(chiSquareTail(18.307, 10) / 0.05).toBeCloseTo(1, 1)
    expect(chiSquareTail(149.449, 100) / 0.001).toBeCloseTo(1, 1)
  })

  test('a machine that does not drift is called drifting no more often than stated', async () => {
    let [windows, alarms] = [0, 0]
    for (let seed = 1; seed <= 40; seed++) {
      const { truth, calibration } = await calibrated(seed)
      const monitor = driftMonitor({ ...WINDOW, calibration, threshold: 0.05, report: () => alarms++ })
      await watch(monitor, calibration.parameters, await steps(truth, 5, seed + 1000))
      windows++
    }
    // 40 machines at 5 %: 2 alarms are expected, and more than 6 once in 200 tries. Windows of one machine share its errors.
    expect(alarms).toBeLessThanOrEqual(6)
    expect(windows).toBe(40)
  })

  test('errors of a calibration are no drift, though readings lie off by them', async () => {
    const truth = scattered(twin, 4)
    const records = await measured(twin, truth, { settings: 2, rows: 3, noise: NOISE, seed: 4 })
    const calibration = await fitTwin(twin, records, { sigma: NOISE })
    const shown = await steps(truth, 20, 77)
    const monitor = driftMonitor({ ...WINDOW, calibration })
    await watch(monitor, calibration.parameters, shown)
    expect(monitor.news).toEqual([])
    // The same without its error bars.
    const certain = { ...calibration, covariance: new Float64Array(calibration.covariance.length) }
    const hasty = driftMonitor({ ...WINDOW, calibration: certain, rates: { gain: 1, couple: 1, offset: 1 } })
    await watch(hasty, calibration.parameters, shown)
    expect(hasty.news.length).toBeGreaterThan(0)
  })
})

describe('a gain that has moved', () => {
  const drifted = async (options: Partial<DriftOptions>) => {
    const { truth, calibration } = await calibrated(2)
    const moved = truth.slice()
    moved[1] *= 1.3
    const monitor = driftMonitor({ ...WINDOW, calibration, ...options })
    const parameters = await watch(monitor, calibration.parameters, await steps(moved, 15, 9))
    return { truth, moved, calibration, monitor, parameters }
  }

  test('is reported once, with its reading and its name, and the twin is left alone', async () => {
    const { monitor, parameters, calibration } = await drifted({})
    expect(monitor.news.map(({ kind }) => kind)).toEqual(['drift'])
    const [{ step, seconds, chance, deviation, usual, readings, after = 9 }] = monitor.news
    expect([step, seconds]).toEqual([5, 2.5])
    expect(chance).toBeLessThan(1e-4)
    expect(deviation).toBeGreaterThan(2 * usual)
    expect(readings[0].reading).toBe(1)
    expect(after).toBeLessThan(1.5)
    expect(parameters).toBe(calibration.parameters)
    expect(newsLine(monitor.news[0])).toMatch(/step 5, 2.5 s: the machine has drifted, .* moved most: .*\[1\]/)
  })

  test('is followed where that is wanted: readings are expected again, and no more is said', async () => {
    const { monitor, parameters, moved, calibration } = await drifted({ recalibrate: 'refit' })
    expect(monitor.news.map(({ kind }) => kind)).toEqual(['drift', 'recalibrated'])
    expect(monitor.calibration.parameters).toEqual(parameters)
    const [{ theta, drive, rows }] = await steps(moved, 1, 9)
    const off = async (own: Float64Array) => {
      const [is, was] = await Promise.all(
        [moved, own].map((one) => expected(twin, { theta, drive, rows, parameters: one })),
      )
      return Math.hypot(...is.map((value, i) => value - was[i])) / Math.sqrt(is.length)
    }
    // Sixty readings of three parameters each: a mean of them is known to a few parts in ten of the noise.
    expect(await off(parameters)).toBeLessThan(NOISE)
    expect(await off(calibration.parameters)).toBeGreaterThan(2 * NOISE)
  })

  test('is followed on request by a monitor that only reports', async () => {
    const { truth, calibration } = await calibrated(2)
    const monitor = driftMonitor({ ...WINDOW, calibration })
    monitor.recalibrate()
    const parameters = await watch(monitor, calibration.parameters, await steps(truth, 1, 9))
    expect(monitor.news.map(({ kind }) => kind)).toEqual(['recalibrated'])
    expect(parameters).not.toEqual(calibration.parameters)
  })

  test('that comes back is said to have settled', async () => {
    const { truth, calibration } = await calibrated(2)
    const moved = truth.slice()
    moved[1] *= 1.3
    const monitor = driftMonitor({ ...WINDOW, calibration })
    const [away, back] = [await steps(moved, 5, 9), await steps(truth, 5, 9)]
    await watch(monitor, calibration.parameters, [...away, ...back])
    expect(monitor.news.map(({ kind, step }) => [kind, step])).toEqual([
      ['drift', 5],
      ['settled', 10],
    ])
  })

  test('that the twin is told cannot move is said to be unexplained, and the twin keeps what it had', async () => {
    const { monitor, parameters, calibration } = await drifted({ recalibrate: 'refit', rates: { couple: 1e-3 } })
    expect(monitor.news.map(({ kind }) => kind).slice(0, 2)).toEqual(['drift', 'unexplained'])
    expect(parameters).toBe(calibration.parameters)
    expect(monitor.calibration).toBe(calibration)
  })
})
