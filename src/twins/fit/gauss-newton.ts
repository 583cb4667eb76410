import { InsituError } from '../../errors.ts'
import { covarianceOf } from './determined.ts'
import { type Believed, linearise } from './linearise.ts'
import { requireSpare, type Scatter } from './noise.ts'
import { attempt, misfit, type Problem, predictions, squares } from './problem.ts'
import { dampedStep, scaled, unscaledInverse } from './scaled.ts'

/** Where a method has come to. */
export interface Found {
  readonly parameters: Float64Array
  /** Parameters x parameters, row by row. */
  readonly covariance: Float64Array
  readonly sigma: Float64Array
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

/** Least and first part of its own curvature that is added to each parameter's. */
const DAMPING = { least: 1e-10, first: 1e-4, most: 1e10 }

/**
 * Finds the most probable parameters by Gauss-Newton steps, damped after Marquardt (1963), and their covariance there.
 *
 * No step that is taken raises the misfit. Sigma is estimated again from every point (MacKay 1992). Throws `TWIN` where the misfit
 * does not fall along the twin's own slopes.
 */
export async function gaussNewton(problem: Problem, scatter: Scatter, steps: Steps): Promise<Found> {
  const { size, twin } = problem
  let parameters = steps.start.slice()
  let believed = await predictions(problem, parameters)
  let columns = squares(problem, believed)
  let sigma = scatter.from(columns, new Float64Array(twin.width.sense))
  let rough: Believed | undefined
  let damping = DAMPING.first
  let last = steps.iterations
  for (let iteration = 0; ; iteration++) {
    const { curvature, downhill, freedom } = await linearise(problem, parameters, believed, sigma, rough)
    const form = scaled(curvature, size)
    let move = dampedStep(form, downhill, damping)
    const promised = dot(move.step, downhill)
    const estimate = scatter.from(columns, freedom)
    const steady = !scatter.estimated || (rough !== undefined && agree(estimate, sigma))
    const settled = steady && promised < SETTLED
    if (settled || iteration >= last) {
      const covariance = covarianceOf(problem, curvature)
      if (scatter.estimated) requireSpare(problem, freedom)
      return { parameters, covariance, sigma, iterations: iteration, converged: settled }
    }
    const before = misfit(problem, parameters, columns, sigma)
    let taken = promised < SETTLED
    while (!taken) {
      const { step } = move
      const next = parameters.map((value, p) => value + step[p])
      const tried = await attempt(problem, next)
      const off = tried && squares(problem, tried)
      const after = off === undefined ? Infinity : misfit(problem, next, off, sigma)
      if (tried !== undefined && off !== undefined && after <= before) {
        parameters = next
        believed = tried
        columns = off
        damping = Math.max(DAMPING.least, damping / 10)
        steps.watch?.(before, after)
        taken = true
      } else if (damping < DAMPING.most) {
        damping *= 10
        move = dampedStep(form, downhill, damping)
      } else {
        requireSlope(problem, promised, before)
        last = iteration + 1
        taken = true
      }
    }
    if (!scatter.estimated) continue
    rough = { covariance: unscaledInverse(move.factored, form.scale), sigma }
    sigma = scatter.from(columns, freedom)
  }
}

function requireSlope({ twin }: Problem, promised: number, misfit: number): void {
  if (promised < 1e-2 + 1e-3 * misfit) return
  throw new InsituError(
    'TWIN',
    `fit of twin ${twin.name}: no step along its own slopes brings its readings nearer to those measured`,
    { hint: 'compare its vjp with differences by requireSlopes' },
  )
}

function agree(a: Float64Array, b: Float64Array): boolean {
  return a.every((value, i) => Math.abs(value - b[i]) <= STEADY * b[i])
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i]
  return sum
}
