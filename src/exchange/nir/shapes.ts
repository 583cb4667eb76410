import { InsituError } from '../../errors.ts'
import type { NirConv2d, NirFlatten, NirNode, NodeShapes, Pair, Shape } from './graph.ts'
import { shapeText, sizeOf } from './graph.ts'

/** Values on one edge; more is a damaged file. */
const LARGEST = 2 ** 24

/**
 * What a node takes and gives, where `arriving` comes in.
 *
 * `where` names the node in messages. Throws `SHAPE` where the two do not fit, `LIMIT` where a shape is too large.
 */
export function nodeShapes(node: NirNode, arriving: Shape | undefined, where: string): NodeShapes {
  const shapes = shapesOf(node, arriving, where)
  for (const shape of [shapes.input, shapes.output]) {
    if (sizeOf(shape) > LARGEST) {
      throw new InsituError('LIMIT', `${where}: ${shapeText(shape)} values; at most ${LARGEST} can be simulated`)
    }
  }
  return shapes
}

/** Whether values of one shape can go where another is wanted: flat lists take anything of their length. */
export function fits(given: Shape, wanted: Shape): boolean {
  const [a, b] = [given, wanted].map((shape) => shape.filter((length) => length !== 1))
  if (sizeOf(a) !== sizeOf(b)) return false
  return a.length < 2 || b.length < 2 || a.join() === b.join()
}

function shapesOf(node: NirNode, arriving: Shape | undefined, where: string): NodeShapes {
  switch (node.type) {
    case 'Linear':
    case 'Affine':
      return { input: [node.inputs], output: [node.outputs] }
    case 'Conv2d':
      return convolutionShapes(node, arriving, where)
    case 'SumPool2d': {
      const input = image(arriving, where)
      const { kernel, stride, padding } = node
      const size = ([1, 2] as const).map((axis) =>
        steps(input[axis], padding[axis - 1] * 2, kernel[axis - 1], stride[axis - 1], where),
      )
      return { input, output: [input[0], ...size] }
    }
    case 'Flatten':
      return flattenShapes(node, arriving, where)
    default:
      return { input: node.shape, output: node.shape }
  }
}

function convolutionShapes(node: NirConv2d, arriving: Shape | undefined, where: string): NodeShapes {
  const channels = node.channelsPerGroup * node.groups
  const input = node.inputShape === undefined ? image(arriving, where) : [channels, ...node.inputShape]
  if (input[0] !== channels) {
    throw new InsituError('SHAPE', `${where}: ${input[0]} channels arrive, the weight has ${channels}`)
  }
  const spans = node.kernel.map((length, axis) => (length - 1) * node.dilation[axis] + 1) as unknown as Pair
  const output = ([0, 1] as const).map((axis) =>
    node.padding === 'same'
      ? input[axis + 1]
      : steps(input[axis + 1], node.padding[axis] * 2, spans[axis], node.stride[axis], where),
  )
  return { input, output: [node.outChannels, ...output] }
}

function flattenShapes(node: NirFlatten, arriving: Shape | undefined, where: string): NodeShapes {
  const input = node.inputShape ?? arriving
  if (input === undefined) throw new InsituError('SHAPE', `${where}: nothing says which shape arrives`)
  const axis = (dim: number) => (dim < 0 ? dim + input.length : dim)
  const [first, last] = [axis(node.startDim), axis(node.endDim)]
  if (first < 0 || last >= input.length || first > last) {
    throw new InsituError(
      'SHAPE',
      `${where}: axes ${node.startDim} to ${node.endDim} cannot be flattened, ${shapeText(input)} arrives`,
    )
  }
  return {
    input,
    output: [...input.slice(0, first), sizeOf(input.slice(first, last + 1)), ...input.slice(last + 1)],
  }
}

/** Channels, rows, columns. */
function image(shape: Shape | undefined, where: string): Shape {
  if (shape?.length === 3) return shape
  throw new InsituError(
    'SHAPE',
    `${where}: wanted channels x rows x columns, ${shape === undefined ? 'nothing' : shapeText(shape)} arrives`,
  )
}

/** Places of a window of `span` that moves by `stride`. */
function steps(length: number, padding: number, span: number, stride: number, where: string): number {
  const count = Math.floor((length + padding - span) / stride) + 1
  if (count >= 1) return count
  throw new InsituError('SHAPE', `${where}: a window of ${span} does not fit into ${length} with padding ${padding}`)
}
