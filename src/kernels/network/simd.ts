import { InsituError } from '../../errors.ts'
import { loadKernel } from '../module.ts'
import { networkWasm } from '../wasm/network.ts'
import { EPSILON, type LayerShape, type Layers, LEAK, planeSize } from './layers.ts'

type Call = (...numbers: number[]) => void

export interface NetworkExports {
  readonly convolve: Call
  readonly convolveInputs: Call
  readonly convolveWeights: Call
  readonly widen: Call
  readonly widenBack: Call
  readonly normalise: Call
  readonly normaliseBack: Call
  readonly pool: Call
  readonly poolBack: Call
  readonly blend: Call
  readonly blendBack: Call
  readonly adam: Call
  readonly multiply: Call
  readonly multiplyTransposed: Call
  readonly accumulate: Call
}

/** Where the words of a layer's shape lie, and where the values begin. */
const HEAD = 1024
const BASE = 4096
const LINE = 64
/** Numbers that the tiles of a piece of an image may take: they should stay in the second cache. */
const PIECE = 1 << 16

/** What a memory has to hold. */
export interface LayerRoom {
  /** Numbers of the values. */
  readonly count: number
  readonly convolutions: readonly LayerShape[]
  readonly widenings: readonly LayerShape[]
}

/**
 * The layers in WebAssembly SIMD, float32. Convolutions go by tiles of 2 x 2 outputs, 16 products instead of 36 (Lavin and
 * Gray, arXiv 1509.09308); the rounding errors are those of a few more additions.
 *
 * Throws `SHAPE` for channels that are no multiples of four.
 */
export function simdLayers({ count, convolutions, widenings }: LayerRoom): Layers {
  for (const { inputs, outputs } of [...convolutions, ...widenings])
    if (inputs % 4 !== 0 || outputs % 4 !== 0)
      throw new InsituError('SHAPE', `layers: channels must be multiples of four, got ${inputs} to ${outputs}`)
  const kernel = loadKernel<NetworkExports>(networkWasm)
  const scratch = aligned(BASE + 4 * count)
  const rooms = [...convolutions.map((shape) => tiling(shape, scratch)), ...widenings.map((s) => strips(s, scratch))]
  kernel.reserve(Math.max(scratch, ...rooms.map(({ end }) => end)) + LINE)
  const { buffer } = kernel.u32
  const values = new Float32Array(buffer, BASE, count)
  const words = new Uint32Array(buffer, HEAD, 16)
  const run = kernel.exports
  const at = (place: number) => BASE + 4 * place
  const plane = (of: { readonly rows: number; readonly columns: number }) => 4 * planeSize(of)
  const half = (of: { readonly rows: number; readonly columns: number }) =>
    plane({ rows: of.rows / 2, columns: of.columns / 2 })
  /** Writes the words of a layer; the kernel reads them during the call. */
  const head = (list: readonly number[]) => {
    for (let n = 0; n < list.length; n++) words[n] = list[n]
  }
  const plans = new Map([...convolutions, ...widenings].map((shape, n) => [shape, rooms[n].words]))
  const plan = (shape: LayerShape) => {
    const found = plans.get(shape)
    if (found === undefined) throw new InsituError('SHAPE', 'layers: no room was asked for a layer of this shape')
    head(found)
  }
  return {
    values,
    convolve(shape, x, w, y) {
      plan(shape)
      run.convolve(HEAD, at(x), at(w), at(y))
    },
    convolveInputs(shape, dy, w, dx) {
      plan(shape)
      run.convolveInputs(HEAD, at(dy), at(w), at(dx))
    },
    convolveWeights(shape, x, dy, dw) {
      plan(shape)
      run.convolveWeights(HEAD, at(x), at(dy), at(dw))
    },
    widen(shape, x, w, bias, y) {
      plan(shape)
      run.widen(HEAD, at(x), at(w), at(bias), at(y))
    },
    widenBack(shape, { x, w, dy, dw, dbias, dx }) {
      plan(shape)
      run.widenBack(HEAD, at(x), at(w), at(dy), at(dw), at(dbias), at(dx))
    },
    normalise(images, x, gain, shift, stats, z) {
      const { channels, rows, columns } = images
      run.normalise(
        ...[at(x), plane(images), channels, rows * columns, at(gain), at(shift), EPSILON, LEAK, at(stats), at(z)],
      )
    },
    normaliseBack(images, { x, z, gain, stats, dz, dgain, dshift, dx }) {
      const { channels, rows, columns } = images
      run.normaliseBack(
        ...[at(x), at(z), plane(images), channels, rows * columns, at(gain), at(stats), LEAK],
        ...[at(dz), at(dgain), at(dshift), at(dx)],
      )
    },
    pool(images, x, y) {
      run.pool(at(x), plane(images), images.channels, images.rows, images.columns, at(y), half(images))
    },
    poolBack(images, x, y, dy, dx) {
      const { channels, rows, columns } = images
      run.poolBack(at(x), plane(images), channels, rows, columns, at(y), at(dy), half(images), at(dx))
    },
    blend(images, x, w, y) {
      run.blend(at(x), plane(images), images.channels, at(w), at(y))
    },
    blendBack(images, x, w, dy, dw, dx) {
      const count = images.rows * images.columns
      run.blendBack(at(x), plane(images), images.channels, count, at(w), at(dy), at(dw), at(dx))
    },
    adam({ count: size, theta, slopes, first, second, rate, beta1, beta2, epsilon, step }) {
      const [one, two] = [1 / (1 - beta1 ** step), 1 / (1 - beta2 ** step)]
      run.adam(at(theta), at(slopes), at(first), at(second), size, rate, beta1, beta2, one, two, epsilon)
    },
  }
}

function aligned(bytes: number): number {
  return LINE * Math.ceil(bytes / LINE)
}

/** Words of a convolution, see assembly/shared/network/convolution.ts, and where its rooms end. */
function tiling(shape: LayerShape, scratch: number) {
  const { inputs, outputs, rows, columns } = shape
  const across = 4 * Math.ceil(columns / 8)
  const down = Math.ceil(rows / 2)
  // Strips are of eight tiles: an even number of rows of four tiles, or of any other odd number of fours.
  const least = across % 8 === 0 ? 1 : 2
  const fitting = Math.floor(PIECE / (16 * (inputs + outputs) * across))
  const wanted = Math.min(down, Math.max(1, fitting))
  const count = least * Math.ceil(wanted / least)
  const room = scratch
  const u = aligned(room + 4 * (2 * count + 2) * (2 * across + 8))
  const v = aligned(u + 64 * inputs * outputs)
  const most = Math.max(inputs, outputs)
  const m = aligned(v + 16 * (4 * most * across * count + LINE))
  const end = m + 16 * (4 * most * across * count + LINE)
  const words = [inputs, outputs, rows, columns, 4 * planeSize(shape), across, count, room, u, v, m]
  return { words, end }
}

/** Words of a transposed convolution, see assembly/shared/network/widening.ts, and where its rooms end. */
function strips(shape: LayerShape, scratch: number) {
  const { inputs, outputs, rows, columns } = shape
  const pixels = 8 * Math.ceil((rows * columns) / 8)
  const m = aligned(scratch + 4 * inputs * pixels)
  const wide = 4 * planeSize({ rows: 2 * rows, columns: 2 * columns })
  const words = [inputs, outputs, rows, columns, 4 * planeSize(shape), wide, scratch, m]
  return { words, end: m + 16 * outputs * pixels }
}
