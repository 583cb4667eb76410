import { InsituError } from '../errors.ts'
import { adam } from '../optim/adam.ts'
import { checkMeasurement, checkWeight } from './check.ts'
import type { Measurement, Reconstruction, Stopped } from './measurement.ts'
import type { ImageModel } from './model.ts'
import { breathe, type MethodOptions } from './options.ts'
import { smoothTotalVariation } from './total-variation.ts'

export interface WaveTotalVariationOptions extends MethodOptions {
  /**
   * Of the mean total variation per pixel over the rms transmission, beside the mean squared misfit over the variance of the
   * values. Default: .02, and where the noise is known as much more as it takes to keep the misfit as large as the noise.
   */
  readonly weight?: number
  /** Rate of Adam; default .1. */
  readonly rate?: number
  /** Smoothing of the total variation, in units of the rms transmission; default .01. */
  readonly epsilon?: number
  /** Transmissions to begin from; default one half everywhere. */
  readonly start?: Float64Array
}

/** Weight that noise does not raise. */
const LEAST_WEIGHT = 0.02

/** Factor by which the weight follows the misfit in one iteration. */
const FOLLOW = 1.02

/** Iterations that the misfit has to stay within a fifth of the noise. */
const HOLD = 100

/**
 * The transmission, 0 to 1, whose wave explains the values, little total variation besides: t = sigmoid(v), descent by Adam on
 * mean((a p - y)^2) / var(y) + weight x mean TV(t) / rms(t), p the predicted values and a the scale that fits them best. The rms
 * is there because with a free scale a fainter image would pay less for the same edges.
 *
 * Morozov's discrepancy principle sets the weight and the end: an image that explains the values better than their noise allows
 * explains noise, so the weight rises until it does not, and the descent is over once that has held for a while. The problem has
 * local minima, for the detector sees no phase.
 */
export async function waveTotalVariation(
  measurement: Measurement,
  model: ImageModel,
  options: WaveTotalVariationOptions = {},
): Promise<Reconstruction> {
  checkMeasurement('tv-wave', measurement, model)
  const { patterns, values, sigma = 0 } = measurement
  const { iterations = 600, rate = 0.1, epsilon = 0.01, start, signal, onStep } = options
  const { rows, columns } = model
  const [size, count] = [rows * columns, patterns.count]
  const [logits, image, intensity, cotangent, slopes] = Array.from({ length: 5 }, () => new Float64Array(size))
  const [predicted, residual] = [new Float64Array(count), new Float64Array(count)]
  if (start !== undefined && start.length !== size)
    throw new InsituError('SHAPE', `tv-wave: start must have ${rows} x ${columns} numbers, got ${start.length}`)
  if (start !== undefined) for (let p = 0; p < size; p++) logits[p] = logit(start[p])
  const variance = varianceOf(values)
  if (!(variance > 0))
    throw new InsituError('CONFIG', 'tv-wave: the values are all the same, so they say nothing about an image')
  const noise = options.weight === undefined ? count * sigma * sigma : 0
  let weight = options.weight ?? LEAST_WEIGHT + (8 * sigma * sigma) / variance
  checkWeight('tv-wave', weight)
  let held = 0
  const optimizer = adam(rate)
  let stopped: Stopped = 'iterations'
  let k = 0
  for (; k < iterations; k++) {
    await breathe(k, signal)
    for (let p = 0; p < size; p++) image[p] = 1 / (1 + Math.exp(-logits[p]))
    model.forward(image, intensity)
    patterns.project(intensity, predicted)
    const scale = bestScale(predicted, values)
    let squares = 0
    for (let n = 0; n < count; n++) {
      residual[n] = scale * predicted[n] - values[n]
      squares += residual[n] * residual[n]
    }
    // At the best scale the misfit does not change with it, so its own slope is none of the others'.
    const gain = (2 * scale) / (count * variance)
    for (let n = 0; n < count; n++) residual[n] *= gain
    patterns.back(residual, cotangent)
    model.backward(cotangent, slopes)
    const variation = addVariation(image, columns, epsilon, weight, slopes)
    onStep?.({ iteration: k, loss: squares / (count * variance) + variation, image })
    if (noise > 0) {
      held = Math.abs(squares / noise - 1) < 0.2 ? held + 1 : 0
      if (held === HOLD) {
        stopped = 'discrepancy'
        break
      }
      weight = Math.max(LEAST_WEIGHT, squares < noise ? weight * FOLLOW : weight / FOLLOW)
    }
    for (let p = 0; p < size; p++) slopes[p] *= image[p] * (1 - image[p])
    optimizer.step(logits, slopes)
  }
  return { image, iterations: k, stopped }
}

function bestScale(predicted: Float64Array, values: Float64Array): number {
  let [product, squares] = [0, 0]
  for (let n = 0; n < values.length; n++) {
    product += predicted[n] * values[n]
    squares += predicted[n] * predicted[n]
  }
  return squares > 0 ? product / squares : 0
}

function varianceOf(values: Float64Array): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length
}

/** The logit of a transmission kept clear of its ends, where the sigmoid has no slope. */
function logit(t: number): number {
  const inside = Math.min(0.95, Math.max(0.05, t))
  return Math.log(inside / (1 - inside))
}

/** Adds the slopes of weight x mean TV / rms of the image to `slopes`; returns the term. */
function addVariation(image: Float64Array, columns: number, epsilon: number, weight: number, slopes: Float64Array) {
  const size = image.length
  let squares = 0
  for (let p = 0; p < size; p++) squares += image[p] * image[p]
  const rms = Math.sqrt(squares / size)
  const term =
    (smoothTotalVariation(image, columns, epsilon * rms, weight / (size * rms), slopes) * weight) / (size * rms)
  const shrink = term / squares
  for (let p = 0; p < size; p++) slopes[p] -= shrink * image[p]
  return term
}
