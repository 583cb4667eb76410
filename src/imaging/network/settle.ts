import type { Measurement } from '../measurement.ts'
import type { ImageModel } from '../model.ts'
import type { LipschitzNetwork } from './lipschitz.ts'

/** Numbers of T(x) = x - step (grad(x) + pull (x - D(x))), grad being that of |A(x) - d|^2 / 2 over its largest curvature. */
export interface Settling {
  readonly pull: number
  /** Images that the data say everything about are at rest after one step: 1 / (1 + pull). */
  readonly step: number
  /** What D may stretch distances by. */
  readonly stretch: number
}

/**
 * Numbers that make T a contraction by `contraction`, from 0 to 1, for a linear A: |T'| <= 1 - step pull (1 - stretch). The
 * allowance 1 - contraction is split evenly: little pull would leave no room for D, and much pull takes from what was measured.
 */
export function settling(contraction: number): Settling {
  const share = Math.sqrt(1 - contraction)
  return { pull: share / (1 - share), step: 1 - share, stretch: 1 - share }
}

/** T for one measurement. */
export interface SettlingMap {
  apply(image: Float64Array, into: Float64Array): void
  /** Writes the transpose of T' at the image of the last `apply`, times a cotangent. May not be written in place. */
  pull(cotangent: Float64Array, into: Float64Array): void
}

/** The gradient of |A(x) - d|^2 / 2 over `curvature`; without `values` of |A(x)|^2 / 2. */
export function dataSlopes({ patterns, values }: Measurement, model: ImageModel, curvature: number) {
  const size = model.rows * model.columns
  const [intensity, cotangent] = [new Float64Array(size), new Float64Array(size)]
  const residual = new Float64Array(patterns.count)
  return (image: Float64Array, into: Float64Array): void => {
    model.forward(image, intensity)
    patterns.project(intensity, residual)
    for (let n = 0; n < residual.length; n++) residual[n] = (residual[n] - values[n]) / curvature
    patterns.back(residual, cotangent)
    model.backward(cotangent, into)
  }
}

/** Share of an image by which the curvature of the data term is looked for; exact where the model is linear. */
const NUDGE = 1e-4

/** Writes H v / curvature at an image, H the second derivative of the data term: a difference of its slopes. */
export function curve(
  slopes: (image: Float64Array, into: Float64Array) => void,
  image: Float64Array,
  direction: Float64Array,
  into: Float64Array,
): void {
  const length = Math.sqrt(direction.reduce((sum, value) => sum + value * value, 0) / direction.length)
  if (length === 0) {
    into.fill(0)
    return
  }
  const nudge = NUDGE / length
  const other = new Float64Array(into.length)
  slopes(
    image.map((value, p) => value + nudge * direction[p]),
    into,
  )
  slopes(
    image.map((value, p) => value - nudge * direction[p]),
    other,
  )
  for (let p = 0; p < into.length; p++) into[p] = (into[p] - other[p]) / (2 * nudge)
}

/** Largest curvature of the data term at an image, by power iteration. */
export function largestCurvature(measurement: Measurement, model: ImageModel, image: Float64Array): number {
  const slopes = dataSlopes(measurement, model, 1)
  let direction = image.map((_, p) => 1 + 0.5 * Math.sin(p))
  let found = 0
  for (let k = 0; k < 30; k++) {
    const length = Math.sqrt(direction.reduce((sum, value) => sum + value * value, 0))
    const next = new Float64Array(direction.length)
    curve(slopes, image, direction, next)
    found = Math.sqrt(next.reduce((sum, value) => sum + value * value, 0)) / length
    direction = next
  }
  return found
}

/** The map of a network for one measurement. */
export function settlingMap(
  measurement: Measurement,
  model: ImageModel,
  network: LipschitzNetwork,
  curvature: number,
  { pull, step }: Settling,
): SettlingMap {
  const size = model.rows * model.columns
  const slopes = dataSlopes(measurement, model, curvature)
  const [data, made, at] = [new Float64Array(size), new Float64Array(size), new Float64Array(size)]
  return {
    apply(image, into) {
      at.set(image)
      slopes(image, data)
      network.forward(image, made)
      for (let p = 0; p < size; p++) into[p] = image[p] - step * (data[p] + pull * (image[p] - made[p]))
    },
    pull(cotangent, into) {
      curve(slopes, at, cotangent, data)
      network.backward(cotangent, made)
      for (let p = 0; p < size; p++) into[p] = cotangent[p] - step * (data[p] + pull * (cotangent[p] - made[p]))
    },
  }
}

/** Applies the map until it moves the image by less than `tolerance` (rms); how often, and the last factor between moves. */
export function settle(map: SettlingMap, image: Float64Array, most: number, tolerance: number) {
  const next = new Float64Array(image.length)
  let [last, factor] = [Number.POSITIVE_INFINITY, 0]
  for (let k = 1; k <= most; k++) {
    map.apply(image, next)
    let sum = 0
    for (let p = 0; p < image.length; p++) sum += (next[p] - image[p]) ** 2
    const move = Math.sqrt(sum / image.length)
    image.set(next)
    factor = move / last
    last = move
    if (move < tolerance) return { applied: k, settled: true, factor }
  }
  return { applied: most, settled: false, factor }
}

/**
 * Slopes of a cost by what moves the map, from those by the settled image: the sum over k = 0 .. terms of (T'^T)^k times them.
 * None is Jacobian-free backpropagation, infinitely many are the implicit function theorem (arXiv 2402.02065).
 */
function neumann(map: SettlingMap, slopes: Float64Array, terms: number): Float64Array {
  const sum = slopes.slice()
  let power = slopes.slice()
  for (let k = 0; k < terms; k++) {
    const next = new Float64Array(power.length)
    map.pull(power, next)
    power = next
    for (let p = 0; p < sum.length; p++) sum[p] += power[p]
  }
  return sum
}

/**
 * Writes the slopes of a cost by the network's weights to their place, from those by the image that has settled: through one
 * application of the map there and so many terms of the Neumann series.
 */
export function slopesAtRest(
  map: SettlingMap,
  network: LipschitzNetwork,
  { pull, step }: Settling,
  slopes: Float64Array,
  terms: number,
): void {
  const cotangent = neumann(map, slopes, terms)
  for (let p = 0; p < cotangent.length; p++) cotangent[p] *= step * pull
  network.backward(cotangent, new Float64Array(cotangent.length))
  network.weightSlopes()
}
