import type { CheckedDevice } from '../../contract/device.ts'
import type { Cost } from '../../cost/cost.ts'
import type { Optimizer } from '../../optim/optimizer.ts'
import { chipInTheLoop } from '../../rules/chip-in-the-loop.ts'
import { shuffledLessons } from '../../rules/lessons.ts'
import { train } from '../../rules/train.ts'
import { calibrateTwin } from '../../twins/calibrate.ts'
import type { Calibration } from '../../twins/calibration.ts'
import { driftMonitor } from '../../twins/drift.ts'
import type { Twin } from '../../twins/twin.ts'
import type { TaskData } from '../tasks/task.ts'
import type { PlanOptions, TrainingPlan } from './plan.ts'
import type { Scorer } from './score.ts'

/** How a machine and a task are joined by a twin. */
export interface TwinPlanParts {
  readonly device: CheckedDevice
  readonly data: TaskData
  readonly twin: Twin
  readonly cost: Cost
  /** The start. */
  readonly theta: Float64Array
  optimizer(steps: number): Optimizer
  /** Rows per update; each is read once. */
  readonly batch: number
  readonly score: Scorer
  /** Measures what the twin's own parameters are before training, and watches for drift while it goes on. */
  readonly calibrate: boolean
  /** How far a calibration goes from the start, as a part of the range of the parameters. */
  readonly reach: number
  readonly settings: Readonly<Record<string, unknown>>
}

/** Settings of the parameters and rows at each that a calibration takes. */
const CALIBRATION = { settings: 16, rows: 32 }

/** Chip-in-the-loop on any machine that has a twin: readings from the machine, slopes from the twin. */
export function twinPlan(parts: TwinPlanParts, { seed, reads }: PlanOptions): TrainingPlan {
  const { device, data, twin, cost, theta, batch, score, calibrate, reach } = parts
  const steps = Math.max(1, Math.ceil(reads / batch))
  const lessons = shuffledLessons(data.train, { seed, batch })
  const optimizer = parts.optimizer(steps)
  let calibration: Calibration | undefined
  return {
    theta,
    lessons,
    steps,
    slotsPerStep: batch,
    score,
    settings: {
      rule: 'chip-in-the-loop',
      twin: twin.name,
      optimizer: optimizer.name,
      cost: cost.name,
      ...{ batch, steps, calibrate },
      ...parts.settings,
    },
    save: () => ({
      optimizer: optimizer.save(),
      rule: calibration === undefined ? {} : { parameters: [...calibration.parameters] },
    }),
    async *run(signal) {
      if (calibrate) {
        const plan = { ...CALIBRATION, seed, theta, reach, drive: data.train.drive }
        calibration = (await calibrateTwin(twin, device, plan, { signal })).calibration
      }
      const fitted = { twin, ...(calibration !== undefined && { calibration }) }
      const monitor = calibration && { monitor: driftMonitor({ twin, calibration, recalibrate: 'refit' }) }
      const rule = chipInTheLoop({ ...fitted, cost, ...monitor })
      yield* train(rule, device, theta, lessons, { optimizer, steps, signal })
    },
  }
}
