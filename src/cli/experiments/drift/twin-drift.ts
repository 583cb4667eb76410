import { experiment } from '../experiment.ts'
import { real, type Values, volts, whole } from '../settings.ts'
import { mean } from '../statistics.ts'
import { accuracyFigure, deviationFigure, type Ways } from './figures.ts'
import { prepare } from './machine.ts'
import { type Kept, type Restored, serve } from './serve.ts'
import { trainOn } from './train-on.ts'

const SETTINGS = {
  drift: real(0.01, 'spread of the relative change of a gain per minute, each its own way'),
  common: real(0, 'relative change of every gain per minute, the same for all', Number.NEGATIVE_INFINITY),
  minutes: whole(30, 'how long the machine serves, or is trained on, by its own clock'),
  slot: real(0.01, 'time of one reading, s'),
  batch: whole(50, 'rows of one step'),
  window: whole(20, 'steps that the monitor judges together'),
  threshold: real(1e-4, 'share of windows in which a machine that does not drift may be called drifting'),
  slack: real(0.5, 'part by which the variance of a reading may grow before that counts as drift'),
  probes: whole(8, 'settings beside the parameters that the re-calibration at the end reads, 32 rows at each'),
  noise: volts(0.005, 'standard deviation of one reading, V'),
  mismatch: real(0.1, 'deviation of the gain of every stored parameter and of the four constants of every neuron'),
  hidden: whole(20, 'hidden neurons: the chip is 4-hidden-3'),
  train: whole(5000, 'yin-yang points to train with; 1,000 others are the test'),
  epochs: whole(5, 'passes over them before the machine serves'),
  rate: real(0.1, 'first rate of Adam in them'),
  laterRate: real(0.005, 'rate of Adam where the machine is trained on'),
  settings: whole(24, 'settings of the parameters that the twin is calibrated at, before the machine serves'),
  seeds: whole(3, 'machines, each with its own mismatch and drift'),
} as const

/** Ways of keeping a drifting machine, as figures and metrics call them. */
const WAYS = {
  unattended: 'served, nothing done',
  compensated: 'served, re-calibrated and compensated',
  trainedStale: 'trained on, twin as it was',
  trainedRecalibrated: 'trained on, twin re-calibrated',
} as const

type Way = keyof typeof WAYS

export const twinDrift = experiment({
  name: 'twin-drift',
  summary: 'gains of a chip that has learnt drift: when the monitor tells, and what re-calibration is worth',
  source:
    'the claim is that at 1 % per minute the monitor fires before the accuracy has lost 2 points, and that re-calibration restores it without stopping the run',
  settings: SETTINGS,
  short: {
    ...{ drift: 0.03, minutes: 2, seeds: 1, hidden: 6, train: 1000, epochs: 2, settings: 6 },
    slot: 0.04,
    window: 10,
  },
  async run(settings, { seed, progress, figure }) {
    const runs: Record<Way, Kept[]> = { unattended: [], compensated: [], trainedStale: [], trainedRecalibrated: [] }
    const quiet: Kept[] = []
    const reads: number[] = []
    for (let n = 0; n < settings.seeds; n++) {
      const told = (way: Way, kept: Kept) => {
        runs[way].push(kept)
        progress(`seed ${seed + n}: ${WAYS[way]}: ${course(kept)}`)
      }
      const machine = { ...settings, rows: settings.train, seed: seed + n }
      const ready = await prepare(machine)
      await using _ = ready.device
      reads.push(ready.reads)
      told('unattended', await serve(ready, { ...machine, way: 'unattended' }))
      told('compensated', await serve(ready, { ...machine, way: 'compensated' }))
      const training = { ...machine, rate: settings.laterRate }
      told('trainedStale', await trainOn(ready, { ...training, monitored: false }))
      told('trainedRecalibrated', await trainOn(ready, { ...training, monitored: true }))
      const still = await prepare({ ...machine, drift: 0, common: 0 })
      await using __ = still.device
      quiet.push(await serve(still, { ...machine, way: 'watched' }))
      progress(`seed ${seed + n}: without drift: ${quiet[n].alarms} false alarms in ${quiet[n].windows} windows`)
    }
    const named: Ways = Object.fromEntries(Object.entries(runs).map(([way, all]) => [WAYS[way as Way], all]))
    const { firedAtMinute } = firing(runs.unattended)
    figure(accuracyFigure(named, firedAtMinute ?? undefined))
    figure(deviationFigure(named))
    const end = (of: 'accuracy' | 'deviation') => (all: readonly Kept[]) => mean(all.map((one) => lastOf(one)[of]))
    return {
      ...firing(runs.unattended),
      ...losses(runs.unattended),
      accuracyEnd: by(runs, end('accuracy')),
      accuracyEndPerSeed: by(runs, (all) => all.map((one) => lastOf(one).accuracy)),
      accuracyRestored: restoring(runs.unattended),
      deviationEnd: by(runs, end('deviation')),
      recalibrations: by(runs, (all) => mean(all.map((one) => one.recalibrations))),
      falseAlarms: total(quiet.map(({ alarms }) => alarms)),
      quietWindows: total(quiet.map(({ windows }) => windows)),
      readsBefore: mean(reads),
    }
  },
})

