import type { Patterns } from '../patterns/patterns.ts'
import { checkMeasurement, checkWeight } from './check.ts'
import type { Measurement, Reconstruction, Stopped } from './measurement.ts'
import { breathe, type MethodOptions } from './options.ts'
import { squares } from './pseudo-inverse.ts'
import { denoiser } from './total-variation.ts'

export interface TotalVariationOptions extends MethodOptions {
  /** Of the total variation, in units of the image: a step lower than it is taken for noise. Default see `totalVariation`. */
  readonly weight?: number
  /** Passes of the denoiser in every iteration; default 10. */
  readonly passes?: number
}

/**
 * The intensity, nowhere negative, that explains the values with little total variation besides: FISTA (Beck and Teboulle, SIAM
 * Journal on Imaging Sciences 2, 183, 2009) on |A x - y|^2 / 2 L + weight x TV(x), L the largest eigenvalue of A^T A. No wave is
 * undone.
 *
 * The weight is by default half the noise of a coefficient in units of the image, but at least 1 / 1000 of the largest pixel of the
 * plain inverse; it begins higher and falls to that. Ends early once the misfit is as large as the noise.
 *
 * Throws `SHAPE` or `NOT_FINITE` for values that are none of the patterns, `CONFIG` for a weight below zero.
 */
export async function totalVariation(
  measurement: Measurement,
  options: TotalVariationOptions = {},
): Promise<Reconstruction> {
  checkMeasurement('total variation', measurement)
  const { patterns, values, sigma = 0 } = measurement
  const { iterations = 100, passes = 10, signal, onStep } = options
  const { rows, columns, count } = patterns
  const size = rows * columns
  const lipschitz = patterns.norm ?? (await largestEigenvalue(patterns, signal))
  const [image, before, ahead, moved] = Array.from({ length: 4 }, () => new Float64Array(size))
  const residual = new Float64Array(count)
  patterns.back(values, moved)
  const top = moved.reduce((most, value) => Math.max(most, Math.abs(value)), 0) / lipschitz
  const { weight = Math.max(1e-3 * top, (0.5 * sigma) / Math.sqrt(lipschitz)) } = options
  checkWeight('total variation', weight)
  const denoise = denoiser(rows, columns)
  const limits = { min: 0, max: Number.POSITIVE_INFINITY }
  const noise = count * sigma * sigma
  let stopped: Stopped = 'iterations'
  let t = 1
  let k = 0
  for (; k < iterations; k++) {
    await breathe(k, signal)
    patterns.project(ahead, residual)
    for (let n = 0; n < count; n++) residual[n] -= values[n]
    const misfit = squares(residual)
    onStep?.({ iteration: k, loss: misfit / (2 * lipschitz), image })
    if (misfit <= noise) {
      stopped = 'discrepancy'
      image.set(ahead)
      break
    }
    patterns.back(residual, moved)
    for (let p = 0; p < size; p++) moved[p] = ahead[p] - moved[p] / lipschitz
    before.set(image)
    denoise(moved, Math.max(weight, 0.2 * top * 0.9 ** k), limits, passes, image)
    const next = (1 + Math.sqrt(1 + 4 * t * t)) / 2
    const momentum = (t - 1) / next
    t = next
    for (let p = 0; p < size; p++) ahead[p] = image[p] + momentum * (image[p] - before[p])
  }
  return { image, iterations: k, stopped }
}

/** The largest eigenvalue of A^T A by the power method, and a little more to be on the safe side. */
async function largestEigenvalue(patterns: Patterns, signal: AbortSignal | undefined): Promise<number> {
  const image = new Float64Array(patterns.rows * patterns.columns)
  const seen = new Float64Array(patterns.count)
  // The sum of all patterns has a part along every direction that they share.
  patterns.back(seen.fill(1), image)
  for (let p = 0; p < image.length; p++) image[p] += (p % 2) - 0.25
  let value = 0
  for (let k = 0; k < 30; k++) {
    await breathe(k, signal)
    const length = Math.sqrt(squares(image))
    for (let p = 0; p < image.length; p++) image[p] /= length
    patterns.project(image, seen)
    value = squares(seen)
    patterns.back(seen, image)
  }
  return 1.05 * value
}
