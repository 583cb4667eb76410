import { uNet } from '../../src/imaging/network/unet.ts'
import { loadKernel } from '../../src/kernels/module.ts'
import { convolutionWeight, type LayerShape, planeSize } from '../../src/kernels/network/layers.ts'
import { plainLayers } from '../../src/kernels/network/plain.ts'
import { type LayerRoom, type NetworkExports, simdLayers } from '../../src/kernels/network/simd.ts'
import { networkWasm } from '../../src/kernels/wasm/network.ts'
import type { Contender } from './measure.ts'
import type { Answering } from './wave-case.ts'

const plain = ({ count }: LayerRoom) => plainLayers(new Float32Array(count))
const ENGINES = { WebAssembly: simdLayers, 'plain TypeScript': plain } as const

/** One step of training the U-Net of the reference configuration: forward, back, Adam. */
export function uNetStep(engine: keyof typeof ENGINES, size: number): Contender {
  const net = uNet({ rows: size, columns: size }, ENGINES[engine])
  const { layers, parameters: count } = net
  net.start(1)
  for (let p = 0; p < size * size; p++) {
    layers.values[net.input + p] = Math.sin(p)
    layers.values[net.slopes + p] = Math.cos(p) / size ** 2
  }
  const places = { count, theta: 0, slopes: count, first: 2 * count, second: 3 * count }
  let step = 0
  return {
    name: engine,
    work() {
      net.forward()
      net.backward()
      layers.adam({ ...places, rate: 0.01, beta1: 0.5, beta2: 0.9, epsilon: 1e-8, step: ++step })
      return 1
    },
  }
}

/** Floating point operations of a 3 x 3 convolution and its slopes as they are written down. */
export function operations({ inputs, outputs, rows, columns }: LayerShape): number {
  return 3 * 2 * 9 * inputs * outputs * rows * columns
}

/** One convolution forward, by its inputs and by its weights, and the numbers for peers. */
export function convolutionCase(shape: LayerShape) {
  const { inputs, outputs, rows, columns } = shape
  const plane = planeSize(shape)
  const weights = 9 * inputs * outputs
  const sizes = [inputs * plane, weights, outputs * plane, outputs * plane, inputs * plane, weights]
  const [x, w, dy, y, dx, dw] = sizes.map((_, n) => sizes.slice(0, n).reduce((sum, size) => sum + size, 0))
  const count = sizes.reduce((sum, size) => sum + size, 0)
  const numbers = (length: number, rate: number) => Float64Array.from({ length }, (_, n) => Math.cos(rate * n))
  const given = { x: numbers(inputs * plane, 0.7), w: numbers(weights, 1.3), dy: numbers(outputs * plane, 0.9) }
  /** Weights as peers have them, [o][i][tap], from or to the layers' own order. */
  const order = Array.from({ length: weights }, (_, n) =>
    convolutionWeight(shape, n % 9, Math.floor(n / 9 / inputs), Math.floor(n / 9) % inputs),
  )
  const contender = (engine: keyof typeof ENGINES): Answering => {
    const layers = ENGINES[engine]({ count, convolutions: [shape], widenings: [] })
    const { values } = layers
    values.set(given.x, x)
    values.set(given.dy, dy)
    for (let n = 0; n < weights; n++) values[w + order[n]] = given.w[n]
    const work = () => {
      layers.convolve(shape, x, w, y)
      layers.convolveInputs(shape, dy, w, dx)
      layers.convolveWeights(shape, x, dy, dw)
      return 1
    }
    return {
      name: engine,
      work,
      answer() {
        work()
        const ordered = order.map((place) => values[dw + place])
        return Float64Array.from([...values.subarray(y, y + outputs * plane), ...values.subarray(dx, dw), ...ordered])
      },
    }
  }
  return {
    contenders: [contender('WebAssembly'), contender('plain TypeScript')],
    numbers: Float64Array.from([inputs, outputs, rows, columns, ...given.x, ...given.w, ...given.dy]),
  }
}

/** The product of matrices alone, 64 x 64 times 64 x 64: units are floating point operations. */
export function productAlone(): Contender {
  const kernel = loadKernel<NetworkExports>(networkWasm)
  const [n, bytes] = [64, 4 * 64 * 64]
  kernel.reserve(4096 + 3 * bytes)
  const times = 50
  return {
    name: 'product, WebAssembly',
    work() {
      for (let k = 0; k < times; k++) kernel.exports.multiply(4096, n, n, 4096 + bytes, n / 8, 4096 + 2 * bytes)
      return times * 2 * n ** 3
    },
  }
}
