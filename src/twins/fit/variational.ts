import { draws as openDraws } from '../../random/draws.ts'
import { STREAM } from '../../random/streams.ts'
import { covarianceOf, withFloor } from './determined.ts'
import { agree, dot, type Found, type Steps } from './gauss-newton.ts'
import { type Gaussian, logWidth, pairs } from './gaussian.ts'
import { type Believed, linearise } from './linearise.ts'
import { requireSpare, type Scatter } from './noise.ts'
import { attempt, misfit, type Problem, predictions, squares } from './problem.ts'
import { dampedStep, scaled, unscaledInverse } from './scaled.ts'

export interface VariationalOptions {
  /** Pairs of points an iteration looks at; default 2. */
  readonly pairs?: number
  /** Draws the points; default 1. */
  readonly seed?: number
  /** Called in every iteration that looks at more than one point, with what it looks at. */
  readonly watch?: (news: VariationalNews) => void
}

/** Where an iteration stands. */
export interface VariationalNews {
  readonly iteration: number
  /** Lower bound of the logarithm of the evidence as this iteration's points have it, but for a constant. */
  readonly bound: number
  readonly gaussian: Gaussian
  readonly sigma: Float64Array
}

/** The problem about several points, averaged over them. */
interface Average {
  readonly curvature: Float64Array
  readonly downhill: Float64Array
  readonly freedom: Float64Array
  readonly misfit: number
}

/** Longest step that counts as near, in posterior standard deviations and per parameter, squared; and one that is nothing. */
const NEAR = { first: 0.1, last: 1e-2, nothing: 1e-8 }

/** Part by which sigma may change where points are drawn from error bars that rest on it. */
const STEADY = 0.1

/** Least, first and most part of its own curvature that is added to each parameter's. */
const DAMPING = { least: 1e-10, first: 1e-4, most: 1e10 }

/**
 * Finds the normal distribution nearest to the posterior in the sense of Kullback and Leibler by second-order stochastic variational
 * inference (Fan et al. 2015): its mean goes down the mean slope of the misfit, its precision is the mean curvature, both over points
 * drawn from it. The curvature is that of Gauss and Newton, never negative.
 *
 * It begins as Gauss-Newton does, at a point, and widens when a step is no longer than the error bars; from then on iterations are
 * averaged, so that what is drawn matters less and less. Throws as `gaussNewton` does where the data do not determine a parameter.
 */
export async function variational(
  problem: Problem,
  scatter: Scatter,
  { start, iterations }: Pick<Steps, 'start' | 'iterations'>,
  options: VariationalOptions = {},
): Promise<Found> {
  const { pairs: count = 2, seed = 1, watch } = options
  const { size, twin } = problem
  const random = openDraws(seed, STREAM.twinDraws)
  const point = [new Float64Array(size)]
  let now = await place(problem, start.slice())
  let used = new Float64Array(twin.width.sense)
  let sigma = scatter.from(now.columns, used)
  // The sigma that the curvature rests on.
  let before = sigma
  let curvature = new Float64Array(size * size)
  let [damping, averaged, left] = [DAMPING.first, 0, Number.POSITIVE_INFINITY]
  for (let iteration = 0; iteration < iterations; iteration++) {
    const wide = averaged > 0
    // The first wide iteration still rests on the sigma of a point: it is not averaged with those to come.
    const rate = 1 / Math.max(1, averaged - 1)
    const gaussian = wide ? gaussianOf(problem, now.parameters, curvature) : undefined
    const offsets = gaussian === undefined ? point : pairs(gaussian, random, iteration * count * size, count)
    const seen = await average(problem, now.parameters, offsets, sigma, gaussian && believedOf(gaussian, before))
    if (gaussian !== undefined) {
      used = blend(used, seen.freedom, rate)
      watch?.({ iteration, bound: lowerBound(problem, gaussian, seen.misfit, sigma), gaussian, sigma })
    }
    curvature = blend(curvature, seen.curvature, rate)
    const form = scaled(curvature, size)
    const promised = dot(dampedStep(form, seen.downhill, damping).step, seen.downhill)
    left = rate ** 2 * promised
    if (left > NEAR.nothing)
      for (; damping < DAMPING.most; damping *= 10) {
        const { step } = dampedStep(form, seen.downhill, damping)
        const next = now.parameters.map((value, p) => value + rate * step[p])
        // The points move with the mean, so that nothing but the step tells before from after.
        const after = await height(problem, next, offsets, sigma)
        if (after > seen.misfit) continue
        now = await place(problem, next)
        break
      }
    damping = Math.max(DAMPING.least, damping / 10)
    before = sigma
    sigma = scatter.from(now.columns, used)
    if (wide || (agree(sigma, before, STEADY) && promised < NEAR.first * size)) averaged++
  }
  const covariance = covarianceOf(problem, curvature)
  const spare = scatter.estimated ? requireSpare(problem, used) : undefined
  const converged = averaged > 2 && left < NEAR.last * size
  const known = { parameters: now.parameters, covariance, sigma, ...(spare !== undefined && { spare }) }
  return { ...known, iterations, converged }
}

