import type { CheckedDevice } from '../../../contract/device.ts'
import type { Cost } from '../../../cost/cost.ts'
import type { Optimizer } from '../../../optim/optimizer.ts'
import { type ChipInTheLoopOptions, chipInTheLoop } from '../../../rules/chip-in-the-loop.ts'
import { shuffledLessons } from '../../../rules/lessons.ts'
import { train } from '../../../rules/train.ts'
import { expected } from '../../../twins/ask.ts'
import type { FittedTwin } from '../../../twins/calibration.ts'
import { residual } from '../../../twins/residual.ts'
import { startParameters } from '../../../twins/twin.ts'
import type { Rows } from '../../tasks/task.ts'
import { answers } from '../chip-run.ts'

export interface Learning {
  readonly device: CheckedDevice
  readonly fitted: FittedTwin
  /** Where it begins; updated in place. */
  readonly theta: Float64Array
  readonly rows: { readonly train: Rows; readonly test: Rows }
  readonly cost: Cost
  readonly optimizer: Optimizer
  readonly epochs: number
  readonly batch: number
  /** Draws the order of rows. */
  readonly seed: number
  /** Share of rows answered right. */
  accuracy(readings: Float64Array, rows: Rows): number
  /** See `ChipInTheLoopOptions`. */
  readonly check?: ChipInTheLoopOptions['check']
}

/** How it went. */
export interface Learned {
  /** Accuracy on the test rows after every epoch. */
  readonly curve: readonly number[]
  /** Slots measured by the rule; looks at the test rows are not among them. */
  readonly reads: number
}

/** Trains a machine by chip-in-the-loop in minibatches and looks at the test rows after every epoch. */
export async function learn(learning: Learning): Promise<Learned> {
  const { device, fitted, theta, rows, cost, optimizer, epochs, batch, seed, accuracy, check } = learning
  const rule = chipInTheLoop({ ...fitted, cost, ...(check !== undefined && { check }) })
  const perEpoch = Math.ceil(rows.train.rows / batch)
  const lessons = shuffledLessons(rows.train, { seed, batch: Math.min(batch, rows.train.rows), last: 'short' })
  const curve: number[] = []
  let reads = 0
  for await (const report of train(rule, device, theta, lessons, { optimizer, steps: epochs * perEpoch })) {
    reads = report.totalSlots
    if (report.step % perEpoch === 0) curve.push(accuracy(await readingsOf(device, rows.test), rows.test))
  }
  return { curve, reads }
}

/** Share of test rows answered right with these parameters stored. */
export async function stored(
  { rows, accuracy }: Pick<Learning, 'rows' | 'accuracy'>,
  device: CheckedDevice,
  theta: Float64Array,
): Promise<number> {
  await device.store(theta)
  return accuracy(await readingsOf(device, rows.test), rows.test)
}

/** Residual of a twin on the test rows with these parameters stored. */
export async function twinResidual(
  { twin, calibration }: FittedTwin,
  device: CheckedDevice,
  theta: Float64Array,
  rows: Rows,
): Promise<number> {
  await device.store(theta)
  const parameters = calibration?.parameters ?? startParameters(twin)
  const believed = await expected(twin, { theta, drive: rows.drive, rows: rows.rows, parameters })
  return residual(await readingsOf(device, rows), believed, twin.width.sense).residual
}

async function readingsOf(device: CheckedDevice, rows: Rows): Promise<Float64Array> {
  const readings = new Float64Array(rows.rows * device.sheet.sense.width)
  await answers(device, rows, readings)
  return readings
}
