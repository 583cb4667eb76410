import type { ImageModel } from '../imaging/model.ts'
import { factor, solve } from '../twins/fit/cholesky.ts'
import { type Belief, spreadAlong } from './belief.ts'

/** What was read so far of a scene, through a model that bends. */
export interface Readings {
  readonly model: ImageModel
  /** What each pixel of the patterns let through, one list of pixels per reading. */
  readonly masks: readonly Float64Array[]
  readonly values: readonly number[]
  /** Variance of a reading. */
  readonly noise: number
}

/** A scene in two ways: its pixels, and z with pixels = prior.mean + prior.covariance z, by which the prior judges it. */
export interface Estimate {
  readonly image: Float64Array
  readonly dual: Float64Array
}

/** Steps of Gauss-Newton at most. */
const STEPS = 20
/** Halvings of a step before it is given up. */
const HALVINGS = 12
/** A step that makes the misfit smaller by less of itself ends the search. */
const SETTLED = 1e-6

/**
 * The most probable scene under a normal prior, by Gauss-Newton with all readings at once, each step halved until it helps; `start` is
 * the estimate before the last reading, by default the prior's mean. Taking readings one by one, each straight where the belief then
 * was (an extended Kalman filter), ends far off: the first slopes are those of a scene of which nothing was known.
 */
export function mostProbable(prior: Belief, readings: Readings, start?: Estimate): Estimate {
  const { model, masks, values, noise } = readings
  const pixels = prior.mean.length
  const intensity = new Float64Array(pixels)
  const [rows, gains] = [masks, masks].map((list) => list.map(() => new Float64Array(pixels)))
  const at = (image: Float64Array, dual: Float64Array) => {
    model.forward(image, intensity)
    const seen = masks.map((mask) => dot(mask, intensity))
    // z . P z, what the prior has against the scene.
    const pull = image.reduce((sum, value, p) => sum + dual[p] * (value - prior.mean[p]), 0)
    return { image, dual, seen, cost: seen.reduce((sum, value, k) => sum + (values[k] - value) ** 2 / noise, pull) }
  }
  let now = at(start?.image ?? prior.mean.slice(), start?.dual ?? new Float64Array(pixels))
  for (let step = 0; step < STEPS; step++) {
    // Slopes of the readings at the scene that the model was asked about last.
    const wanted = masks.map((mask, k) => {
      model.backward(mask, rows[k])
      spreadAlong(prior.covariance, rows[k], gains[k])
      return values[k] - now.seen[k] + dot(rows[k], now.image) - dot(rows[k], prior.mean)
    })
    const weights = solved(rows, gains, noise, wanted)
    const combined = (lists: readonly Float64Array[], p: number) =>
      lists.reduce((sum, list, k) => sum + weights[k] * list[p], 0)
    const image = prior.mean.map((value, p) => value + combined(gains, p))
    const dual = prior.mean.map((_, p) => combined(rows, p))
    const between = (from: Float64Array, to: Float64Array, part: number) =>
      from.map((value, p) => value + part * (to[p] - value))
    const { cost } = now
    let part = 1
    let next = at(image, dual)
    for (let tries = 0; !(next.cost < cost) && tries < HALVINGS; tries++) {
      part /= 2
      next = at(between(now.image, image, part), between(now.dual, dual, part))
    }
    if (!(next.cost < cost)) break
    now = next
    if (cost - now.cost < SETTLED * cost) break
  }
  return { image: now.image, dual: now.dual }
}

/** (rows P rows^T + noise)^-1 wanted. */
function solved(
  rows: readonly Float64Array[],
  gains: readonly Float64Array[],
  noise: number,
  wanted: readonly number[],
): Float64Array {
  const count = rows.length
  const scales = rows.map((row, k) => 1 / Math.sqrt(dot(row, gains[k]) + noise))
  const matrix = Float64Array.from({ length: count * count }, (_, at) => {
    const [k, l] = [Math.floor(at / count), at % count]
    return scales[k] * scales[l] * (dot(rows[k], gains[l]) + (k === l ? noise : 0))
  })
  const weights = Float64Array.from(wanted, (value, k) => value * scales[k])
  solve(factor(matrix, count), weights)
  return weights.map((value, k) => value * scales[k])
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let p = 0; p < a.length; p++) sum += a[p] * b[p]
  return sum
}
