import { type ChipSpec, uniformTheta } from '../../../devices/index.ts'
import type { CheckedDevice } from '../../contract/device.ts'
import { meanSquaredError } from '../../cost/mean-squared-error.ts'
import { adam } from '../../optim/adam.ts'
import type { Optimizer } from '../../optim/optimizer.ts'
import { cosine } from '../../optim/schedule.ts'
import { childSeed } from '../../random/draws.ts'
import { STREAM } from '../../random/streams.ts'
import { requireFit } from '../../rules/fit.ts'
import { type ResumableLessons, shuffledLessons } from '../../rules/lessons.ts'
import { mgd } from '../../rules/mgd.ts'
import { mgdOnChip } from '../../rules/mgd-on-chip.ts'
import type { Rule } from '../../rules/rule.ts'
import { type StepReport, train } from '../../rules/train.ts'
import type { Task, TaskData } from '../tasks/task.ts'
import { type Scorer, score } from './score.ts'

/** What a training run is made of, before it starts. */
export interface TrainingPlan {
  readonly theta: Float64Array
  readonly lessons: ResumableLessons
  readonly steps: number
  /** Slots of one step. */
  readonly slotsPerStep: number
  /** How answers are judged. */
  readonly score: Scorer
  readonly settings: Readonly<Record<string, unknown>>
  /** What is measured before training begins; its slots count as reads. */
  prepare?(signal: AbortSignal): Promise<Prepared>
  /** Makes `theta` and what the machine holds the same, where a step does not: one moves itself, another is stored late. */
  look?(signal: AbortSignal): Promise<void>
  /** Optimizer and rule as they stand after `step` steps, for a checkpoint. */
  save(step: number): { readonly optimizer: unknown; readonly rule: unknown }
  run(signal: AbortSignal): AsyncGenerator<StepReport, void>
}

export interface Prepared {
  readonly slots: number
  /** One line for people. */
  readonly words: string
  /** For the record. */
  readonly event: Readonly<Record<string, unknown>>
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
  const { onChip: _, reads: __, ...settings } = task.settings
  return {
    theta,
    lessons,
    steps,
    slotsPerStep,
    score,
    settings: {
      rule: rule.name,
      optimizer: optimizer.name,
      cost: meanSquaredError.name,
      ...settings,
      steps,
      tauP: 1,
      tauX: codesPerSample,
      tauTheta,
    },
    save: (step) => ({ optimizer: optimizer.save(), rule: { codeSeed, nextCode: step * tauTheta } }),
    run: (signal) => train(rule, device, theta, lessons, { optimizer, steps, signal }),
  }
}

/** Samples handed to the machine at once. */
const SAMPLES = 16

/** MGD on the machine itself: the host hands over samples. Throws `CAPABILITY` if the machine cannot learn. */
export function onChipPlan(task: Task, data: TaskData, device: CheckedDevice, options: PlanOptions): TrainingPlan {
  const { layers, activation, initial, amplitude, onChip, reference } = task.settings
  const { rate, codesPerSample, updateEvery } = onChip
  // A baseline for every sample, and another one after every update.
  const baselines = SAMPLES * Math.max(1, codesPerSample / updateEvery)
  const slotsPerStep = SAMPLES * codesPerSample + baselines
  const steps = Math.max(1, Math.ceil(options.reads / slotsPerStep))
  const codeSeed = childSeed(options.seed, STREAM.codeSeeds, 0)
  const rule = mgdOnChip({
    seed: codeSeed,
    amplitudes: amplitude,
    rate,
    tauX: codesPerSample,
    tauTheta: updateEvery,
    samples: SAMPLES,
  })
  const fit = requireFit(rule, device, [mgd({ seed: codeSeed, amplitudes: amplitude })])
  const lessons = shuffledLessons(data.train, { seed: options.seed })
  const theta = initialTheta(task, options.seed)
  return {
    theta,
    lessons,
    steps,
    slotsPerStep,
    score,
    settings: {
      rule: rule.name,
      cost: meanSquaredError.name,
      ...{ layers, activation, initial, amplitude, rate, reference, steps },
      tauP: 1,
      tauX: codesPerSample,
      tauTheta: updateEvery,
    },
    save: (step) => ({ optimizer: null, rule: { codeSeed, nextCode: step * SAMPLES * codesPerSample } }),
    run: (signal) => train(rule, fit, theta, lessons, { steps, signal }),
  }
}

function initialTheta(task: Task, seed: number): Float64Array {
  const { layers, activation, initial } = task.settings
  const spec: ChipSpec = { layers, activation }
  return uniformTheta(spec, initial[0], initial[1], seed)
}
