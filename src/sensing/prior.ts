import { InsituError } from '../errors.ts'
import type { Draws } from '../random/draws.ts'
import { factor } from '../twins/fit/cholesky.ts'
import { type Belief, trace } from './belief.ts'

export interface SmoothPrior {
  readonly rows: number
  readonly columns: number
  /** How neighbours are alike: exp(-d^2 / (2 length^2)), or exp(-d / length), which allows edges. */
  readonly kernel: 'gaussian' | 'exponential'
  /** Length of the kernel, pixels. */
  readonly length: number
  /** Mean of every pixel; default 0. */
  readonly mean?: number
  /** Standard deviation of every pixel; default 1. */
  readonly deviation?: number
}

/** A belief before anything was read: every pixel alike, near ones correlated. Throws `CONFIG`. */
export function smoothPrior(options: SmoothPrior): Belief {
  const { rows, columns, kernel, length, mean = 0, deviation = 1 } = options
  for (const [name, value] of Object.entries({ rows, columns, length, deviation }))
    if (!(value > 0) || !Number.isFinite(value))
      throw new InsituError('CONFIG', `prior of a scene: ${name} must be positive, got ${value}`)
  const size = rows * columns
  const covariance = new Float64Array(size * size)
  for (let p = 0, at = 0; p < size; p++)
    for (let q = 0; q < size; q++, at++) {
      const distance = Math.hypot(Math.floor(p / columns) - Math.floor(q / columns), (p % columns) - (q % columns))
      const likeness = kernel === 'gaussian' ? Math.exp(-0.5 * (distance / length) ** 2) : Math.exp(-distance / length)
      covariance[at] = deviation * deviation * likeness
    }
  return { mean: new Float64Array(size).fill(mean), covariance }
}

/**
 * A belief from images of the kind that is expected, rows x columns numbers each: their mean and covariance. Few images say nothing of
 * most directions, so the part `shrink` of it is what `smooth` says (a covariance of as many pixels), scaled to the images' variance.
 */
export function measuredPrior(images: readonly Float64Array[], smooth: Belief, shrink: number): Belief {
  const size = smooth.mean.length
  if (images.length < 2)
    throw new InsituError('CONFIG', `measured prior: wanted 2 images or more, got ${images.length}`)
  if (!(shrink >= 0 && shrink <= 1))
    throw new InsituError('CONFIG', `measured prior: shrink must be between 0 and 1, got ${shrink}`)
  const wrong = images.find((image) => image.length !== size)
  if (wrong !== undefined)
    throw new InsituError('SHAPE', `measured prior: an image has ${wrong.length} pixels, wanted ${size}`)
  const mean = Float64Array.from(
    { length: size },
    (_, p) => images.reduce((sum, image) => sum + image[p], 0) / images.length,
  )
  const covariance = new Float64Array(size * size)
  for (const image of images)
    for (let p = 0, at = 0; p < size; p++)
      for (let q = 0; q < size; q++, at++)
        covariance[at] += ((image[p] - mean[p]) * (image[q] - mean[q])) / (images.length - 1)
  const scale = trace(covariance) / trace(smooth.covariance)
  for (let at = 0; at < covariance.length; at++)
    covariance[at] = (1 - shrink) * covariance[at] + shrink * scale * smooth.covariance[at]
  return { mean, covariance }
}

/** A scene drawn from a belief; it uses the normal numbers from `first` on, one per pixel. */
export function drawn({ mean, covariance }: Belief, random: Draws, first: number): Float64Array {
  const size = mean.length
  const deviations = Float64Array.from(mean, (_, p) => Math.sqrt(covariance[p * (size + 1)]))
  // Smooth kernels are singular to rounding: directions without variance of their own are left at what the others say.
  const scaled = covariance.map((value, at) => value / (deviations[Math.floor(at / size)] * deviations[at % size] || 1))
  const { lower, lost } = factor(scaled, size)
  const absent = new Set(lost)
  const normal = Float64Array.from(mean, (_, p) => random.normal(first + p))
  return mean.map((value, p) => {
    let sum = 0
    for (let q = 0; q < p; q++) if (!absent.has(q)) sum += lower[p * size + q] * normal[q]
    return value + deviations[p] * (sum + (absent.has(p) ? 0 : lower[p * (size + 1)] * normal[p]))
  })
}
