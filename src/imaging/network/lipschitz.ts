import {
  convolutionWeight,
  type LayerShape,
  type Layers,
  LEAK,
  planeSize,
  weightCount,
} from '../../kernels/network/layers.ts'
import { type LayerRoom, simdLayers } from '../../kernels/network/simd.ts'
import { places } from './parameters.ts'

export interface LipschitzShape {
  readonly rows: number
  readonly columns: number
  /** Channels between the convolutions, a multiple of four; default 8. */
  readonly channels?: number
  /** Largest factor by which two images may get further apart. */
  readonly bound: number
}

/** A small network from images to images that never moves two of them further apart than its bound allows. */
export interface LipschitzNetwork {
  readonly layers: Layers
  /** Numbers of the weights, from place 0; their slopes follow, then the two moments of Adam. */
  readonly parameters: number
  start(seed: number): void
  /** Writes what it makes of an image. */
  forward(image: Float64Array, into: Float64Array): void
  /** Writes the slopes by the image of the last `forward`, from those by its result. */
  backward(cotangent: Float64Array, slopes: Float64Array): void
  /** Slopes by the weights, at the place behind them, at the last `forward` and `backward`. */
  weightSlopes(): void
  /** Takes from the slopes by the weights what would only make the norms grow: `project` would undo it, distorting the rest. */
  tangent(): void
  /** Scales every convolution that has grown beyond its norm back to it. */
  project(): void
  /** No two images get further apart by more: from the norms of the convolutions. */
  norm(): number
}

/** Channels of one image: layers take multiples of four, the spare ones stay zero. */
const ONE = 4
/** Passes of the power iteration at the start, and after a step that changed weights little. */
const [PASSES, MORE] = [60, 4]

/**
 * N(x) = bound (x + M(x)) / 2, where M is three 3 x 3 convolutions with leaky rectifiers between and stretches nothing. There are
 * no biases, so a brighter image gets a brighter answer. Every convolution is held to a norm of 1: the largest singular value
 * of the whole operator, by power iteration (spectral normalisation, Miyato et al. 2018, arXiv 1802.05957, of the
 * convolution itself instead of its weights as a matrix). Without the x beside, M would have to pass what is good already,
 * and rectified layers of norm 1 lose half of it.
 */
