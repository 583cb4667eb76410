import { InsituError } from '../../../src/errors.ts'
import { AXON_TYPES, AXONS, type AxonAddress, type CoreNetwork, type CoreSpec, NEURONS } from '../network.ts'
import { memorylessNeuron, TIES, type Tie } from './neuron.ts'
import { openCore, outputCore } from './outputs.ts'
import { checkCount, MOST_CORES } from './stack.ts'

/** Side of a window: its pixels fill the axons of a core. */
const WINDOW = Math.sqrt(AXONS)
/** Neurons of a core for each core that looks at it: four share the axons of one. */
const SHARE = AXONS / 4

export interface PyramidOptions {
  /** Pixels along the side of a square image; default 28. */
  readonly side?: number
  /** Pixels from one 16 x 16 window to the next: 12 makes 5 cores in two layers of a 28 x 28 image, 4 makes 30 in four. */
  readonly stride: number
  /** Output lines; default 10. */
  readonly classes?: number
  /** Default 'strict'. */
  readonly tie?: Tie
  /** Of the signs; default 1. */
  readonly seed?: number
}

/**
 * Windows over an image, then cores that each look at 2 x 2 cores of the layer below, up to one that has the classes; all
 * crossings open (networks of Esser et al. 2015, as far as their energy arithmetic tells).
 *
 * A core has 64 neurons for every core that looks at it. Lines are pixels, row by row.
 */
export function pyramidLayout(options: PyramidOptions): CoreNetwork {
  const { side = 28, stride, classes = 10, tie = TIES[0], seed = 1 } = options
  checkCount('stride', stride, WINDOW)
  checkCount('classes', classes, NEURONS)
  const grid = (side - WINDOW) / stride + 1
  if (!Number.isInteger(grid) || grid < 1)
    throw new InsituError(
      'CONFIG',
      `neuromorphic-core: windows of ${WINDOW} x ${WINDOW} at stride ${stride} do not cover an image of ${side} x ${side}`,
    )
  checkCount('cores', (grid * (grid + 1) * (2 * grid + 1)) / 6, MOST_CORES)
  const cores: CoreSpec[] = []
  let numbered = 0
  let first = 0
  for (let size = grid; size > 1; size--) {
    const above = first + size * size
    for (let at = 0; at < size * size; at++) {
      const neurons = targets(Math.floor(at / size), at % size, size - 1).map(({ core, axon }) =>
        memorylessNeuron(seed, numbered++, tie, { core: above + core, axon, delay: 1 }),
      )
      cores.push(openCore(neurons, size === grid ? WINDOW_TYPES : undefined))
    }
    first = above
  }
  const last = outputCore(classes, seed, numbered, tie)
  cores.push(grid === 1 ? openCore(last.neurons, WINDOW_TYPES) : last)
  return { cores, inputs: windows(side, stride, grid), outputs: classes, seed }
}

/** Types in a window: every 2 x 2 pixels have all four. */
const WINDOW_TYPES = Array.from({ length: AXONS }, (_, a) => ((a % WINDOW) + 2 * Math.floor(a / WINDOW)) % AXON_TYPES)

/** Per pixel the axons of the windows it lies in. */
function windows(side: number, stride: number, grid: number): readonly (readonly AxonAddress[])[] {
  const inputs = Array.from({ length: side * side }, (): AxonAddress[] => [])
  for (let core = 0; core < grid * grid; core++) {
    const [top, left] = [Math.floor(core / grid) * stride, (core % grid) * stride]
    for (let axon = 0; axon < AXONS; axon++)
      inputs[(top + Math.floor(axon / WINDOW)) * side + left + (axon % WINDOW)].push({ core, axon })
  }
  return inputs
}

/** Where the neurons of the core at (row, column) go: 64 for each of the cores above, in a grid of `size`, that see it. */
function targets(row: number, column: number, size: number): readonly AxonAddress[] {
  const found: AxonAddress[] = []
  for (let y = Math.max(0, row - 1); y <= Math.min(size - 1, row); y++)
    for (let x = Math.max(0, column - 1); x <= Math.min(size - 1, column); x++) {
      const quarter = 2 * (row - y) + (column - x)
      for (let n = 0; n < SHARE; n++) found.push({ core: y * size + x, axon: quarter * SHARE + n })
    }
  return found
}
