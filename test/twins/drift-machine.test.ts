import { expect, test } from 'vitest'
import { mgdChip } from '../../sim/index.ts'
import { mgdChipTwin } from '../../sim/twins/mgd-chip.ts'
import { attach } from '../../src/contract/device.ts'
import { sgd } from '../../src/optim/sgd.ts'
import { draws } from '../../src/random/draws.ts'
import { STREAM } from '../../src/random/streams.ts'
import { chipInTheLoop } from '../../src/rules/chip-in-the-loop.ts'
import { train } from '../../src/rules/train.ts'
import { expected } from '../../src/twins/ask.ts'
import { calibrateTwin } from '../../src/twins/calibrate.ts'
import { compensate } from '../../src/twins/compensate.ts'
import { probe } from '../../src/twins/drift/probe.ts'
import { driftMonitor } from '../../src/twins/drift.ts'

const SPEC = { layers: [3, 4, 2], activation: 'sigmoid' } as const
const COUNT = 26
const NOISE = 2e-3
const random = draws(8, STREAM.testInputs)
const THETA = Float64Array.from({ length: COUNT }, (_, i) => 2 * random.normal(i))
const LESSON = {
  rows: 24,
  drive: Float64Array.from({ length: 72 }, (_, i) => 4 * random.uniform(1000 + i) - 2),
  target: Float64Array.from({ length: 48 }, (_, i) => i % 2),
}

/** A chip whose gains move by 5 % per minute, with its twin calibrated beside THETA. A slot takes 20 ms. */
async function chip() {
  const imperfections = { readNoise: NOISE, gainDrift: 0.05 / 60, weightGain: 0.05 }
  const device = attach(mgdChip({ ...SPEC, imperfections, slotSeconds: 0.02, seed: 3 }))
  const twin = mgdChipTwin(SPEC, { priors: { weightOffset: 0, activation: 0 } })
  const plan = { settings: 6, rows: 24, theta: THETA, reach: 0.03, drive: LESSON.drive }
  const { calibration } = await calibrateTwin(twin, device, plan)
  return { device, twin, calibration }
}

test('news and new parameters come through the rule while training goes on, and the twin keeps to the machine', async () => {
  const residuals = async (recalibrate: 'report' | 'refit') => {
    const { device, twin, calibration } = await chip()
    const monitor = driftMonitor({ twin, calibration, window: 5, keep: 96, recalibrate })
    const rule = chipInTheLoop({ twin, calibration, check: false, monitor })
    const kinds: string[] = []
    let deviation = 0
    // 40 steps of 24 slots of 20 ms: 19 s, in which gains move by 1.6 %.
    for await (const report of train(
      rule,
      device,
      THETA.slice(),
      { next: () => LESSON },
      {
        optimizer: sgd(0.01),
        steps: 40,
      },
    )) {
      kinds.push(...(report.news ?? []).map(({ kind }) => kind))
      if (report.step > 20) deviation = Math.max(deviation, report.health?.twinDeviation ?? Number.NaN)
    }
    expect(monitor.news.map(({ kind }) => kind)).toEqual(kinds)
    return { kinds, deviation }
  }
  const [told, kept] = [await residuals('report'), await residuals('refit')]
  expect(told.kinds).toEqual(['drift'])
  expect(kept.kinds.slice(0, 2)).toEqual(['drift', 'recalibrated'])
  expect(kept.kinds).not.toContain('unexplained')
  // As calibrated is 1; what is left is the drift of two windows, for one may pass before the next one tells.
  expect(kept.deviation).toBeLessThan(3)
  expect(told.deviation).toBeGreaterThan(2 * kept.deviation)
})

test('probes are read beside the parameters, counted, and the parameters are stored again', async () => {
  const { device, twin, calibration } = await chip()
  const probes = { settings: 3, rows: 5 }
  const monitor = driftMonitor({ twin, calibration, probes, recalibrate: 'refit' })
  monitor.recalibrate()
  const read = async () => {
    const sense = new Float64Array(48)
    const drive = { kind: 'track', data: LESSON.drive, hold: 1 } as const
    const { endedAt: seconds } = await device.measure({ slots: 24, drive }, sense)
    return { sense, seconds }
  }
  const { parameters } = calibration
  const seen = { ...(await read()), theta: THETA, drive: LESSON.drive, rows: 24 }
  const believed = await expected(twin, { ...seen, parameters })
  const found = await monitor.observe({ ...seen, expected: believed }, parameters, device, {})
  expect(found.slots).toBe(15)
  const again = await read()
  // Two readings of the same within the noise of both, five deviations; between them gains move by 0.06 %.
  again.sense.forEach((value, i) => {
    expect(Math.abs(value - seen.sense[i])).toBeLessThan(5 * Math.SQRT2 * NOISE)
  })
})

test('probes that are aborted leave the parameters stored', async () => {
  const { device } = await chip()
  const abort = new AbortController()
  const held: Float64Array[] = []
  const store = device.store.bind(device)
  device.store = async (theta, opts) => {
    const done = await store(theta, opts)
    if (held.push(theta.slice()) === 2) abort.abort(new Error('enough'))
    return done
  }
  const options = { settings: 3, rows: 5, round: 0 }
  await expect(probe(device, THETA, [LESSON], options, { signal: abort.signal })).rejects.toThrow('enough')
  expect(held.length).toBe(3)
  expect(held[1]).not.toEqual(THETA)
  expect(held[2]).toEqual(THETA)
})

test('what a drift has done to the readings is taken back by other parameters, without reads or targets', async () => {
  const { device, twin, calibration } = await chip()
  const { drive, rows } = LESSON
  const at = { drive, rows }
  const moved = calibration.parameters.map((gain, i) => gain * (1 + 0.1 * random.normal(5000 + i)))
  const wanted = { theta: THETA, parameters: calibration.parameters }
  const now = { parameters: moved, sigma: calibration.sigma }
  const theta = await compensate({ twin, wanted, now, theta: THETA, ...at, sheet: device.sheet })
  const was = await expected(twin, { ...wanted, ...at })
  const off = async (stored: Float64Array) => {
    const is = await expected(twin, { theta: stored, parameters: moved, ...at })
    return Math.sqrt(is.reduce((sum, value, i) => sum + (value - was[i]) ** 2, 0) / is.length)
  }
  expect(await off(THETA)).toBeGreaterThan(5 * NOISE)
  expect(await off(theta)).toBeLessThan(NOISE / 4)
})
