import { checkMeasurement } from './check.ts'
import type { Measurement, Reconstruction } from './measurement.ts'
import { breathe, type MethodOptions } from './options.ts'

export interface PseudoInverseOptions extends MethodOptions {
  /**
   * Where a family is not orthogonal: the misfit, as a share of the values, at which the solution is good enough, or the slope of
   * the misfit as a share of what the patterns could make of it (Paige and Saunders, LSQR, 1982); default 1e-8.
   */
  readonly tolerance?: number
}

/**
 * The smallest image that explains the values best: the transpose over the norm for orthogonal families (everything not measured
 * stays zero), conjugate gradients for others. It is an intensity on the plane of the patterns.
 *
 * Where the noise is known, conjugate gradients stop once the misfit is as large as the noise (Morozov's discrepancy principle).
 */
export async function pseudoInverse(
  measurement: Measurement,
  options: PseudoInverseOptions = {},
): Promise<Reconstruction> {
  checkMeasurement('pseudo-inverse', measurement)
  const { patterns, values, sigma = 0 } = measurement
  const { iterations = 200, tolerance = 1e-8, signal, onStep } = options
  const { rows, columns, norm, count } = patterns
  const image = new Float64Array(rows * columns)
  if (norm !== undefined) {
    patterns.back(values, image)
    for (let p = 0; p < image.length; p++) image[p] /= norm
    return { image, iterations: 1, stopped: 'settled' }
  }
  // Conjugate gradients on the normal equations, begun at zero, stay within the span of the patterns.
  const residual = values.slice()
  const [slope, direction] = [new Float64Array(rows * columns), new Float64Array(rows * columns)]
  const seen = new Float64Array(count)
  const noise = count * sigma * sigma
  const enough = tolerance * tolerance * squares(values)
  patterns.back(residual, slope)
  direction.set(slope)
  let gamma = squares(slope)
  // Largest gain of the patterns seen so far, squared.
  let gain = 0
  for (let k = 0; k < iterations; k++) {
    const misfit = squares(residual)
    onStep?.({ iteration: k, loss: misfit, image })
    // Values that no image explains leave a misfit without a slope: going on would divide rounding by rounding.
    const flat = gamma <= tolerance * tolerance * gain * misfit
    if (misfit <= Math.max(noise, enough) || flat)
      return { image, iterations: k, stopped: misfit <= noise ? 'discrepancy' : 'settled' }
    await breathe(k, signal)
    patterns.project(direction, seen)
    const swing = squares(seen)
    gain = Math.max(gain, swing / squares(direction))
    const step = gamma / swing
    for (let p = 0; p < image.length; p++) image[p] += step * direction[p]
    for (let n = 0; n < count; n++) residual[n] -= step * seen[n]
    patterns.back(residual, slope)
    const next = squares(slope)
    for (let p = 0; p < image.length; p++) direction[p] = slope[p] + (next / gamma) * direction[p]
    gamma = next
  }
  return { image, iterations, stopped: 'iterations' }
}

export function squares(values: Float64Array): number {
  let sum = 0
  for (let k = 0; k < values.length; k++) sum += values[k] * values[k]
  return sum
}
