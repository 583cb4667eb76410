import type { BulkBlock } from './bulk.ts'

/** A stretch of training steps, averaged; written every so many steps. */
export interface StepsEvent {
  /** Last step of the stretch, and how many steps it has. */
  readonly step: number
  readonly steps: number
  /** Mean baseline cost over the stretch. */
  readonly cost: number
  /** Slots measured since training began. */
  readonly reads: number
  readonly clipped: number
  readonly saturated: number
  readonly retries: number
  readonly projected: number
  /** Health of the measured gradient, means over the stretch; absent where it was not measured. */
  readonly signalSteps?: number
  readonly signalToNoise?: number
  readonly angleDeg?: number
  /** Standard error of the gradient over its size. */
  readonly gradientError?: number
  /** What an echo without injection misses its start by, relative to it. */
  readonly returnError?: number
  /** Share of passages whose injection was lost in the injector's step. */
  readonly lostInjections?: number
  /** What the twin misses the readings by, over the readings (root mean squares), and in standard deviations of its calibration. */
  readonly twinResidual?: number
  readonly twinDeviation?: number
  /** Cosine between what a rule sends back and what the weights would. */
  readonly alignment?: number
  readonly discarded?: number
}

/** The machine was asked all rows of a set, without perturbation. */
export interface EvaluationEvent {
  readonly step: number
  readonly set: 'train' | 'test'
  readonly cost: number
  /** Share of rows answered right. */
  readonly accuracy: number
  /** Energy of one row, J, by the model that the machine's sheet declares, where it declares one. */
  readonly energyPerImage?: number
  /** Parameters at that moment, in `bulk/theta.bin`. */
  readonly theta: BulkBlock
}

/** The last evaluation, row by row. */
export interface ConfusionEvent {
  readonly classes: readonly string[]
  /** counts[truth][answer]. */
  readonly counts: readonly (readonly number[])[]
}

/** What the machine is compared with, trained beside it. */
export interface ReferenceEvent {
  /** In words; absent in old records, whose reference is backpropagation in floating point. */
  readonly name?: string
  readonly accuracy: number
  readonly counts: readonly (readonly number[])[]
}

/** What a simulated wave field was found to be before training. */
export interface HealthEvent {
  /** Numbers by name, e.g. returnError; null where one has no end. */
  readonly health: Readonly<Record<string, number | null>>
  /** Why training may fail on it. */
  readonly warning?: string
}

/** Counters of the link, as the driver gives them. */
export interface LinkEvent {
  readonly counters: Readonly<Record<string, number>>
}

/** What each kind of line carries, for readers that do not know this program; the first line of every log. */
export const EVENT_SCHEMA = {
  steps:
    'step, steps, cost (mean), reads (slots since the start), clipped, saturated, retries, projected; health: signalSteps (sense steps), signalToNoise, angleDeg (degrees), gradientError (standard error over size), returnError (of an echo, relative), lostInjections (share of passages), twinResidual (over the readings), twinDeviation (standard deviations), alignment (cosine), discarded',
  evaluation: 'step, set (train or test), cost, accuracy (share), theta (block of bulk/theta.bin)',
  confusion: 'classes, counts[truth][answer]',
  reference: 'name (what was trained), accuracy (share), counts[truth][answer]',
  health: 'health (numbers by name, before training), warning',
  link: 'counters by name',
  calibration:
    'twin, file, slots (of the machine), residual (over the spread of the readings), undetermined (names), parameters (of the twin)',
  twin: 'news of the twin: kind (drift, recalibrated, unexplained, settled), step, seconds (machine), deviation (standard deviations), usual, chance, readings, parameters, after',
  signal: 'signal, action',
  checkpoint: 'step',
} as const