export type DriftSettings = Values<typeof SETTINGS>

/** When the monitor fired and what had been lost by then; null where it did not on every machine. */
function firing(all: readonly Kept[]) {
  const fired = all.flatMap(({ fired: one, minutes: [start] }) => (one ? [{ ...one, start: start.accuracy }] : []))
  const known = fired.length === all.length
  const lost = fired.map(({ accuracy, start }) => 100 * (start - accuracy))
  return {
    accuracyStart: mean(all.map(({ minutes: [start] }) => start.accuracy)),
    firedAtMinute: known ? mean(fired.map(({ minute }) => minute)) : null,
    firedLatest: known ? Math.max(...fired.map(({ minute }) => minute)) : null,
    accuracyAtFiring: known ? mean(fired.map(({ accuracy }) => accuracy)) : null,
    pointsLostAtFiring: known ? Math.max(...lost) : null,
    missed: all.length - fired.length,
  }
}

/** Accuracy after one re-calibration of a machine that nobody had attended to, machine by machine: a mean would hide failures. */
function restoring(all: readonly Kept[]) {
  const restored = all.flatMap((one) => one.restored ?? [])
  return {
    fromRows: restored.map(({ fromRows }) => fromRows),
    withProbes: restored.map(({ withProbes }) => withProbes),
  }
}

/** Minute at which a machine that nobody attends to has lost 2 points, for each; null where it has not by the end. */
function losses(all: readonly Kept[]) {
  return {
    minuteOfTwoPointsLost: all.map(({ minutes }) => {
      const [start] = minutes
      return minutes.find(({ accuracy }) => start.accuracy - accuracy >= 0.02)?.minute ?? null
    }),
  }
}

function by<T>(runs: Record<Way, readonly Kept[]>, what: (all: readonly Kept[]) => T) {
  return Object.fromEntries(Object.entries(runs).map(([way, all]) => [way, what(all)]))
}

function lastOf({ minutes }: Kept) {
  return minutes[minutes.length - 1]
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0)
}

function course(kept: Kept): string {
  const { minutes, fired, recalibrations, restored } = kept
  const share = (value: number) => `${(100 * value).toFixed(1)} %`
  const when = fired ? `, fired at ${fired.minute.toFixed(2)} min with ${share(fired.accuracy)}` : ''
  const late = ({ accuracy, explained }: Restored) => `${share(accuracy)}${explained ? '' : ' (not explained)'}`
  const back =
    restored === undefined
      ? ''
      : `, then ${late(restored.fromRows)} from rows, ${late(restored.withProbes)} with probes`
  return `${share(minutes[0].accuracy)} to ${share(lastOf(kept).accuracy)}${when}, ${recalibrations} re-calibrations${back}`
}
