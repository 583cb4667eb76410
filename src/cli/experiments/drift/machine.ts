import { uniformTheta } from '../../../../devices/index.ts'
import { mgdChip } from '../../../../sim/index.ts'
import { mgdChipTwin } from '../../../../sim/twins/mgd-chip.ts'
import { attach, type Device } from '../../../contract/device.ts'
import { adam } from '../../../optim/adam.ts'
import { cosine } from '../../../optim/schedule.ts'
import { chipInTheLoop } from '../../../rules/chip-in-the-loop.ts'
import { shuffledLessons } from '../../../rules/lessons.ts'
import { train } from '../../../rules/train.ts'
import { calibrateTwin } from '../../../twins/calibrate.ts'
import type { Calibration } from '../../../twins/calibration.ts'
import type { Twin } from '../../../twins/twin.ts'
import { score } from '../../train/score.ts'
import { answers } from '../chip-run.ts'
import { type YinYangRows, yinYangRows } from '../yin-yang/rows.ts'

export interface DriftMachine {
  readonly hidden: number
  readonly mismatch: number
  readonly noise: number
  /** Relative change of a gain per minute, spread over the parameters and common to all. */
  readonly drift: number
  readonly common: number
  /** Seconds of a slot. */
  readonly slot: number
  readonly epochs: number
  readonly batch: number
  readonly rate: number
  readonly rows: number
  readonly settings: number
  readonly seed: number
}

/** A chip that has learnt the yin-yang points, with its twin calibrated where it stands. */
export interface Ready {
  readonly device: Device<'state'>
  readonly twin: Twin
  readonly calibration: Calibration
  readonly theta: Float64Array
  readonly rows: YinYangRows
  /** Everything of the machine at that moment, its clock included. */
  readonly snapshot: Uint8Array
  /** Slots of training and of calibration. */
  readonly reads: number
}

/** Voltages of the inputs: the whole range of the drive port. */
const SWING = 2
/** Rows that a calibration reads at each of its settings. */
const PROBE_ROWS = 40
/** How far those settings go from what was learnt, as a part of the range: as far as a drift may lead. */
export const REACH = 0.02
const TEST_ROWS = 1000

/** Trains a chip by chip-in-the-loop with the twin as designed, then calibrates the twin around what it has learnt. */
export async function prepare(machine: DriftMachine): Promise<Ready> {
  const { hidden, mismatch, noise, drift, common, slot, epochs, batch, rate, settings, seed } = machine
  const spec = { layers: [4, hidden, 3], activation: 'sigmoid' } as const
  const gains = { gainDrift: drift / 60, gainDriftCommon: common / 60 }
  const imperfections = { weightGain: mismatch, activation: mismatch, readNoise: noise, ...gains }
  const device = attach(mgdChip({ ...spec, imperfections, slotSeconds: slot, seed }))
  const rows = yinYangRows(machine.rows, TEST_ROWS, SWING, seed)
  // Gains are what drifts: they are in the twin even where chips of this make have none of their own.
  const twin = mgdChipTwin(spec, {
    priors: { weightGain: Math.max(0.2, mismatch), weightOffset: 0, activation: mismatch },
  })
  const theta = uniformTheta(spec, -2, 2, seed)
  const lessons = shuffledLessons(rows.train, { seed, batch })
  const steps = epochs * Math.ceil(rows.train.rows / batch)
  let reads = 0
  const rule = chipInTheLoop({ twin, check: false })
  for await (const report of train(rule, device, theta, lessons, {
    optimizer: adam(cosine(rate, steps, rate / 20)),
    steps,
  }))
    reads = report.totalSlots
  const plan = { settings, rows: PROBE_ROWS, theta, reach: REACH, drive: rows.train.drive, seed }
  const { calibration, slots } = await calibrateTwin(twin, device, plan)
  return { device, twin, calibration, theta, rows, snapshot: await device.state.snapshot(), reads: reads + slots }
}

/** Share of test rows answered right, outside of the machine's time: it is put back as it was. */
export async function look({ device, rows }: Pick<Ready, 'device' | 'rows'>): Promise<number> {
  const before = await device.state.snapshot()
  const readings = new Float64Array(rows.test.rows * device.sheet.sense.width)
  await answers(device, rows.test, readings)
  await device.state.restore(before, new Float64Array(device.sheet.banks.reduce((sum, { width }) => sum + width, 0)))
  return score(readings, rows.test, rows.classes.length).accuracy
}
