import { InsituError } from '../../errors.ts'
import { cosine } from '../../optim/schedule.ts'
import { checkMeasurement } from '../check.ts'
import type { Measurement, Reconstruction } from '../measurement.ts'
import type { ImageModel } from '../model.ts'
import { breathe, type MethodOptions } from '../options.ts'
import { type LipschitzNetwork, lipschitzNetwork } from './lipschitz.ts'
import { largestCurvature, settle, settling, settlingMap, slopesAtRest } from './settle.ts'

/** A measured object that is known. */
export interface Example {
  readonly measurement: Measurement
  readonly truth: Float64Array
}

export interface ImplicitOptions {
  /** Passes over the examples; default 60. */
  readonly epochs?: number
  /** Rate of Adam, whence it falls to zero as half a cosine; default .01. */
  readonly rate?: number
  readonly seed?: number
  /** Every step brings images nearer by at least this factor, where the model is linear; between 0 and 1, default .95. */
  readonly contraction?: number
  /** Terms of the Neumann series in the gradient; default 0, Jacobian-free backpropagation. */
  readonly neumannTerms?: number
  /** Channels of the network, a multiple of four; default 8. */
  readonly channels?: number
  readonly signal?: AbortSignal
  /** Told of every pass: the mean squared error over the examples. */
  readonly onEpoch?: (news: { readonly epoch: number; readonly error: number }) => void
}

/** A regulariser that has been learned, and the method of reconstruction it makes. */
export interface Implicit {
  readonly network: LipschitzNetwork
  /** Largest curvature of the data term over the examples; slopes are taken in its units. */
  readonly curvature: number
  /** Mean squared error over the examples during the last pass. */
  readonly error: number
  /** Most applications of the map that an example took in the last pass, and the slowest factor of its last two moves. */
  readonly applied: number
  readonly factor: number
  /** The image that settles for a measurement; default at most 500 applications. */
  reconstruct(measurement: Measurement, model: ImageModel, options?: MethodOptions): Promise<Reconstruction>
}

const MOST = 500
/** Moves of an image, rms, at which it counts as settled: float32 rounds to 6e-8. */
const TOLERANCE = 1e-6

/**
 * An implicit network as a learned regulariser (Liu, Tong, Zhao et al., arXiv 2402.02065): the image is where
 * T(x) = x - s (A^T (A x - d) + R(x)) leaves it, with R(x) = pull (x - D(x)) and D a network of bounded stretch, so that T is
 * a contraction and the image unique. It is trained on examples through one application of T at the settled image; more
 * terms of the Neumann series come nearer to the exact gradient. With a wave model A is not linear, and whether the image
 * settles is measured, not known.
 *
 * Throws `CONFIG` for no examples or a contraction out of range, `SHAPE` for a truth of another size, `DIVERGED` if an image
 * leaves the finite numbers.
 */
export async function trainImplicit(
  examples: readonly Example[],
  model: ImageModel,
  options: ImplicitOptions = {},
): Promise<Implicit> {
  const {
    epochs = 60,
    rate = 0.01,
    seed = 1,
    contraction = 0.95,
    neumannTerms = 0,
    channels,
    signal,
    onEpoch,
  } = options
  const { rows, columns } = model
  const size = rows * columns
  check(examples, size, contraction)
  for (const { measurement } of examples) checkMeasurement('implicit network', measurement, model)
  const law = settling(contraction)
  const network = lipschitzNetwork({ rows, columns, bound: law.stretch, ...(channels && { channels }) })
  network.start(seed)
  const curvature = Math.max(...examples.map(({ measurement, truth }) => largestCurvature(measurement, model, truth)))
  const maps = examples.map(({ measurement }) => settlingMap(measurement, model, network, curvature, law))
  const images = examples.map(() => new Float64Array(size).fill(0.5))
  const { parameters: count, layers } = network
  const adam = { count, theta: 0, slopes: count, first: 2 * count, second: 3 * count, beta1: 0.9, beta2: 0.999 }
  const rateAt = cosine(rate, epochs * examples.length)
  let [step, error, applied, factor] = [0, 0, 0, 0]
  for (let epoch = 0; epoch < epochs; epoch++) {
    ;[error, applied, factor] = [0, 0, 0]
    for (let n = 0; n < examples.length; n++) {
      await breathe(0, signal)
      // From where it was last: the map has moved little since.
      const rest = settle(maps[n], images[n], MOST, TOLERANCE)
      applied = Math.max(applied, rest.applied)
      factor = Math.max(factor, rest.factor)
      const slopes = images[n].map((value, p) => (2 * (value - examples[n].truth[p])) / size)
      error += slopes.reduce((sum, value) => sum + value * value, 0) * (size / 4 / examples.length)
      if (!Number.isFinite(error)) throw new InsituError('DIVERGED', `implicit network: example ${n} has no rest`)
      slopesAtRest(maps[n], network, law, slopes, neumannTerms)
      network.tangent()
      layers.adam({ ...adam, epsilon: 1e-8, rate: rateAt(step), step: ++step })
      network.project()
    }
    onEpoch?.({ epoch, error })
  }
  return {
    ...{ network, curvature, error, applied, factor },
    async reconstruct(measurement, of, { iterations = MOST, signal: abort, onStep } = {}) {
      checkMeasurement('implicit network', measurement, of)
      if (of.rows !== rows || of.columns !== columns)
        throw new InsituError(
          'SHAPE',
          `implicit network: it learned ${rows} x ${columns}, asked for ${of.rows} x ${of.columns}`,
        )
      const map = settlingMap(measurement, of, network, curvature, law)
      const image = new Float64Array(size).fill(0.5)
      for (let k = 0; k < iterations; k++) {
        await breathe(k, abort)
        const before = image.slice()
        const { settled } = settle(map, image, 1, TOLERANCE)
        const move = image.reduce((sum, value, p) => sum + (value - before[p]) ** 2, 0) / size
        if (!Number.isFinite(move)) throw new InsituError('DIVERGED', `implicit network: no image after ${k + 1} steps`)
        onStep?.({ iteration: k, loss: move, image })
        if (settled) return { image, iterations: k + 1, stopped: 'settled' }
      }
      return { image, iterations, stopped: 'iterations' }
    },
  }
}

function check(examples: readonly Example[], size: number, contraction: number): void {
  if (examples.length === 0) throw new InsituError('CONFIG', 'implicit network: it learns from examples, got none')
  if (!(contraction > 0 && contraction < 1))
    throw new InsituError('CONFIG', `implicit network: contraction must be between 0 and 1, got ${contraction}`)
  for (const { truth } of examples)
    if (truth.length !== size)
      throw new InsituError('SHAPE', `implicit network: truths must have ${size} numbers, got ${truth.length}`)
}
