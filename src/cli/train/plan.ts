import { type ChipSpec, uniformTheta } from '../../../devices/index.ts'
import type { CheckedDevice } from '../../contract/device.ts'
import { meanSquaredError } from '../../cost/mean-squared-error.ts'
import { adam } from '../../optim/adam.ts'
import type { Optimizer } from '../../optim/optimizer.ts'
import { cosine } from '../../optim/schedule.ts'
import { childSeed } from '../../random/draws.ts'
import { STREAM } from '../../random/streams.ts'
import { type ResumableLessons, shuffledLessons } from '../../rules/lessons.ts'
import { mgd } from '../../rules/mgd.ts'
import type { Rule } from '../../rules/rule.ts'
import { type StepReport, train } from '../../rules/train.ts'
import type { Task, TaskData } from '../tasks/task.ts'

/** What a training run is made of, before it starts. */
export interface TrainingPlan {
  readonly theta: Float64Array
  readonly lessons: ResumableLessons
  readonly steps: number
  /** Slots of one step. */
  readonly slotsPerStep: number
  readonly settings: Readonly<Record<string, unknown>>
  /** Optimizer and rule as they stand after `step` steps, for a checkpoint. */
  save(step: number): { readonly optimizer: unknown; readonly rule: unknown }
  run(signal: AbortSignal): AsyncGenerator<StepReport, void>
}

export interface PlanOptions {
  readonly seed: number
  readonly reads: number
}

/** MGD with the rule on the host: the machine perturbs itself from a seed and is read in bursts. */
export function hostPlan(task: Task, data: TaskData, device: CheckedDevice, options: PlanOptions): TrainingPlan {
  const { amplitude, codesPerSample, samplesPerUpdate, rate, lastRate } = task.settings
  const tauTheta = codesPerSample * samplesPerUpdate
  // One baseline per sample beside its perturbed readings.
  const slotsPerStep = samplesPerUpdate * (codesPerSample + 1)
  const steps = Math.max(1, Math.ceil(options.reads / slotsPerStep))
  const codeSeed = childSeed(options.seed, STREAM.codeSeeds, 0)
  const optimizer: Optimizer = adam(cosine(rate, steps, lastRate))
  const rule: Rule<never, unknown> = mgd({ seed: codeSeed, amplitudes: amplitude, tauX: codesPerSample, tauTheta })
  const lessons = shuffledLessons(data.train, { seed: options.seed })
  const theta = initialTheta(task, options.seed)
  return {
    theta,
    lessons,
    steps,
    slotsPerStep,
    settings: {
      ...task.settings,
      rule: rule.name,
      optimizer: optimizer.name,
      cost: meanSquaredError.name,
      steps,
      tauP: 1,
      tauX: codesPerSample,
      tauTheta,
    },
    save: (step) => ({ optimizer: optimizer.save(), rule: { codeSeed, nextCode: step * tauTheta } }),
    run: (signal) => train(rule, device, theta, lessons, { optimizer, steps, signal }),
  }
}

function initialTheta(task: Task, seed: number): Float64Array {
  const { layers, activation, initial } = task.settings
  const spec: ChipSpec = { layers, activation }
  return uniformTheta(spec, initial[0], initial[1], seed)
}
