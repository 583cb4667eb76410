import type { CheckedDevice } from '../../../contract/device.ts'
import type { Cost } from '../../../cost/cost.ts'
import type { LessonTable } from '../../../rules/lessons.ts'
import type { Lesson, LessonSource } from '../../../rules/rule.ts'
import type { StepReport } from '../../../rules/train.ts'

/** What a rule is given to train. */
export interface Trainee {
  readonly device: CheckedDevice
  /** The start; moved in place. */
  readonly theta: Float64Array
  /** Rows of the task, so many a lesson. */
  lessons(batch: number): LessonSource
  readonly seed: number
  /** Part of the rule's usual reads that is to be spent. */
  readonly effort: number
}

export interface Training {
  readonly run: AsyncGenerator<StepReport>
  /** Updates whose gradients are added up to see where they point, default 1: more where one update hardly measures. */
  readonly aligned?: number
  /** Brings theta up to what the machine holds, where the machine moves itself and the rule does not follow. */
  look?(): Promise<void>
}

/** How one rule is set for one machine. */
export type Trainer = (trainee: Trainee) => Training

/** A machine with a task, and how each rule that fits is set for it. */
export interface RuleBench {
  readonly device: string
  /** One line: machine, imperfections, task. */
  readonly task: string
  /** The same machine in its first state. */
  open(): CheckedDevice
  start(): Float64Array
  readonly table: LessonTable
  readonly cost: Cost
  /** Share of held-out rows answered right, by a machine that holds its parameters; absent where nothing is classified. */
  accuracy?(device: CheckedDevice): Promise<number>
  /** The machine's own gradient of the mean cost without its noise; absent where it has none. */
  truth?(theta: Float64Array, lesson: Lesson): Promise<Float64Array>
  readonly trainers: Readonly<Record<string, Trainer>>
}

/** Steps of a training that spends its usual reads times the effort. */
export function stepsFor(usual: number, effort: number): number {
  return Math.max(1, Math.round(usual * effort))
}
