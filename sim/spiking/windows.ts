import type { Pair } from '../../src/exchange/nir/index.ts'
import { builder, type Synapses } from './synapses.ts'

/** Windows that slide over an image: channels x rows x columns in and out. */
export interface WindowGrid {
  readonly input: readonly number[]
  readonly output: readonly number[]
  readonly kernel: Pair
  readonly stride: Pair
  /** Rows and columns of zeros before the first; what follows the last is whatever the output's size asks for. */
  readonly padding: Pair
  readonly dilation: Pair
}

export interface WindowWeights {
  /** Channels are cut into groups that do not see each other. */
  readonly groups: number
  /** Weight of an output channel, an input channel within its group, a row and a column of the kernel. */
  weight(output: number, input: number, y: number, x: number): number
}

/** The synapses of a convolution, cross-correlation as everywhere in machine learning. */
export function windows(grid: WindowGrid, { groups, weight }: WindowWeights, who: string): Synapses {
  const { input, output, kernel } = grid
  const [channels, rows, columns] = input
  const [outChannels, outRows, outColumns] = output
  const inGroup = channels / groups
  const outGroup = outChannels / groups
  const bound = outChannels * outRows * outColumns * inGroup * kernel[0] * kernel[1]
  const out = builder(outChannels * outRows * outColumns, channels * rows * columns, bound, who)
  const down = hits(grid, 0)
  const across = hits(grid, 1)
  for (let c = 0; c < channels; c++) {
    const first = Math.floor(c / inGroup) * outGroup
    for (let y = 0; y < rows; y++) {
      for (let x = 0; x < columns; x++) {
        for (let o = first; o < first + outGroup; o++) {
          for (const [oy, ky] of down[y]) {
            for (const [ox, kx] of across[x]) {
              out.add((o * outRows + oy) * outColumns + ox, weight(o, c % inGroup, ky, kx))
            }
          }
        }
        out.endColumn()
      }
    }
  }
  return out.done()
}

/** For every place along an axis: which windows see it, and with which part of the kernel. */
function hits(
  { input, output, kernel, stride, padding, dilation }: WindowGrid,
  axis: 0 | 1,
): (readonly [window: number, part: number])[][] {
  return Array.from({ length: input[axis + 1] }, (_, place) => {
    const found: [number, number][] = []
    for (let part = 0; part < kernel[axis]; part++) {
      const from = place + padding[axis] - part * dilation[axis]
      const window = from / stride[axis]
      if (from >= 0 && Number.isInteger(window) && window < output[axis + 1]) found.push([window, part])
    }
    return found
  })
}
