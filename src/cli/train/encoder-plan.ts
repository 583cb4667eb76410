import { thzEncoder } from '../../../sim/index.ts'
import { attach, type CheckedDevice } from '../../contract/device.ts'
import { nameOf, paramCount } from '../../contract/sheet.ts'
import { crossEntropy } from '../../cost/cross-entropy.ts'
import { InsituError } from '../../errors.ts'
import { adam } from '../../optim/adam.ts'
import { cosine } from '../../optim/schedule.ts'
import { childSeed } from '../../random/draws.ts'
import { STREAM } from '../../random/streams.ts'
import { requireFit } from '../../rules/fit.ts'
import { shuffledLessons } from '../../rules/lessons.ts'
import { mgd } from '../../rules/mgd.ts'
import { train } from '../../rules/train.ts'
import { RULES } from '../rules.ts'
import type { EncoderTask, TaskData } from '../tasks/task.ts'
import { evaluate } from './evaluate.ts'
import type { JobOptions } from './job-options.ts'
import type { PlanOptions, TrainingPlan } from './plan.ts'
import { largestScore, type Score } from './score.ts'
import { encoderTwinPlan, SHARE } from './twin-plans.ts'

/** MGD on the patterns of a THz encoder, wherever it is. Throws `SHAPE` if its scenes or patterns are not those of the task. */
export function encoderPlan(
  task: EncoderTask,
  data: TaskData,
  device: CheckedDevice,
  { seed, reads }: PlanOptions,
): TrainingPlan {
  const { gain, amplitude, codesPerSample, samplesPerUpdate, rate, lastRate } = task.settings
  checkScenes(task, device)
  const cost = crossEntropy({ gain })
  const tauTheta = codesPerSample * samplesPerUpdate
  const slotsPerStep = samplesPerUpdate * (codesPerSample + 1)
  const steps = Math.max(1, Math.ceil(reads / slotsPerStep))
  const codeSeed = childSeed(seed, STREAM.codeSeeds, 0)
  const rule = mgd({ seed: codeSeed, amplitudes: amplitude, tauX: codesPerSample, tauTheta, cost })
  const fit = requireFit(rule, device, RULES)
  const optimizer = adam(cosine(rate, steps, lastRate))
  const lessons = shuffledLessons(data.train, { seed })
  // Half of the light everywhere: every reading is zero.
  const theta = new Float64Array(paramCount(device.sheet))
  return {
    theta,
    lessons,
    steps,
    slotsPerStep,
    score: largestScore(cost, 1),
    settings: {
      rule: rule.name,
      optimizer: optimizer.name,
      cost: cost.name,
      ...task.settings,
      steps,
      tauP: 1,
      tauX: codesPerSample,
      tauTheta,
    },
    save: (step) => ({ optimizer: optimizer.save(), rule: { codeSeed, nextCode: step * tauTheta } }),
    run: (signal) => train(rule, fit, theta, lessons, { optimizer, steps, signal }),
  }
}

/** The patterns of an encoder without noise or faults, in this process, by slopes of its twin, which need fewer reads. */
export async function encoderReference(task: EncoderTask, data: TaskData, options: JobOptions): Promise<Score> {
  await using device = attach(thzEncoder(task.machine))
  const plan = encoderTwinPlan(task, data, device, {
    ...options,
    calibrate: 'none',
    reads: options.rule === 'chip-in-the-loop' || options.reads === undefined ? options.reads : SHARE * options.reads,
  })
  const { signal } = new AbortController()
  for await (const _report of plan.run(signal));
  return evaluate(device, data.test, data.classes.length, plan.score, signal)
}

function checkScenes({ machine: { pixels, patterns } }: EncoderTask, { sheet }: CheckedDevice): void {
  const { drive, sense } = sheet
  if (drive.width === pixels ** 2 && sense.width === patterns && paramCount(sheet) === patterns * pixels ** 2) return
  throw new InsituError(
    'SHAPE',
    `${nameOf(sheet)} takes scenes of ${drive.width} pixels and gives ${sense.width} readings; the task wants ${pixels} x ${pixels} and ${patterns}`,
    { device: sheet.machine, hint: 'start the encoder with the scenes and patterns of the task' },
  )
}
