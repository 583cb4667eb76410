import { InsituError } from '../../errors.ts'
import { cosine } from '../../optim/schedule.ts'
import { checkMeasurement, checkWeight } from '../check.ts'
import type { Measurement, Reconstruction, Stopped } from '../measurement.ts'
import type { ImageModel } from '../model.ts'
import { breathe, type MethodOptions } from '../options.ts'
import { misfit } from './misfit.ts'
import { uNet } from './unet.ts'
import { anisotropicVariation } from './variation.ts'

export interface UntrainedOptions extends MethodOptions {
  /** Of the weights that the network starts from; default 1. */
  readonly seed?: number
  /** Of the anisotropic total variation; default .1, and without `discrepancy` more where the noise is known to be large, see
   * `variationWeight`. */
  readonly weight?: number
  /** Rate of Adam, whence it falls to zero as half a cosine; default .01. */
  readonly rate?: number
  /** Channels of every level of the U-Net, from the finest; default 16, 32, 64, 128. */
  readonly widths?: readonly number[]
  /** End as soon as the residual is as small as the noise (Morozov's discrepancy principle); needs `sigma`. Default false. */
  readonly discrepancy?: boolean
}

/** Adam of the reference configuration; epsilon is torch's. */
const ADAM = { beta1: 0.5, beta2: 0.9, epsilon: 1e-8 }

/**
 * An untrained network as the only knowledge of images (deep image prior, Ulyanov et al., arXiv 1711.10925; for one detector Wang
 * et al., Light: Science & Applications 11, 1 (2022)): a U-Net turns the zero-filled inverse of the values into an image, and
 * its weights are fitted until that image explains the values through the model. With `waveModel` the physics stands in
 * the last layer (Zhu et al., arXiv 2505.07839); with `directModel` it is ghost imaging by a network.
 *
 * The loss: mean((a p - y)^2) / var(y) + weight x anisotropic TV, p predicted, a its best scale, y measured.
 *
 * Throws `CONFIG` for a grid that the levels do not divide and for a stop by noise that is not known, `SHAPE` or `NOT_FINITE` for values
 * that are none of the patterns, `DIVERGED` if the image leaves the finite numbers.
 */
export async function untrainedNetwork(
  measurement: Measurement,
  model: ImageModel,
  options: UntrainedOptions = {},
): Promise<Reconstruction> {
  const { iterations = 600, seed = 1, rate = 0.01, widths, discrepancy = false, signal, onStep } = options
  checkMeasurement('untrained network', measurement, model)
  const { rows, columns } = model
  const size = rows * columns
  const term = misfit(measurement, model)
  if (discrepancy && term.noise === undefined)
    throw new InsituError('CONFIG', 'untrained network: a stop by the discrepancy needs a measurement with sigma')
  // A stop at the noise does what more weight would do, and more weight might keep the residual above it.
  const weight = options.weight ?? variationWeight(discrepancy ? undefined : term.noise)
  checkWeight('untrained network', weight)
  const net = uNet({ rows, columns, ...(widths && { widths }) })
  const { layers, input, output } = net
  net.start(seed)
  layers.values.set(standardised(measurement, size), input)
  const seen = layers.values.subarray(output, output + size)
  const back = layers.values.subarray(net.slopes, net.slopes + size)
  const [image, slopes] = [new Float64Array(size), new Float64Array(size)]
  const { parameters: count } = net
  const places = { count, theta: 0, slopes: count, first: 2 * count, second: 3 * count }
  const rateAt = cosine(rate, iterations)
  let stopped: Stopped = 'iterations'
  let k = 0
  for (; k < iterations; k++) {
    await breathe(k, signal)
    net.forward()
    for (let p = 0; p < size; p++) image[p] = 1 / (1 + Math.exp(-seen[p]))
    const off = term.of(image, slopes)
    const variation = anisotropicVariation(image, columns, weight, slopes)
    if (!Number.isFinite(off))
      throw new InsituError('DIVERGED', `untrained network: the image is no number after ${k} iterations`, {
        hint: 'take a lower rate',
      })
    onStep?.({ iteration: k, loss: off + weight * variation, image })
    if (discrepancy && off <= (term.noise as number)) {
      stopped = 'discrepancy'
      break
    }
    for (let p = 0; p < size; p++) back[p] = slopes[p] * image[p] * (1 - image[p])
    net.backward()
    layers.adam({ ...places, ...ADAM, rate: rateAt(k), step: k + 1 })
  }
  if (stopped === 'iterations') {
    net.forward()
    for (let p = 0; p < size; p++) image[p] = 1 / (1 + Math.exp(-seen[p]))
  }
  return { image, iterations: k, stopped }
}

/** Misfit that noise causes in the reference configuration: about 1 % of the deviation of the values. */
const REFERENCE_NOISE = 1e-4

/**
 * .1 up to the noise of the reference configuration, beyond it times the root of how much larger the noise's deviation is: with
 * ten times the noise the F has 27.8 dB with three times the weight, 24.5 with the same and 18.5 with ten times the weight.
 */
export function variationWeight(noise: number | undefined): number {
  return 0.1 * Math.max(1, ((noise ?? 0) / REFERENCE_NOISE) ** 0.25)
}

/** The zero-filled inverse, mean 0 and deviation 1: what the network is shown. */
function standardised({ patterns, values }: Measurement, size: number): Float64Array {
  const inverse = new Float64Array(size)
  patterns.back(values, inverse)
  const mean = inverse.reduce((sum, value) => sum + value, 0) / size
  const deviation = Math.sqrt(inverse.reduce((sum, value) => sum + (value - mean) ** 2, 0) / size) || 1
  return inverse.map((value) => (value - mean) / deviation)
}
