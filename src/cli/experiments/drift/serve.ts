import { shuffledLessons } from '../../../rules/lessons.ts'
import { expected } from '../../../twins/ask.ts'
import type { Calibration } from '../../../twins/calibration.ts'
import { compensate } from '../../../twins/compensate.ts'
import { driftMonitor } from '../../../twins/drift.ts'
import { residual } from '../../../twins/residual.ts'
import { look, REACH, type Ready } from './machine.ts'

/** What is watched of a machine as minutes pass. */
export interface Minute {
  readonly minute: number
  /** Share of test rows answered right. */
  readonly accuracy: number
  /** Root mean square of reading minus what the twin expects, in standard deviations of the calibration. */
  readonly deviation: number
}

/** How one way of keeping a machine went. */
export interface Kept {
  readonly minutes: readonly Minute[]
  /** The first time the monitor called a drift, in minutes, and the accuracy just then; absent where it never did. */
  readonly fired?: { readonly minute: number; readonly accuracy: number }
  readonly recalibrations: number
  /** Windows that were judged, and news of drift among them. */
  readonly windows: number
  readonly alarms: number
  /** Accuracy after one re-calibration and compensation at the very end, where nothing was done before. */
  readonly restored?: {
    /** From the rows that are served. */
    readonly fromRows: Restored
    /** From reads beside the parameters as well. */
    readonly withProbes: Restored
  }
}

/** What a late re-calibration came to; one that does not explain the readings is not used, and nothing is stored. */
export interface Restored {
  readonly accuracy: number
  readonly explained: boolean
}

export interface Serving {
  readonly minutes: number
  readonly batch: number
  readonly window: number
  readonly threshold: number
  readonly slack: number
  /** Settings of the parameters that the re-calibration at the end reads beside those in use. */
  readonly probes: number
  /**
   * `watched`: nothing is done. `unattended`: nothing until the end, and then one re-calibration. `compensated`: the twin is
   * re-calibrated whenever it has drifted, and with it other parameters are stored.
   */
  readonly way: 'watched' | 'unattended' | 'compensated'
  readonly seed: number
}

/** Rows that new parameters are worked out on: the latest that were served. */
const COMPENSATED_ROWS = 128
/** Rows that a monitor has seen before it is asked to re-calibrate. */
const SEEN_ROWS = 256

/** Lets a machine answer rows, minute after minute, from where it was put: no targets are used. */
export async function serve(ready: Ready, serving: Serving): Promise<Kept> {
  const { device, twin, calibration, rows, snapshot } = ready
  const { minutes: last, batch, window, threshold, slack, probes, way, seed } = serving
  const theta = ready.theta.slice()
  await device.state.restore(snapshot, theta)
  const watched = { twin, calibration, window, threshold, slack }
  let monitor = driftMonitor({ ...watched, recalibrate: way === 'compensated' ? 'refit' : 'report' })
  // Served rows are drawn anew: those of the training table, in another order.
  const served = shuffledLessons(rows.train, { seed: seed + 1, batch })
  const latest: Float64Array[] = []
  const minutes: Minute[] = []
  let parameters = calibration.parameters
  let [start, now, windows, recalibrations] = [Number.NaN, 0, 0, 0]
  let fired: Kept['fired']
  const step = async (): Promise<number> => {
    const { drive, rows: count } = served.next()
    const sense = new Float64Array(count * twin.width.sense)
    const receipt = await device.measure({ slots: count, drive: { kind: 'track', data: drive, hold: 1 } }, sense)
    const believed = await expected(twin, { theta, drive, rows: count, parameters })
    if (Number.isNaN(start)) start = receipt.startedAt
    now = (receipt.endedAt - start) / 60
    latest.push(drive)
    while ((latest.length - 1) * batch >= COMPENSATED_ROWS) latest.shift()
    const shown = { theta, drive, rows: count, sense, expected: believed, seconds: receipt.endedAt }
    const found = await monitor.observe(shown, parameters, device, {})
    for (const { kind } of found.news) {
      if (kind === 'drift') fired ??= { minute: now, accuracy: await look(ready) }
      if (kind === 'recalibrated') recalibrations++
    }
    if (found.parameters !== undefined) {
      parameters = found.parameters
      await settle(ready, monitor.calibration, theta, latest)
    }
    windows += 1 / window
    return residual(sense, believed, twin.width.sense, calibration.sigma).deviation ?? Number.NaN
  }
  let deviation = await step()
  minutes.push({ minute: 0, accuracy: await look(ready), deviation })
  while (minutes.length <= last) {
    deviation = await step()
    if (now >= minutes.length) minutes.push({ minute: now, accuracy: await look(ready), deviation })
  }
  const alarms = monitor.news.filter(({ kind }) => kind === 'drift').length
  // What comes of the re-calibrations at the end is none of these.
  const kept = { minutes, recalibrations, windows: Math.floor(windows), alarms, ...(fired && { fired }) }
  /** Machine, twin and parameters are put back as they were. */
  const restore = async (read: number): Promise<Restored> => {
    const before = await device.state.snapshot()
    monitor = driftMonitor({ ...watched, ...(read > 0 && { probes: { settings: read, reach: REACH, seed } }) })
    for (let n = 0; n * batch < SEEN_ROWS; n++) await step()
    monitor.recalibrate()
    await step()
    const explained = monitor.news.some(({ kind }) => kind === 'recalibrated')
    const accuracy = await look(ready)
    await device.state.restore(before, theta)
    parameters = calibration.parameters
    return { accuracy, explained }
  }
  const restored = way === 'unattended' ? { fromRows: await restore(0), withProbes: await restore(probes) } : undefined
  return { ...kept, ...(restored !== undefined && { restored }) }
}

/** Stores parameters at which the machine, as it is now calibrated, reads as it did at first. */
async function settle(ready: Ready, now: Calibration, theta: Float64Array, latest: readonly Float64Array[]) {
  const { device, twin, calibration } = ready
  const drive = Float64Array.from(latest.flatMap((one) => Array.from(one)))
  const wanted = { theta: ready.theta, parameters: calibration.parameters }
  const rows = drive.length / twin.width.drive
  theta.set(await compensate({ twin, wanted, now, theta, drive, rows, sheet: device.sheet }))
  await device.store(theta)
}
