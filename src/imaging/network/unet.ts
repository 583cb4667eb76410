import { InsituError } from '../../errors.ts'
import { type Images, type Layers, planeSize, weightCount } from '../../kernels/network/layers.ts'
import { type LayerRoom, simdLayers } from '../../kernels/network/simd.ts'
import { type Block, block, blockParameters } from './block.ts'
import { places } from './parameters.ts'

export interface UNetShape {
  /** Both divisible by 2^(levels - 1). */
  readonly rows: number
  readonly columns: number
  /** Channels of every level, from the finest; default 16, 32, 64, 128. Multiples of four. */
  readonly widths?: readonly number[]
}

/** A network from one image to one image of the same size. */
export interface UNet {
  readonly layers: Layers
  /** Places of the image that goes in and of the one that comes out, before any sigmoid. */
  readonly input: number
  readonly output: number
  /** Place of the slopes by the output, for `backward`. */
  readonly slopes: number
  /** Numbers of the parameters, which begin at place 0; their slopes follow, then the two moments of Adam. */
  readonly parameters: number
  /** Draws the parameters of a seed and forgets the moments. */
  start(seed: number): void
  forward(): void
  /** Slopes by the parameters, from those by the output. */
  backward(): void
}

/** Spare channels of the input: layers take multiples of four. */
const INPUTS = 4

/**
 * U-Net (Ronneberger, Fischer and Brox 2015, arXiv 1505.04597): at every level two 3 x 3 convolutions, normalised and
 * rectified; down by pooling, up by transposed convolutions, what was there before beside what comes from below.
 *
 * Throws `CONFIG` for a grid that its levels do not divide.
 */
export function uNet(shape: UNetShape, engine: (room: LayerRoom) => Layers = simdLayers): UNet {
  const { rows, columns, widths = [16, 32, 64, 128] } = shape
  checkShape(rows, columns, widths)
  const at = places()
  const last = widths.length - 1
  const grids = widths.map((channels, l): Images => ({ channels, rows: rows >> l, columns: columns >> l }))
  const downParameters = grids.map(({ channels, ...grid }, l) => {
    const inputs = l === 0 ? INPUTS : widths[l - 1]
    return blockParameters({ ...grid, inputs, outputs: channels }, at, l === 0 ? 1 : inputs)
  })
  const upParameters = grids.slice(0, last).map(({ channels, ...grid }, l) => {
    const widening = { ...grids[l + 1], inputs: widths[l + 1], outputs: channels }
    // torch counts the outputs of a transposed convolution as what goes in.
    const start = { fanIn: 4 * channels }
    const weights = at.parameter(weightCount(widening, 4), start)
    const bias = at.parameter(channels, start)
    return { widening, weights, bias, block: blockParameters({ ...grid, inputs: 2 * channels, outputs: channels }, at) }
  })
  const blend = at.parameter(widths[0] + 1, { fanIn: widths[0] })

  const sizes = grids.map(({ channels, ...grid }) => channels * planeSize(grid))
  const input = at.take(INPUTS * planeSize(shape))
  const output = at.take(planeSize(shape))
  const slopes = at.take(planeSize(shape))
  const spare = at.take(Math.max(...sizes))
  /** Of every level but the deepest: what it hands over and what comes from below, side by side, and the slopes by both. */
  const joined = sizes.slice(0, last).map((size) => ({ z: at.take(2 * size), d: at.take(2 * size) }))
  const pooled = grids.slice(1).map((grid, l) => {
    const size = widths[l] * planeSize(grid)
    return { z: at.take(size), d: at.take(size) }
  })
  /** What every level gives, and its slopes. */
  const given = sizes.map((size) => ({ z: at.take(size), d: at.take(size) }))
  const down: Block[] = downParameters.map((parameters, l) =>
    block(parameters, at, { spare, x: l === 0 ? input : pooled[l - 1].z, z: l === last ? given[l].z : joined[l].z }),
  )
  const up: Block[] = upParameters.map((parameters, l) =>
    block(parameters.block, at, { spare, x: joined[l].z, z: given[l].z }),
  )
  const layers = engine({
    count: at.count,
    convolutions: [...downParameters, ...upParameters.map((parameters) => parameters.block)].flatMap((parameters) => [
      parameters.first.shape,
      parameters.second.shape,
    ]),
    widenings: upParameters.map(({ widening }) => widening),
  })
  const behind = at.parameters
  return {
    ...{ layers, input, output, slopes, parameters: at.parameters },
    start(seed) {
      layers.values.fill(0, 0, 4 * behind)
      at.start(seed, layers.values)
    },
    forward() {
      for (let l = 0; l <= last; l++) {
        down[l].forward(layers)
        if (l < last) layers.pool(grids[l], joined[l].z, pooled[l].z)
      }
      for (let l = last - 1; l >= 0; l--) {
        const { widening, weights, bias } = upParameters[l]
        layers.widen(widening, given[l + 1].z, weights, bias, joined[l].z + sizes[l])
        up[l].forward(layers)
      }
      layers.blend(grids[0], given[0].z, blend, output)
    },
    backward() {
      layers.blendBack(grids[0], given[0].z, blend, slopes, blend + behind, given[0].d)
      for (let l = 0; l < last; l++) {
        const { widening, weights, bias } = upParameters[l]
        up[l].backward(layers, given[l].d, joined[l].d)
        layers.widenBack(widening, {
          ...{ x: given[l + 1].z, w: weights, dy: joined[l].d + sizes[l], dx: given[l + 1].d },
          ...{ dw: weights + behind, dbias: bias + behind },
        })
      }
      down[last].backward(layers, given[last].d, last > 0 ? pooled[last - 1].d : undefined)
      for (let l = last - 1; l >= 0; l--) {
        layers.poolBack(grids[l], joined[l].z, pooled[l].z, pooled[l].d, joined[l].d)
        down[l].backward(layers, joined[l].d, l > 0 ? pooled[l - 1].d : undefined)
      }
    },
  }
}

function checkShape(rows: number, columns: number, widths: readonly number[]): void {
  const step = 2 ** (widths.length - 1)
  const whole = (size: number) => Number.isInteger(size) && size >= step && size % step === 0
  if (widths.length < 1 || widths.some((width) => !Number.isInteger(width) || width < 4 || width % 4 !== 0))
    throw new InsituError('CONFIG', `U-Net: widths must be multiples of four, got ${widths.join(', ') || 'none'}`)
  if (!whole(rows) || !whole(columns))
    throw new InsituError(
      'CONFIG',
      `U-Net: rows and columns must be multiples of ${step} for ${widths.length} levels, got ${rows} x ${columns}`,
    )
}
