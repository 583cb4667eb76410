import { convolutionWeight, EPSILON, type Images, type LayerShape, type Layers, LEAK, planeSize } from './layers.ts'
import { plainWidening } from './plain-widening.ts'

/** The layers as they are written down: the oracle of the kernel, in the precision of `values`. */
export function plainLayers(values: Float32Array | Float64Array): Layers {
  const v = values
  return {
    values,
    convolve(shape, x, w, y) {
      clear(v, y, shape.outputs * planeSize(shape))
      overTaps(shape, (weight, from, to, o, i, plane) => {
        v[y + o * plane + to] += v[w + weight] * v[x + i * plane + from]
      })
    },
    convolveInputs(shape, dy, w, dx) {
      clear(v, dx, shape.inputs * planeSize(shape))
      overTaps(shape, (weight, from, to, o, i, plane) => {
        v[dx + i * plane + from] += v[w + weight] * v[dy + o * plane + to]
      })
    },
    convolveWeights(shape, x, dy, dw) {
      clear(v, dw, 9 * shape.inputs * shape.outputs)
      overTaps(shape, (weight, from, to, o, i, plane) => {
        v[dw + weight] += v[x + i * plane + from] * v[dy + o * plane + to]
      })
    },
    ...plainWidening(v),
    normalise(images, x, gain, shift, stats, z) {
      const [plane, count] = [planeSize(images), images.rows * images.columns]
      for (let c = 0; c < images.channels; c++) {
        const at = x + c * plane
        let mean = 0
        for (let n = 0; n < count; n++) mean += v[at + n] / count
        let variance = 0
        for (let n = 0; n < count; n++) variance += (v[at + n] - mean) ** 2 / count
        const inverse = 1 / Math.sqrt(variance + EPSILON)
        v[stats + 2 * c] = mean
        v[stats + 2 * c + 1] = inverse
        for (let n = 0; n < count; n++) {
          const linear = v[gain + c] * (v[at + n] - mean) * inverse + v[shift + c]
          v[z + c * plane + n] = linear > 0 ? linear : LEAK * linear
        }
      }
    },
    normaliseBack(images, { x, z, gain, stats, dz, dgain, dshift, dx }) {
      const [plane, count] = [planeSize(images), images.rows * images.columns]
      for (let c = 0; c < images.channels; c++) {
        const [mean, inverse, at] = [v[stats + 2 * c], v[stats + 2 * c + 1], c * plane]
        const slope = (n: number) => v[dz + at + n] * (v[z + at + n] > 0 ? 1 : LEAK)
        const standard = (n: number) => (v[x + at + n] - mean) * inverse
        let [along, turn] = [0, 0]
        for (let n = 0; n < count; n++) {
          along += slope(n)
          turn += slope(n) * standard(n)
        }
        v[dshift + c] = along
        v[dgain + c] = turn
        for (let n = 0; n < count; n++)
          v[dx + at + n] = v[gain + c] * inverse * (slope(n) - along / count - (standard(n) * turn) / count)
      }
    },
    pool(images, x, y) {
      overSquares(images, (at, to) => {
        v[y + to] = Math.max(...at.map((p) => v[x + p]))
      })
    },
    poolBack(images, x, y, dy, dx) {
      overSquares(images, (at, to) => {
        v[dx + (at.find((p) => v[x + p] === v[y + to]) as number)] += v[dy + to]
      })
    },
    blend(images, x, w, y) {
      const [plane, count] = [planeSize(images), images.rows * images.columns]
      for (let n = 0; n < count; n++) {
        v[y + n] = v[w + images.channels]
        for (let c = 0; c < images.channels; c++) v[y + n] += v[w + c] * v[x + c * plane + n]
      }
    },
    blendBack(images, x, w, dy, dw, dx) {
      const [plane, count] = [planeSize(images), images.rows * images.columns]
      clear(v, dw, images.channels + 1)
      for (let n = 0; n < count; n++) {
        v[dw + images.channels] += v[dy + n]
        for (let c = 0; c < images.channels; c++) {
          v[dw + c] += v[dy + n] * v[x + c * plane + n]
          v[dx + c * plane + n] = v[w + c] * v[dy + n]
        }
      }
    },
    adam({ count, theta, slopes, first, second, rate, beta1, beta2, epsilon, step }) {
      const [one, two] = [1 / (1 - beta1 ** step), 1 / (1 - beta2 ** step)]
      for (let n = 0; n < count; n++) {
        const g = v[slopes + n]
        v[first + n] = beta1 * v[first + n] + (1 - beta1) * g
        v[second + n] = beta2 * v[second + n] + (1 - beta2) * g * g
        v[theta + n] -= (rate * one * v[first + n]) / (Math.sqrt(two * v[second + n]) + epsilon)
      }
    },
  }
}

function clear(v: Float32Array | Float64Array, at: number, count: number): void {
  v.fill(0, at, at + count)
}

/** Every product of a 3 x 3 convolution: place of its weight, of its input and its output in their planes, and both channels. */
function overTaps(
  shape: LayerShape,
  visit: (weight: number, from: number, to: number, o: number, i: number, plane: number) => void,
): void {
  const { inputs, outputs, rows, columns } = shape
  const plane = planeSize(shape)
  for (let o = 0; o < outputs; o++)
    for (let i = 0; i < inputs; i++)
      for (let tap = 0; tap < 9; tap++) {
        const [a, b] = [Math.floor(tap / 3) - 1, (tap % 3) - 1]
        const weight = convolutionWeight(shape, tap, o, i)
        for (let r = Math.max(0, -a); r < Math.min(rows, rows - a); r++)
          for (let c = Math.max(0, -b); c < Math.min(columns, columns - b); c++)
            visit(weight, (r + a) * columns + c + b, r * columns + c, o, i, plane)
      }
}

/** Every 2 x 2 square of every channel: the places of its four numbers, and its own among the squares. */
function overSquares(images: Images, visit: (at: readonly number[], to: number) => void): void {
  const { channels, rows, columns } = images
  const [plane, small] = [planeSize(images), planeSize({ rows: rows / 2, columns: columns / 2 })]
  for (let channel = 0; channel < channels; channel++)
    for (let r = 0; r < rows / 2; r++)
      for (let c = 0; c < columns / 2; c++) {
        const first = channel * plane + 2 * r * columns + 2 * c
        visit([first, first + 1, first + columns, first + columns + 1], channel * small + (r * columns) / 2 + c)
      }
}
