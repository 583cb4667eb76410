import { type Images, type LayerShape, type Layers, planeSize, weightCount } from '../../kernels/network/layers.ts'
import type { Places } from './parameters.ts'

/** The parameters of two convolutions with their normalisations. */
export interface BlockParameters {
  readonly first: ConvolutionParameters
  readonly second: ConvolutionParameters
}

interface ConvolutionParameters {
  readonly shape: LayerShape
  readonly images: Images
  readonly weights: number
  readonly gain: number
  readonly shift: number
}

/** Takes the places of the parameters. `real`: channels of the input that are not spare. */
export function blockParameters(shape: LayerShape, at: Places, real = shape.inputs): BlockParameters {
  const one = (of: LayerShape, fan: number): ConvolutionParameters => ({
    shape: of,
    images: { channels: of.outputs, rows: of.rows, columns: of.columns },
    weights: at.parameter(weightCount(of, 9), { fanIn: 9 * fan }),
    gain: at.parameter(of.outputs, { value: 1 }),
    shift: at.parameter(of.outputs, { value: 0 }),
  })
  return { first: one(shape, real), second: one({ ...shape, inputs: shape.outputs }, shape.outputs) }
}

/** Two 3 x 3 convolutions, each normalised and rectified. A bias before a normalisation would do nothing: there is none. */
export interface Block {
  readonly outputs: Images
  forward(layers: Layers): void
  /** Overwrites the slopes by its output, at `dz`; writes those by its input to `dx`, unless that is undefined. */
  backward(layers: Layers, dz: number, dx: number | undefined): void
}

/** A block from place `x` to place `z`; `spare` is room for the slopes between the convolutions. */
export function block(
  { first, second }: BlockParameters,
  at: Places,
  { x, z, spare }: { readonly x: number; readonly z: number; readonly spare: number },
): Block {
  const size = first.shape.outputs * planeSize(first.shape)
  const between = at.take(size)
  const stages = [
    { ...first, from: x, to: between, linear: at.take(size), stats: at.take(2 * first.shape.outputs) },
    { ...second, from: between, to: z, linear: at.take(size), stats: at.take(2 * second.shape.outputs) },
  ]
  return {
    outputs: second.images,
    forward(layers) {
      for (const { shape, images, weights, gain, shift, from, linear, stats, to } of stages) {
        layers.convolve(shape, from, weights, linear)
        layers.normalise(images, linear, gain, shift, stats, to)
      }
    },
    backward(layers, dz, dx) {
      const slopes = at.parameters
      for (let n = 1; n >= 0; n--) {
        const { shape, images, weights, gain, shift, from, linear, stats, to } = stages[n]
        const dy = n === 1 ? dz : spare
        const back = n === 1 ? spare : dx
        layers.normaliseBack(images, {
          ...{ x: linear, z: to, gain, stats, dz: dy, dx: dy },
          ...{ dgain: gain + slopes, dshift: shift + slopes },
        })
        layers.convolveWeights(shape, from, dy, weights + slopes)
        if (back !== undefined) layers.convolveInputs(shape, dy, weights, back)
      }
    },
  }
}
