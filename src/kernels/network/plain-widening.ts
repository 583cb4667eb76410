import { type LayerShape, type Layers, planeSize, wideningWeight } from './layers.ts'

/** The transposed convolution as it is written down. */
export function plainWidening(v: Float32Array | Float64Array): Pick<Layers, 'widen' | 'widenBack'> {
  return {
    widen(shape, x, w, bias, y) {
      overOutputs(shape, (tap, o, from, to, plane) => {
        v[y + to] = v[bias + o]
        for (let i = 0; i < shape.inputs; i++)
          v[y + to] += v[w + wideningWeight(shape, tap, o, i)] * v[x + i * plane + from]
      })
    },
    widenBack(shape, { x, w, dy, dw, dbias, dx }) {
      v.fill(0, dw, dw + 4 * shape.inputs * shape.outputs)
      v.fill(0, dbias, dbias + shape.outputs)
      v.fill(0, dx, dx + shape.inputs * planeSize(shape))
      overOutputs(shape, (tap, o, from, to, plane) => {
        v[dbias + o] += v[dy + to]
        for (let i = 0; i < shape.inputs; i++) {
          const weight = wideningWeight(shape, tap, o, i)
          v[dw + weight] += v[dy + to] * v[x + i * plane + from]
          v[dx + i * plane + from] += v[dy + to] * v[w + weight]
        }
      })
    },
  }
}

/** Every output of a transposed convolution: its tap and channel, the place it comes from in a plane, and its own. */
function overOutputs(
  shape: LayerShape,
  visit: (tap: number, o: number, from: number, to: number, plane: number) => void,
): void {
  const { outputs, rows, columns } = shape
  const [plane, wide] = [planeSize(shape), planeSize({ rows: 2 * rows, columns: 2 * columns })]
  for (let o = 0; o < outputs; o++)
    for (let tap = 0; tap < 4; tap++)
      for (let r = 0; r < rows; r++)
        for (let c = 0; c < columns; c++) {
          const to = (2 * r + (tap >> 1)) * 2 * columns + 2 * c + (tap & 1)
          visit(tap, o, r * columns + c, o * wide + to, plane)
        }
}
