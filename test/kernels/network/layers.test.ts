import { describe, expect, it } from 'vitest'
import {
  type Images,
  type LayerShape,
  type Layers,
  planeSize,
  weightCount,
} from '../../../src/kernels/network/layers.ts'
import { plainLayers } from '../../../src/kernels/network/plain.ts'
import { simdLayers } from '../../../src/kernels/network/simd.ts'
import { draws, fillUniform } from '../../../src/random/draws.ts'
import { STREAM } from '../../../src/random/streams.ts'

/** Sums of some hundred float32 products: a few units in the 24th bit each, and tiles add a few more. */
const TOLERANCE = 2e-5

/** The places of everything a test needs, all filled with random numbers; written places hold garbage before. */
function bench(sizes: readonly number[], shapes: { convolutions?: LayerShape[]; widenings?: LayerShape[] }) {
  const places = sizes.map((_, n) => sizes.slice(0, n).reduce((sum, size) => sum + 4 * Math.ceil(size / 4), 0))
  const count = places[places.length - 1] + sizes[sizes.length - 1]
  const numbers = fillUniform(draws(count, STREAM.testInputs), -1, 1, new Float64Array(count))
  const simd = simdLayers({ count, convolutions: shapes.convolutions ?? [], widenings: shapes.widenings ?? [] })
  simd.values.set(numbers)
  const plain = plainLayers(Float64Array.from(simd.values))
  return { places, both: [simd, plain] as const, sizes }
}

/** The largest difference of a written place between the engines, relative to its largest number. */
function apart([simd, plain]: readonly [Layers, Layers], at: number, images: Images): number {
  let [worst, most] = [0, 0]
  for (let c = 0; c < images.channels; c++)
    for (let n = 0; n < images.rows * images.columns; n++) {
      const place = at + c * planeSize(images) + n
      worst = Math.max(worst, Math.abs(simd.values[place] - plain.values[place]))
      most = Math.max(most, Math.abs(plain.values[place]))
    }
  return worst / most
}

const list = (count: number): Images => ({ channels: 1, rows: 1, columns: count })

/** Grids that fit the tiles, and grids that do not. */
const SHAPES: readonly LayerShape[] = [
  { inputs: 4, outputs: 16, rows: 16, columns: 16 },
  { inputs: 16, outputs: 8, rows: 8, columns: 24 },
  { inputs: 8, outputs: 12, rows: 5, columns: 5 },
  { inputs: 4, outputs: 4, rows: 1, columns: 1 },
  { inputs: 12, outputs: 4, rows: 7, columns: 18 },
  { inputs: 32, outputs: 32, rows: 3, columns: 40 },
]

