import type { CheckedDevice } from '../../contract/device.ts'
import type { Cost } from '../../cost/cost.ts'
import type { Optimizer } from '../../optim/optimizer.ts'
import { chipInTheLoop } from '../../rules/chip-in-the-loop.ts'
import { shuffledLessons } from '../../rules/lessons.ts'
import { train } from '../../rules/train.ts'
import { CalibrationCache } from '../../run/index.ts'
import { calibrationKey } from '../../twins/cache.ts'
import { calibrateTwin } from '../../twins/calibrate.ts'
import type { Calibration } from '../../twins/calibration.ts'
import { type DriftMonitor, driftMonitor } from '../../twins/drift.ts'
import type { Twin } from '../../twins/twin.ts'
import { provenance } from '../provenance.ts'
import type { TaskData } from '../tasks/task.ts'
import type { Calibrating } from './job-options.ts'
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
  /** Takes the twin's own parameters as they were measured, and watches for drift while training goes on; none: as designed. */
  readonly calibrate: Calibrating
  /** How far a calibration goes from the start, as a part of the range of the parameters. */
  readonly reach: number
  readonly settings: Readonly<Record<string, unknown>>
  /** Folder in which calibrations are kept. */
  readonly calibrations: string
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
  let monitor: DriftMonitor | undefined
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
      // The monitor may have moved them since the calibration.
      rule: monitor === undefined ? {} : { parameters: [...monitor.calibration.parameters] },
    }),
    ...(calibrate !== 'none' && {
      async prepare(signal: AbortSignal) {
        let slots = 0
        const cache = new CalibrationCache(parts.calibrations)
        const measure = async () => {
          const plan = { ...CALIBRATION, seed, theta, reach, drive: data.train.drive }
          const measured = await calibrateTwin(twin, device, plan, { signal })
          slots = measured.slots
          return measured.calibration
        }
        // Another start, reach or seed measures elsewhere.
        const probes = Object.values({ ...CALIBRATION, reach, seed }).join(' ')
        const key = calibrationKey(twin, device.sheet, `${codeVersion()}, probes ${probes}`)
        const kept = calibrate === 'kept' ? await cache.obtain(twin, key, measure) : undefined
        calibration = kept?.calibration ?? (await measure())
        if (kept === undefined) cache.write(key, calibration)
        const file = cache.path(key)
        const how = kept?.cached === true ? `as kept in ${file}` : `${slots} reads, kept in ${file}`
        const { residual, undetermined, parameters } = calibration
        const vague = `${undetermined.length} of ${parameters.length} parameters are hardly determined`
        return {
          slots,
          words: `twin ${twin.name} calibrated, ${how}: residual ${residual.toPrecision(2)} of the spread, ${vague}`,
          event: { twin: twin.name, file, slots, residual, undetermined, parameters: [...parameters] },
        }
      },
    }),
    run(signal) {
      const fitted = { twin, ...(calibration !== undefined && { calibration }) }
      monitor = calibration && driftMonitor({ twin, calibration, recalibrate: 'refit' })
      const rule = chipInTheLoop({ ...fitted, cost, ...(monitor && { monitor }) })
      return train(rule, device, theta, lessons, { optimizer, steps, signal })
    },
  }
}

/** Release and revision of this program: another one may measure or model a machine differently. */
function codeVersion(): string {
  const { versions, git } = provenance()
  return [versions.insitu, git?.revision, ...(git?.dirty === true ? ['changed'] : [])].filter(Boolean).join(' ')
}
