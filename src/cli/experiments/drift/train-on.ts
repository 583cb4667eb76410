import { adam } from '../../../optim/adam.ts'
import { chipInTheLoop } from '../../../rules/chip-in-the-loop.ts'
import { shuffledLessons } from '../../../rules/lessons.ts'
import { train } from '../../../rules/train.ts'
import { driftMonitor } from '../../../twins/drift.ts'
import { look, type Ready } from './machine.ts'
import type { Kept, Minute, Serving } from './serve.ts'

/** Trains on, minute after minute, with the twin as it was calibrated or as the monitor re-calibrates it on the way. */
export async function trainOn(
  ready: Ready,
  training: Omit<Serving, 'way' | 'probes'> & { readonly monitored: boolean; readonly rate: number },
): Promise<Kept> {
  const { device, twin, calibration, rows, snapshot } = ready
  const { minutes: last, batch, window, threshold, slack, monitored, rate, seed } = training
  const theta = ready.theta.slice()
  await device.state.restore(snapshot, theta)
  const monitor = driftMonitor({
    ...{ twin, calibration, window, threshold, slack },
    recalibrate: monitored ? 'refit' : 'report',
  })
  const lessons = shuffledLessons(rows.train, { seed: seed + 1, batch })
  const minutes: Minute[] = []
  let recalibrations = 0
  let fired: Kept['fired']
  const perMinute = 60 / (device.sheet.slotSeconds * batch)
  let looked = 0
  for await (const report of train(
    chipInTheLoop({ twin, calibration, check: false, monitor }),
    device,
    theta,
    lessons,
    {
      optimizer: adam(rate),
    },
  )) {
    const now = report.totalSlots / (perMinute * batch)
    const deviation = report.health?.twinDeviation ?? Number.NaN
    for (const { kind } of report.news ?? []) {
      if (kind === 'drift') fired ??= { minute: now, accuracy: await look(ready) }
      if (kind === 'recalibrated') recalibrations++
    }
    if (now < looked && report.step > 1) continue
    minutes.push({ minute: now, accuracy: await look(ready), deviation })
    looked++
    if (minutes.length > last) break
  }
  const alarms = monitor.news.filter(({ kind }) => kind === 'drift').length
  return { minutes, recalibrations, windows: 0, alarms, ...(fired && { fired }) }
}