describe('layers in WebAssembly', () => {
  it.each(SHAPES)('convolve as written down: %j', (shape) => {
    const plane = planeSize(shape)
    const { places, both } = bench([shape.inputs * plane, weightCount(shape, 9), shape.outputs * plane, 9, 9], {
      convolutions: [shape],
    })
    const [x, w, y] = places
    for (const layers of both) layers.convolve(shape, x, w, y)
    expect(apart(both, y, { ...shape, channels: shape.outputs })).toBeLessThan(TOLERANCE)
    for (const layers of both) layers.convolveInputs(shape, y, w, x)
    expect(apart(both, x, { ...shape, channels: shape.inputs })).toBeLessThan(TOLERANCE)
    for (const layers of both) layers.convolveWeights(shape, x, y, w)
    expect(apart(both, w, list(weightCount(shape, 9)))).toBeLessThan(TOLERANCE)
  })

  it('convolves an image in pieces where it is large', () => {
    const shape = { inputs: 8, outputs: 8, rows: 22, columns: 64 }
    const plane = planeSize(shape)
    const { places, both } = bench([shape.inputs * plane, weightCount(shape, 9), shape.outputs * plane], {
      convolutions: [shape],
    })
    const [x, w, y] = places
    for (const layers of both) layers.convolve(shape, x, w, y)
    expect(apart(both, y, { ...shape, channels: shape.outputs })).toBeLessThan(TOLERANCE)
    for (const layers of both) layers.convolveWeights(shape, x, y, w)
    expect(apart(both, w, list(weightCount(shape, 9)))).toBeLessThan(TOLERANCE)
  })

  it.each(SHAPES)('widen as written down: %j', (shape) => {
    const size = shape.inputs * planeSize(shape)
    const wide = { channels: shape.outputs, rows: 2 * shape.rows, columns: 2 * shape.columns }
    const weights = weightCount(shape, 4)
    const { places, both } = bench(
      [size, weights, shape.outputs, shape.outputs * planeSize(wide), weights, shape.outputs, size],
      { widenings: [shape] },
    )
    const [x, w, bias, y, dw, dbias, dx] = places
    for (const layers of both) layers.widen(shape, x, w, bias, y)
    expect(apart(both, y, wide)).toBeLessThan(TOLERANCE)
    for (const layers of both) layers.widenBack(shape, { x, w, dy: y, dw, dbias, dx })
    expect(apart(both, dw, list(weights))).toBeLessThan(TOLERANCE)
    expect(apart(both, dbias, list(shape.outputs))).toBeLessThan(TOLERANCE)
    expect(apart(both, dx, { ...shape, channels: shape.inputs })).toBeLessThan(TOLERANCE)
  })

  it.each([
    { channels: 3, rows: 6, columns: 6 },
    { channels: 5, rows: 10, columns: 2 },
    { channels: 4, rows: 16, columns: 16 },
  ])('normalise, pool and blend as written down: %j', (images) => {
    const { channels } = images
    const size = channels * planeSize(images)
    const small = { channels, rows: images.rows / 2, columns: images.columns / 2 }
    const { places, both } = bench(
      [
        size,
        channels,
        channels,
        2 * channels,
        size,
        size,
        channels,
        channels,
        channels * planeSize(small),
        channels + 1,
        channels + 1,
      ],
      {},
    )
    const [x, gain, shift, stats, z, dz, dgain, dshift, y, w, dw] = places
    for (const layers of both) layers.normalise(images, x, gain, shift, stats, z)
    expect(apart(both, z, images)).toBeLessThan(TOLERANCE)
    for (const layers of both) layers.pool(images, z, y)
    expect(apart(both, y, small)).toBeLessThan(TOLERANCE)
    for (const layers of both) layers.poolBack(images, z, y, y, dz)
    expect(apart(both, dz, images)).toBeLessThan(TOLERANCE)
    for (const layers of both) layers.normaliseBack(images, { x, z, gain, stats, dz, dgain, dshift, dx: dz })
    expect(apart(both, dgain, list(channels))).toBeLessThan(TOLERANCE)
    expect(apart(both, dshift, list(channels))).toBeLessThan(TOLERANCE)
    expect(apart(both, dz, images)).toBeLessThan(TOLERANCE)
    for (const layers of both) layers.blend(images, z, w, x)
    expect(apart(both, x, { ...images, channels: 1 })).toBeLessThan(TOLERANCE)
    for (const layers of both) layers.blendBack(images, z, w, x, dw, dz)
    expect(apart(both, dw, list(channels + 1))).toBeLessThan(TOLERANCE)
    expect(apart(both, dz, images)).toBeLessThan(TOLERANCE)
  })

  it('take steps of Adam', () => {
    const { places, both } = bench([40, 40, 40, 40], {})
    const [theta, slopes, first, second] = places
    for (const layers of both) {
      layers.values.fill(0, first, first + 80)
      for (let step = 1; step <= 3; step++)
        layers.adam({
          ...{ count: 40, theta, slopes, first, second, step },
          ...{ rate: 0.1, beta1: 0.5, beta2: 0.9, epsilon: 1e-8 },
        })
    }
    expect(apart(both, theta, list(40))).toBeLessThan(TOLERANCE)
    // The same slopes again and again: every step is one rate long.
    const [moved] = [both[1].values[slopes + 3]]
    const start = bench([40, 40, 40, 40], {}).both[1].values[theta + 3]
    expect(both[1].values[theta + 3]).toBeCloseTo(start - 0.3 * Math.sign(moved), 6)
  })

  it('refuse channels that are no multiples of four', () => {
    const shape = { inputs: 3, outputs: 4, rows: 8, columns: 8 }
    expect(() => simdLayers({ count: 4, convolutions: [shape], widenings: [] })).toThrow(/multiples of four/)
  })
})
