import { adam } from '../../../optim/adam.ts'
import { cosine } from '../../../optim/schedule.ts'
import { draws } from '../../../random/draws.ts'
import { STREAM } from '../../../random/streams.ts'
import { slopes } from '../../../twins/ask.ts'
import { misfit, type Problem, predictions, squares } from '../../../twins/fit/problem.ts'

/** A normal distribution as first-order methods hold it: its mean, and R of its covariance R R^T, row by row. */
export interface Spread {
  readonly mean: Float64Array
  /** Lower triangle; the logarithms of its diagonal stand in `logs`. */
  readonly lower: Float64Array
  readonly logs: Float64Array
}

/** mean + R eps. */
export function moved({ mean, lower, logs }: Spread, eps: Float64Array): Float64Array {
  const size = mean.length
  return mean.map((value, i) => {
    let sum = value + Math.exp(logs[i]) * eps[i]
    for (let j = 0; j < i; j++) sum += lower[i * size + j] * eps[j]
    return sum
  })
}

/** Lower bound of the logarithm of the evidence, but for a constant, over points that are the same for all distributions. */
export async function boundOf(
  problem: Problem,
  at: (eps: Float64Array) => Float64Array,
  logWidth: number,
  sigma: Float64Array,
  points = 200,
): Promise<number> {
  const random = draws(1, STREAM.testInputs)
  const { size, rows } = problem
  let total = 0
  for (let n = 0; n < points; n++) {
    const eps = Float64Array.from({ length: size }, (_, p) => random.normal(n * size + p))
    for (const sign of [1, -1]) {
      const parameters = at(eps.map((value) => sign * value))
      const columns = squares(problem, await predictions(problem, parameters))
      total += misfit(problem, { parameters, columns }, sigma) / (2 * points)
    }
  }
  return logWidth - total / 2 - rows * sigma.reduce((sum, one) => sum + Math.log(one), 0)
}

/** Half the slope of the misfit, uphill. */
async function uphill({ twin, records, prior }: Problem, parameters: Float64Array, sigma: Float64Array) {
  const into = new Float64Array(parameters.length)
  const part = new Float64Array(parameters.length)
  for (const { theta, drive, rows, sense } of records) {
    const point = { theta, drive, rows, parameters }
    const believed = new Float64Array(sense.length)
    await twin.forward(point, believed)
    const cotangent = believed.map((value, i) => (value - sense[i]) / sigma[i % sigma.length] ** 2)
    await slopes(twin, point, { sense: believed }, cotangent, { parameters: part })
    for (let p = 0; p < into.length; p++) into[p] += part[p]
  }
  for (let p = 0; p < into.length; p++) into[p] += (parameters[p] - prior.mean[p]) / prior.deviations[p] ** 2
  return into
}

/**
 * Climbs the bound by Adam, along slopes by the mean and by R at points drawn in pairs. Yields the distribution after every
 * `every` steps, the same object each time.
 */
export async function* climbed(
  problem: Problem,
  sigma: Float64Array,
  plan: {
    readonly rate: number
    readonly steps: number
    readonly pairs: number
    readonly every: number
    readonly seed: number
  },
): AsyncGenerator<{ readonly step: number; readonly now: Spread }> {
  const { rate, steps, pairs, every, seed } = plan
  const { size, prior } = problem
  const random = draws(seed, STREAM.twinDraws)
  const all = new Float64Array(2 * size + size * size)
  const now = {
    mean: all.subarray(0, size),
    logs: all.subarray(size, 2 * size),
    lower: all.subarray(2 * size),
  }
  now.mean.set(prior.mean)
  for (let p = 0; p < size; p++) now.logs[p] = Math.log(prior.deviations[p] / 10)
  const gradient = new Float64Array(all.length)
  const optimizer = adam(cosine(rate, steps, rate / 100))
  for (let step = 1; step <= steps; step++) {
    gradient.fill(0)
    gradient.fill(-1, size, 2 * size)
    for (let n = 0; n < 2 * pairs; n++) {
      const first = ((step - 1) * pairs + (n >> 1)) * size
      const sign = n % 2 === 0 ? 1 : -1
      const eps = Float64Array.from({ length: size }, (_, p) => sign * random.normal(first + p))
      const slope = await uphill(problem, moved(now, eps), sigma)
      for (let i = 0; i < size; i++) {
        const own = slope[i] / (2 * pairs)
        gradient[i] += own
        gradient[size + i] += own * eps[i] * Math.exp(now.logs[i])
        for (let j = 0; j < i; j++) gradient[2 * size + i * size + j] += own * eps[j]
      }
    }
    optimizer.step(all, gradient)
    if (step % every === 0) yield { step, now }
  }
}
