import { InsituError } from '../errors.ts'
import { adam } from '../optim/adam.ts'
import { cosine } from '../optim/schedule.ts'
import type { Patterns } from '../patterns/patterns.ts'
import { copied, observe, trace } from './belief.ts'
import { best, expectedGain, type Planner } from './planner.ts'
import { posteriorTrace } from './posterior-trace.ts'
import type { SensorModel } from './sensor.ts'

export interface GradientPlanOptions {
  /** Masks that are planned together: what the last of them leaves is made small; default 1. */
  readonly horizon?: number
  /** Steps of Adam for every plan; default 100. */
  readonly iterations?: number
  /** Its first step, as a part of the range of a pixel, falling to nothing; default 0.05. */
  readonly rate?: number
}

/** What differs by less of itself has come about as foreseen: rounding is far below, and a reading that changes anything far above. */
const SAME = 1e-9

/**
 * Makes masks of any gray levels, by the slopes of the variance that the next `horizon` of them leave together. It begins at the best
 * candidates and keeps what it found for the next calls: it plans again where more or less is known than it had foreseen, as where
 * readings change what is believed of the scene's statistics, and a new horizon begins when one has run out. For one scene: with
 * another it would go on in the horizon of the first, so make a new one.
 */
export function byGradient(options: GradientPlanOptions = {}): Planner {
  const { horizon = 1, iterations = 100, rate = 0.05 } = options
  for (const [name, value] of Object.entries({ horizon, iterations }))
    if (!Number.isInteger(value) || value < 1)
      throw new InsituError('CONFIG', `planner by gradient: ${name} must be a whole number from 1, got ${value}`)
  let plan: Float64Array = new Float64Array(0)
  // Variance that the plan counts on at the next call.
  let foreseen = Number.NaN
  return {
    name: 'gradient',
    next(covariance, sensor, candidates) {
      const { pixels } = sensor
      const before = trace(covariance)
      if (plan.length === 0) {
        plan = greedyPlan(covariance, sensor, candidates, horizon)
        foreseen = Number.NaN
      }
      if (!(Math.abs(before - foreseen) <= SAME * before))
        plan = improved(covariance, sensor, plan, { iterations, rate })
      const mask = plan.slice(0, pixels)
      const gain = expectedGain(covariance, sensor, mask)
      plan = plan.slice(pixels)
      foreseen = before - gain
      return { mask, gain }
    },
  }
}

/** The candidates that a planner without foresight takes, one after the other. */
function greedyPlan(covariance: Float64Array, sensor: SensorModel, candidates: Patterns, count: number): Float64Array {
  const { pixels } = sensor
  const belief = copied({ mean: new Float64Array(pixels), covariance })
  const masks = new Float64Array(count * pixels)
  const row = new Float64Array(pixels)
  for (let k = 0; k < count; k++) {
    const { mask } = best(belief.covariance, sensor, candidates)
    masks.set(mask, k * pixels)
    sensor.row(mask, row)
    observe(belief, row, 0, sensor.noise(mask))
  }
  return masks
}

/** Masks that leave less, all between 0 and 1; never worse than those it was given. */
export function improved(
  covariance: Float64Array,
  sensor: SensorModel,
  masks: Float64Array,
  { iterations, rate }: Required<Omit<GradientPlanOptions, 'horizon'>>,
): Float64Array {
  const count = masks.length / sensor.pixels
  const now = masks.slice()
  const slopes = new Float64Array(now.length)
  let found = { left: Number.POSITIVE_INFINITY, masks: now.slice() }
  const optimizer = adam(cosine(rate, iterations))
  for (let step = 0; step <= iterations; step++) {
    const { left } = posteriorTrace(covariance, sensor, now, count, slopes)
    if (left < found.left) found = { left, masks: now.slice() }
    if (step === iterations) break
    optimizer.step(now, slopes)
    for (let i = 0; i < now.length; i++) now[i] = Math.min(1, Math.max(0, now[i]))
  }
  return found.masks
}
