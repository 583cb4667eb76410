import type { Device } from '../contract/device.ts'
import type { Facet } from '../contract/facets.ts'
import { InsituError } from '../errors.ts'
import type { Optimizer } from '../optim/optimizer.ts'
import { requireFit } from './fit.ts'
import { project } from './project.ts'
import type { Estimate, LessonSource, Rule } from './rule.ts'

/** What one pass of the loop reports. */
export interface StepReport extends Estimate {
  /** Number of this step, from 1. */
  readonly step: number
  /** Slots measured since the loop began. */
  readonly totalSlots: number
  /** Parameters held at a limit by this step's projection. */
  readonly projected: number
}

export interface TrainOptions {
  /** Turns the gradient estimate into a move; needed by every rule that estimates one. */
  readonly optimizer?: Optimizer
  /** Steps to take; endless if absent. */
  readonly steps?: number
  /**
   * Steps between stores, default 1; the last step always stores. More is only for rules that read nothing from the
   * machine, where a store takes longer than a step.
   */
  readonly storeEvery?: number
  /** Ends the loop with the signal's reason at the next exchange. */
  readonly signal?: AbortSignal
}

/**
 * The one training loop: rule, optimizer, projection, store, report.
 *
 * `theta` is the start, is stored on the machine first, and is updated in place. Throws `CAPABILITY` if the machine
 * lacks what the rule needs, `CONFIG` if an estimated gradient has no optimizer, `DIVERGED` if theta leaves the numbers.
 */
export async function* train<F extends Facet, S>(
  rule: Rule<F, S>,
  device: Device<NoInfer<F>>,
  theta: Float64Array,
  lessons: LessonSource,
  options: TrainOptions = {},
): AsyncGenerator<StepReport, void> {
  const fit = requireFit(rule, device)
  const { optimizer, steps = Number.POSITIVE_INFINITY, storeEvery = 1, signal } = options
  const call = signal === undefined ? {} : { signal }
  if (rule.moves !== 'machine' && optimizer === undefined) throw noOptimizer(rule.name)
  if (!(storeEvery >= 1))
    throw new InsituError('CONFIG', `${rule.name}: storeEvery must be a number of steps from 1, got ${storeEvery}`)
  const headroom = rule.headroom?.(device.sheet) ?? device.sheet.banks.map(() => 0)
  checkHeadroom(rule.name, fit, headroom)
  project(device.sheet, theta, headroom)
  await device.store(theta, call)
  const state = await rule.begin(fit, theta)
  let totalSlots = 0
  for (let step = 1; step <= steps; step++) {
    signal?.throwIfAborted()
    const estimate = await rule.step(fit, state, theta, lessons, call)
    totalSlots += estimate.slots
    let projected = 0
    if (estimate.gradient !== undefined) {
      if (optimizer === undefined) {
        throw noOptimizer(rule.name)
      }
      optimizer.step(theta, estimate.gradient)
      checkTheta(rule.name, device.name, theta, step)
      projected = project(device.sheet, theta, headroom)
      if (step % storeEvery === 0 || step === steps) await device.store(theta, call)
    }
    yield report(estimate, step, totalSlots, projected)
  }
}

function noOptimizer(rule: string): InsituError {
  return new InsituError('CONFIG', `${rule} estimates a gradient; train() was given no optimizer`, {
    hint: 'pass { optimizer: sgd(rate) } or another from insitu',
  })
}

/** Written out: a spread here costs more than a whole step of a small simulator. */
function report(estimate: Estimate, step: number, totalSlots: number, projected: number): StepReport {
  const { cost, gradient, standardError, slots, clipped, saturated, retries, health, news } = estimate
  return {
    cost,
    gradient,
    standardError,
    slots,
    clipped,
    saturated,
    retries,
    health,
    news,
    step,
    totalSlots,
    projected,
  }
}

function checkTheta(rule: string, device: string, theta: Float64Array, step: number): void {
  for (let i = 0; i < theta.length; i++) {
    if (!Number.isFinite(theta[i])) {
      throw new InsituError(
        'DIVERGED',
        `${rule} on ${device}: theta[${i}] is ${theta[i]} at step ${step}; it was not stored`,
        {
          step,
          hint: 'lower the rate or clip the cost change',
        },
      )
    }
  }
}

function checkHeadroom(rule: string, device: Device, headroom: readonly number[]): void {
  device.sheet.banks.forEach((bank, b) => {
    if (2 * headroom[b] > bank.max - bank.min) {
      throw new InsituError(
        'LIMIT',
        `${rule} needs ${headroom[b]} ${bank.unit} on both sides of bank ${bank.name}; ${device.name} has ${bank.min}..${bank.max} ${bank.unit}`,
        { hint: 'use a smaller perturbation' },
      )
    }
  })
}
