import { InsituError } from '../../errors.ts'
import { covarianceOf } from './determined.ts'
import { type Believed, linearise } from './linearise.ts'
import { requireSpare, type Scatter } from './noise.ts'
import { attempt, misfit, type Problem, predictions, squares } from './problem.ts'
import { dampedStep, type Scaled, scaled, unscaledInverse } from './scaled.ts'

/** Where a method has come to. */
export interface Found {
  readonly parameters: Float64Array
  /** Parameters x parameters, row by row. */
  readonly covariance: Float64Array
  readonly sigma: Float64Array
  /** Readings left over to estimate sigma from; absent where it was given. */
  readonly spare?: number
  readonly iterations: number
  /** False where the iterations were over before the parameters had settled. */
  readonly converged: boolean
}

export interface Steps {
  readonly start: Float64Array
  readonly iterations: number
  /** Called after each step that was taken, with the misfit before and after it at the same sigma. */
  readonly watch?: ((before: number, after: number) => void) | undefined
}

/** A step is over when it is shorter than this in posterior standard deviations, all parameters together, squared. */
const SETTLED = 1e-8

/** Part by which sigma may still change. */
const STEADY = 1e-3

/** Least, first and most part of its own curvature that is added to each parameter's. */
const DAMPING = { least: 1e-10, first: 1e-4, most: 1e10 }

/** A point and what the twin expects there. */
interface Place {
  readonly parameters: Float64Array
  readonly believed: readonly Float64Array[]
  readonly columns: Float64Array
}

/**
 * Finds the most probable parameters by Gauss-Newton steps, damped after Marquardt (1963), and their covariance there.
 *
 * No step that is taken raises the misfit. Sigma is estimated again from every point (MacKay 1992). Throws `TWIN` where the misfit
 * does not fall along the twin's own slopes.
 */
export async function gaussNewton(problem: Problem, scatter: Scatter, steps: Steps): Promise<Found> {
  const { size, twin } = problem
  const start = await predictions(problem, steps.start)
  let here: Place = { parameters: steps.start.slice(), believed: start, columns: squares(problem, start) }
  let sigma = scatter.from(here.columns, new Float64Array(twin.width.sense))
  let rough: Believed | undefined
  let damping = DAMPING.first
  let last = steps.iterations
  for (let iteration = 0; ; iteration++) {
    const { parameters, believed } = here
    const { curvature, downhill, freedom } = await linearise(problem, parameters, believed, sigma, rough)
    const form = scaled(curvature, size)
    const { step, factored } = dampedStep(form, downhill, damping)
    const promised = dot(step, downhill)
    // What is damped away is counted again.
    const near = promised * (1 + damping) < SETTLED
    const steady = rough !== undefined && agree(scatter.from(here.columns, freedom), sigma, STEADY)
    const settled = near && (steady || !scatter.estimated)
    if (settled || iteration >= last) {
      const covariance = covarianceOf(problem, curvature)
      const spare = scatter.estimated ? requireSpare(problem, freedom) : undefined
      const known = { parameters, covariance, sigma, ...(spare !== undefined && { spare }) }
      return { ...known, iterations: iteration, converged: settled }
    }
    if (!near) {
      const before = misfit(problem, here, sigma)
      const next = await descend(problem, here, sigma, { form, downhill, damping, before })
      if (next === undefined) {
        requireSlope(problem, promised, before)
        last = iteration + 1
      } else {
        steps.watch?.(before, next.after)
        here = next.place
        damping = Math.max(DAMPING.least, next.damping / 10)
      }
    }
    if (!scatter.estimated) continue
    rough = { covariance: unscaledInverse(factored, form.scale), sigma }
    sigma = scatter.from(here.columns, freedom)
  }
}

interface Slope {
  readonly form: Scaled
  readonly downhill: Float64Array
  readonly damping: number
  readonly before: number
}

/** The first step, ever more damped, that does not raise the misfit; undefined if there is none. */
async function descend(problem: Problem, { parameters }: Place, sigma: Float64Array, slope: Slope) {
  for (let { damping } = slope; damping <= DAMPING.most; damping *= 10) {
    const { step } = dampedStep(slope.form, slope.downhill, damping)
    const next = parameters.map((value, p) => value + step[p])
    const believed = await attempt(problem, next)
    if (believed === undefined) continue
    const place = { parameters: next, believed, columns: squares(problem, believed) }
    const after = misfit(problem, place, sigma)
    if (after <= slope.before) return { place, after, damping }
  }
  return undefined
}

function requireSlope({ twin }: Problem, promised: number, misfit: number): void {
  if (promised < 1e-2 + 1e-3 * misfit) return
  throw new InsituError(
    'TWIN',
    `fit of twin ${twin.name}: no step along its own slopes brings its readings nearer to those measured`,
    { hint: 'compare its vjp with differences by requireSlopes' },
  )
}

export function agree(a: Float64Array, b: Float64Array, part: number): boolean {
  return a.every((value, i) => Math.abs(value - b[i]) <= part * b[i])
}

export function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i]
  return sum
}
