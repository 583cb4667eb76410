import * as v from 'valibot'
import { type ChipSpec, paperSpec, uniformTheta } from '../../../devices/index.ts'
import { latticeTwin, mgdChipTwin, thzEncoderTwin, waveTwin } from '../../../sim/index.ts'
import type { CheckedDevice } from '../../contract/device.ts'
import { paramCount, safeTheta } from '../../contract/sheet.ts'
import { crossEntropy } from '../../cost/cross-entropy.ts'
import { meanSquaredError } from '../../cost/mean-squared-error.ts'
import { shareCrossEntropy } from '../../cost/share-cross-entropy.ts'
import { adam } from '../../optim/adam.ts'
import { cosine } from '../../optim/schedule.ts'
import { sgd } from '../../optim/sgd.ts'
import type { EncoderTask, LatticeTask, Task, TaskData, WaveTask } from '../tasks/task.ts'
import type { JobOptions } from './job-options.ts'
import type { TrainingPlan } from './plan.ts'
import { publishedOptimizer } from './published-optimizer.ts'
import { largestScore, score, sizeScore, waveScore } from './score.ts'
import { twinPlan } from './twin-plan.ts'

/** Rows per update on a chip, and the rate of Adam, falling to a tenth. */
const CHIP = { batch: 16, rate: 0.05 }

/** The same for patterns. */
const ENCODER = { batch: 32, rate: 0.05 }

/** Part of the reads of MGD that is enough where slopes are known. */
export const SHARE = 0.13

/** Chip-in-the-loop on a chip or its firmware: the network as designed, end to end where it has no taps. */
export function chipTwinPlan(task: Task, data: TaskData, device: CheckedDevice, options: JobOptions): TrainingPlan {
  const { layers, activation, initial, reads } = task.settings
  const spec: ChipSpec = { layers, activation }
  const { batch, rate } = CHIP
  return twinPlan(
    {
      ...{
        device,
        data,
        batch,
        score,
        cost: meanSquaredError,
        calibrate: options.calibrate,
        calibrations: options.calibrations,
      },
      twin: mgdChipTwin(spec),
      // Further out neurons are at the ends of their curves and tell nothing.
      reach: 0.15,
      theta: uniformTheta(spec, initial[0], initial[1], options.seed),
      optimizer: (steps) => adam(cosine(rate, steps, rate / 10)),
      settings: { layers, activation, initial, rate },
    },
    { seed: options.seed, reads: options.reads ?? SHARE * reads },
  )
}

/** Chip-in-the-loop on the paper's lattice at finite strain. */
export function latticeTwinPlan(
  task: LatticeTask,
  data: TaskData,
  device: CheckedDevice,
  options: JobOptions,
): TrainingPlan {
  const { alpha, epsilon, beta, batch, floor, reads } = task.settings
  const cost = shareCrossEntropy({ floor })
  return twinPlan(
    {
      ...{
        device,
        data,
        batch,
        cost,
        score: sizeScore(cost),
        calibrate: options.calibrate,
        calibrations: options.calibrations,
      },
      twin: latticeTwin(paperSpec(task), { strain: 'finite', misalignment: 0.01 }),
      reach: 1,
      theta: safeTheta(device.sheet),
      optimizer: () => publishedOptimizer(device.sheet, { alpha, epsilon, beta }),
      settings: { alpha, epsilon, beta, floor },
    },
    { seed: options.seed, reads: options.reads ?? reads / 3 },
  )
}

/** Chip-in-the-loop on the task's field of waves, one row an update; end to end. */
export function waveTwinPlan(task: WaveTask, data: TaskData, device: CheckedDevice, options: JobOptions): TrainingPlan {
  const { cost, answer, rate, lastRate, reads } = task.settings
  const asRun = v.safeParse(RUN, device.sheet.settings)
  return twinPlan(
    {
      ...{
        device,
        data,
        cost,
        batch: 1,
        score: waveScore(cost, answer),
        calibrate: options.calibrate,
        calibrations: options.calibrations,
      },
      twin: waveTwin({ ...task.machine, ...(asRun.success && asRun.output) }),
      reach: 0.1,
      theta: task.start(options.seed),
      optimizer: (steps) => sgd(cosine(rate, steps, lastRate)),
      settings: { answer, rate, lastRate },
    },
    { seed: options.seed, reads: options.reads ?? reads / 4 },
  )
}

/** Chip-in-the-loop on the patterns of a THz encoder. */
export function encoderTwinPlan(
  task: EncoderTask,
  data: TaskData,
  device: CheckedDevice,
  options: JobOptions,
): TrainingPlan {
  const { gain, reads } = task.settings
  const { batch, rate } = ENCODER
  const cost = crossEntropy({ gain })
  return twinPlan(
    {
      ...{
        device,
        data,
        cost,
        batch,
        score: largestScore(cost, 1),
        calibrate: options.calibrate,
        calibrations: options.calibrations,
      },
      twin: thzEncoderTwin(task.machine),
      reach: 0.5,
      // Half of the light everywhere: every reading is zero.
      theta: new Float64Array(paramCount(device.sheet)),
      optimizer: (steps) => adam(cosine(rate, steps, rate / 10)),
      settings: { gain, rate },
    },
    { seed: options.seed, reads: options.reads ?? SHARE * reads },
  )
}

/** How long a wave runs, which may have been changed on a simulated field. */
const RUN = v.object({ time: v.number(), step: v.number() })