export function lipschitzNetwork(
  { rows, columns, channels = 8, bound }: LipschitzShape,
  engine: (room: LayerRoom) => Layers = simdLayers,
): LipschitzNetwork {
  const at = places()
  const size = rows * columns
  const half = bound / 2
  const widths = [ONE, channels, channels, ONE]
  const shapes: readonly LayerShape[] = [0, 1, 2].map((n) => ({
    rows,
    columns,
    inputs: widths[n],
    outputs: widths[n + 1],
  }))
  const real = [1, channels, channels, 1]
  const weights = shapes.map((shape, n) => at.parameter(weightCount(shape, 9), { fanIn: 9 * real[n] }))
  const plane = planeSize({ rows, columns })
  const images = (count: number) => at.take(count * plane)
  /** What goes into every convolution, and what comes out of the last; slopes beside; vectors of the power iteration. */
  const inputs = widths.map(images)
  const slopes = widths.map(images)
  const vectors = shapes.map((shape) => ({ x: images(shape.inputs), y: images(shape.outputs) }))
  const growth = at.take(Math.max(...shapes.map((shape) => weightCount(shape, 9))))
  const layers = engine({ count: at.count, convolutions: shapes, widenings: [] })
  const { values } = layers
  const behind = at.parameters

  /** Largest singular value of a convolution; its vector is kept for the next time. */
  const normOf = (n: number, passes: number): number => {
    const { x, y } = vectors[n]
    const count = shapes[n].inputs * plane
    let found = 0
    for (let k = 0; k < passes; k++) {
      unit(values, x, count)
      layers.convolve(shapes[n], x, weights[n], y)
      found = Math.sqrt(squares(values, y, shapes[n].outputs * plane))
      layers.convolveInputs(shapes[n], y, weights[n], x)
    }
    return found
  }
  const scale = (n: number, factor: number) => {
    for (let p = weights[n]; p < weights[n] + weightCount(shapes[n], 9); p++) values[p] *= factor
  }
  const clear = (place: number) => values.fill(0, place, place + ONE * plane)
  return {
    layers,
    parameters: behind,
    start(seed) {
      values.fill(0, 0, 4 * behind)
      at.start(seed, values)
      shapes.forEach((shape, n) => {
        for (let o = 0; o < shape.outputs; o++)
          for (let i = 0; i < shape.inputs; i++)
            if (i >= real[n] || o >= real[n + 1])
              for (let tap = 0; tap < 9; tap++) values[weights[n] + convolutionWeight(shape, tap, o, i)] = 0
        const { x } = vectors[n]
        values.fill(0, x, x + shape.inputs * plane)
        // Any vector that is not orthogonal to the wanted one.
        for (let c = 0; c < real[n]; c++)
          for (let p = 0; p < size; p++) values[x + c * plane + p] = 1 + 0.5 * Math.sin(p + c)
        scale(n, 1 / normOf(n, PASSES))
      })
    },
    forward(image, into) {
      values.set(image, inputs[0])
      for (let n = 0; n < 3; n++) {
        layers.convolve(shapes[n], inputs[n], weights[n], inputs[n + 1])
        if (n < 2) rectify(values, inputs[n + 1], channels * plane)
      }
      for (let p = 0; p < size; p++) into[p] = half * (image[p] + values[inputs[3] + p])
    },
    backward(cotangent, into) {
      clear(slopes[3])
      for (let p = 0; p < size; p++) values[slopes[3] + p] = half * cotangent[p]
      for (let n = 2; n >= 0; n--) {
        layers.convolveInputs(shapes[n], slopes[n + 1], weights[n], slopes[n])
        if (n > 0)
          for (let p = 0; p < channels * plane; p++) if (values[inputs[n] + p] <= 0) values[slopes[n] + p] *= LEAK
      }
      for (let p = 0; p < size; p++) into[p] = half * cotangent[p] + values[slopes[0] + p]
    },
    weightSlopes() {
      shapes.forEach((shape, n) => {
        layers.convolveWeights(shape, inputs[n], slopes[n + 1], weights[n] + behind)
      })
    },
    tangent() {
      shapes.forEach((shape, n) => {
        const { x, y } = vectors[n]
        const [count, slope] = [weightCount(shape, 9), weights[n] + behind]
        // The slopes of the norm by the weights, up to a factor: the singular vectors against each other.
        normOf(n, 1)
        unit(values, x, shape.inputs * plane)
        layers.convolve(shape, x, weights[n], y)
        layers.convolveWeights(shape, x, y, growth)
        let along = 0
        for (let p = 0; p < count; p++) along += values[slope + p] * values[growth + p]
        if (along >= 0) return
        const part = along / squares(values, growth, count)
        for (let p = 0; p < count; p++) values[slope + p] -= part * values[growth + p]
      })
    },
    project() {
      shapes.forEach((_, n) => {
        const norm = normOf(n, MORE)
        if (norm > 1) scale(n, 1 / norm)
      })
    },
    norm: () => half * (1 + shapes.reduce((product, _, n) => product * normOf(n, PASSES), 1)),
  }
}

function squares(values: Float32Array | Float64Array, at: number, count: number): number {
  let sum = 0
  for (let p = at; p < at + count; p++) sum += values[p] * values[p]
  return sum
}

function unit(values: Float32Array | Float64Array, at: number, count: number): void {
  const length = Math.sqrt(squares(values, at, count))
  for (let p = at; p < at + count; p++) values[p] /= length
}

function rectify(values: Float32Array | Float64Array, at: number, count: number): void {
  for (let p = at; p < at + count; p++) if (values[p] <= 0) values[p] *= LEAK
}
