import { InsituError } from '../../errors.ts'
import type { Fields } from './fields.ts'
import type { NirConv2d, NirLinear, NirNode, Pair, Shape } from './graph.ts'
import { readNeurons } from './neurons.ts'

/** Reads one node of each kind there is. */
const READERS: Readonly<Record<NirNode['type'], (fields: Fields) => NirNode>> = {
  Input: (fields) => ({ type: 'Input', shape: fields.wholes('shape', 1) }),
  Output: (fields) => ({ type: 'Output', shape: fields.wholes('shape', 1) }),
  Linear: readLinear,
  Affine: (fields) => {
    const linear = readLinear(fields)
    return { ...linear, type: 'Affine', bias: biasOf(fields, linear.outputs) }
  },
  Scale: (fields) => {
    const { shape, numbers } = fields.tensor('scale')
    return { type: 'Scale', shape, scale: numbers }
  },
  Conv2d: readConv2d,
  SumPool2d: (fields) => ({
    type: 'SumPool2d',
    kernel: fields.pair('kernel_size', 1),
    stride: fields.pair('stride', 1),
    padding: fields.pair('padding', 0),
  }),
  Flatten: (fields) => ({
    type: 'Flatten',
    ...(fields.has('input_type') && { inputShape: fields.wholes('input_type', 1) as Shape }),
    startDim: fields.has('start_dim') ? fields.whole('start_dim', Number.NEGATIVE_INFINITY) : 1,
    endDim: fields.has('end_dim') ? fields.whole('end_dim', Number.NEGATIVE_INFINITY) : -1,
  }),
  LIF: (fields) => readNeurons('LIF', fields),
  IF: (fields) => readNeurons('IF', fields),
  CubaLIF: (fields) => readNeurons('CubaLIF', fields),
  LI: (fields) => readNeurons('LI', fields),
  CubaLI: (fields) => readNeurons('CubaLI', fields),
}

/** Kinds of nodes that can be read. */
export const NODE_TYPES: readonly string[] = Object.keys(READERS)

/** Reads a node; throws `CONFIG` for a kind that is not simulated, listing those that are. */
export function readNode(fields: Fields): NirNode {
  const type = fields.word('type')
  if (Object.hasOwn(READERS, type)) return READERS[type as NirNode['type']](fields)
  throw new InsituError('CONFIG', `${fields.where}: nodes of type "${type}" are not supported`, {
    hint:
      type === 'NIRGraph'
        ? 'a graph inside a graph must be written out into its parent before export'
        : `supported are ${NODE_TYPES.join(', ')}`,
  })
}

function readLinear(fields: Fields): NirLinear {
  const { shape, numbers } = fields.tensorOf('weight', 2)
  return { type: 'Linear', weight: numbers, outputs: shape[0], inputs: shape[1] }
}

function readConv2d(fields: Fields): NirConv2d {
  const { shape, numbers } = fields.tensorOf('weight', 4)
  const [outChannels, channelsPerGroup, rows, columns] = shape
  const groups = fields.whole('groups', 1)
  if (outChannels % groups !== 0) {
    fields.fail('groups', `a divisor of the ${outChannels} output channels`, String(groups))
  }
  const stride = fields.pair('stride', 1)
  const padding = paddingOf(fields)
  if (padding === 'same' && (stride[0] !== 1 || stride[1] !== 1)) {
    fields.fail('padding', 'numbers where the stride is not 1', '"same"')
  }
  return {
    type: 'Conv2d',
    weight: numbers,
    outChannels,
    channelsPerGroup,
    kernel: [rows, columns],
    stride,
    padding,
    dilation: fields.pair('dilation', 1),
    groups,
    bias: biasOf(fields, outChannels),
    ...(fields.has('input_shape') && { inputShape: fields.pair('input_shape', 1) }),
  }
}

function paddingOf(fields: Fields): Pair | 'same' {
  if (!fields.isText('padding')) return fields.pair('padding', 0)
  const word = fields.word('padding')
  if (word === 'valid') return [0, 0]
  return word === 'same' ? 'same' : fields.fail('padding', 'numbers, "same" or "valid"', `"${word}"`)
}

function biasOf(fields: Fields, outputs: number): Float64Array {
  const { shape, numbers } = fields.tensorOf('bias', 1)
  if (numbers.length === outputs) return numbers
  throw new InsituError('SHAPE', `${fields.where}: bias has shape [${shape.join(', ')}], wanted ${outputs} numbers`)
}
