/** A layer that turns images of `inputs` channels into images of `outputs`; both multiples of four, spare channels zero. */
export interface LayerShape {
  readonly inputs: number
  readonly outputs: number
  /** Of the images that go in. */
  readonly rows: number
  readonly columns: number
}

/** Images of equal size, one after the other. */
export interface Images {
  readonly channels: number
  readonly rows: number
  readonly columns: number
}

export interface AdamStep {
  readonly count: number
  /** Places of the parameters, their slopes and the two moments. */
  readonly theta: number
  readonly slopes: number
  readonly first: number
  readonly second: number
  readonly rate: number
  readonly beta1: number
  readonly beta2: number
  readonly epsilon: number
  /** From 1. */
  readonly step: number
}

/**
 * Layers of convolutional networks on one image at a time, and their slopes, in one memory without allocation. What a layer
 * reads and writes are places in `values`: an image of c channels takes c * planeSize numbers, weights take `weightCount`.
 * A d before a name stands for the slopes of the cost by it.
 *
 * Two engines: `simdLayers` (float32, WebAssembly) and `plainLayers` (any precision), the oracle of the first.
 */
export interface Layers {
  readonly values: Float32Array | Float64Array

  /** 3 x 3 convolution, zeros around the image: y[o](r, c) = sum over i, a, b of w[o, i](a, b) x[i](r + a - 1, c + b - 1). */
  convolve(shape: LayerShape, x: number, w: number, y: number): void
  convolveInputs(shape: LayerShape, dy: number, w: number, dx: number): void
  convolveWeights(shape: LayerShape, x: number, dy: number, dw: number): void

  /** Transposed convolution 2 x 2 of stride 2: y[o](2 r + a, 2 c + b) = bias[o] + sum over i of w[o, i](a, b) x[i](r, c). */
  widen(shape: LayerShape, x: number, w: number, bias: number, y: number): void
  widenBack(shape: LayerShape, places: WidenBack): void

  /**
   * Batch normalisation with the statistics of this one image, then a leaky rectifier:
   * z = leaky(gain (x - mean) / sqrt(variance + 1e-5) + shift). Keeps mean and 1 / deviation in `stats`, two a channel.
   */
  normalise(images: Images, x: number, gain: number, shift: number, stats: number, z: number): void
  normaliseBack(images: Images, places: NormaliseBack): void

  /** The largest of every 2 x 2 numbers; rows and columns are even. */
  pool(images: Images, x: number, y: number): void
  /** Adds to dx, at the first of the largest. */
  poolBack(images: Images, x: number, y: number, dy: number, dx: number): void

  /** One image out of many: y = w[channels] + sum of w[c] x[c]. */
  blend(images: Images, x: number, w: number, y: number): void
  blendBack(images: Images, x: number, w: number, dy: number, dw: number, dx: number): void

  /** One step of Adam (Kingma and Ba 2015); `count` is a multiple of four. */
  adam(step: AdamStep): void
}

export interface WidenBack {
  readonly x: number
  readonly w: number
  readonly dy: number
  readonly dw: number
  readonly dbias: number
  readonly dx: number
}

export interface NormaliseBack {
  readonly x: number
  readonly z: number
  readonly gain: number
  readonly stats: number
  readonly dz: number
  readonly dgain: number
  readonly dshift: number
  /** May be `dz`. */
  readonly dx: number
}

/** Added to variances, as torch does. */
export const EPSILON = 1e-5
/** Slope of the rectifier below zero. */
export const LEAK = 0.2

/** Numbers from one channel of an image to the next. */
export function planeSize({ rows, columns }: Pick<Images, 'rows' | 'columns'>): number {
  return 4 * Math.ceil((rows * columns) / 4)
}

/** Numbers of a layer of `taps` weights per pair of channels. */
export function weightCount({ inputs, outputs }: LayerShape, taps: number): number {
  return taps * inputs * outputs
}

/** Where weight (o, i) of tap t lies: taps one after the other, outputs in blocks of four. */
export function convolutionWeight({ inputs, outputs }: LayerShape, tap: number, o: number, i: number): number {
  return tap * inputs * outputs + 4 * ((o >> 2) * inputs + i) + (o & 3)
}

/** Where weight (o, i) of tap 2 a + b of a transposed convolution lies: one matrix, taps below each other. */
export function wideningWeight({ inputs, outputs }: LayerShape, tap: number, o: number, i: number): number {
  const row = tap * outputs + o
  return 4 * ((row >> 2) * inputs + i) + (row & 3)
}