/** Lower bound of the logarithm of the evidence, but for a constant, where the mean misfit of a normal distribution is known. */
export function lowerBound({ rows }: Problem, gaussian: Gaussian, misfit: number, sigma: Float64Array): number {
  return logWidth(gaussian) - misfit / 2 - rows * sigma.reduce((sum, one) => sum + Math.log(one), 0)
}

/** The normal distribution with such a mean and precision. */
export function gaussianOf(problem: Problem, mean: Float64Array, curvature: Float64Array): Gaussian {
  const form = scaled(curvature, mean.length)
  return { mean, factored: withFloor(problem, form), scale: form.scale }
}

function believedOf({ factored, scale }: Gaussian, sigma: Float64Array): Believed {
  return { covariance: unscaledInverse(factored, scale), sigma }
}

async function place(problem: Problem, parameters: Float64Array) {
  return { parameters, columns: squares(problem, await predictions(problem, parameters)) }
}

async function average(
  problem: Problem,
  mean: Float64Array,
  offsets: readonly Float64Array[],
  sigma: Float64Array,
  before: Believed | undefined,
): Promise<Average> {
  const { size, twin } = problem
  let curvature = new Float64Array(size * size)
  let downhill = new Float64Array(size)
  let freedom = new Float64Array(twin.width.sense)
  let total = 0
  for (const [n, off] of offsets.entries()) {
    const parameters = mean.map((value, p) => value + off[p])
    const believed = await predictions(problem, parameters)
    const here = await linearise(problem, parameters, believed, sigma, before)
    total += misfit(problem, { parameters, columns: squares(problem, believed) }, sigma) / offsets.length
    curvature = blend(curvature, here.curvature, 1 / (n + 1))
    downhill = blend(downhill, here.downhill, 1 / (n + 1))
    freedom = blend(freedom, here.freedom, 1 / (n + 1))
  }
  return { curvature, downhill, freedom, misfit: total }
}

/** The mean misfit over points about `mean`; Infinity where a reading is no number. */
async function height(
  problem: Problem,
  mean: Float64Array,
  offsets: readonly Float64Array[],
  sigma: Float64Array,
): Promise<number> {
  let total = 0
  for (const off of offsets) {
    const parameters = mean.map((value, p) => value + off[p])
    const believed = await attempt(problem, parameters)
    if (believed === undefined) return Number.POSITIVE_INFINITY
    total += misfit(problem, { parameters, columns: squares(problem, believed) }, sigma) / offsets.length
  }
  return total
}

function blend(old: Float64Array, seen: Float64Array, rate: number): Float64Array<ArrayBuffer> {
  return Float64Array.from(old, (value, i) => value + rate * (seen[i] - value))
}
