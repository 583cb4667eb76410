import { type NirOperator, type NodeShapes, sizeOf } from '../../src/exchange/nir/index.ts'
import { builder, identity, type Synapses } from './synapses.ts'
import { windows } from './windows.ts'

/** A linear map with what it adds: y = W x + b. */
export interface AffineMap {
  readonly synapses: Synapses
  readonly bias?: Float64Array
}

/** Any operator of a network as synapses between its inputs and outputs; flattening alone keeps everything in place. */
export function unrolled(node: NirOperator, { input, output }: NodeShapes, who: string): AffineMap {
  switch (node.type) {
    case 'Flatten':
      return { synapses: identity(sizeOf(input)) }
    case 'Scale':
      return { synapses: { ...identity(sizeOf(input)), weights: node.scale } }
    case 'Linear':
    case 'Affine': {
      const { inputs, outputs, weight, bias } = node
      const out = builder(outputs, inputs, outputs * inputs, who)
      for (let i = 0; i < inputs; i++) {
        for (let o = 0; o < outputs; o++) out.add(o, weight[o * inputs + i])
        out.endColumn()
      }
      return { synapses: out.done(), ...(bias !== undefined && { bias }) }
    }
    case 'SumPool2d': {
      const { kernel, stride, padding } = node
      const grid = { input, output, kernel, stride, padding, dilation: [1, 1] as const }
      return { synapses: windows(grid, { groups: input[0], weight: () => 1 }, who) }
    }
    case 'Conv2d': {
      const { kernel, stride, dilation, groups, channelsPerGroup, weight, bias } = node
      const same = ([0, 1] as const).map((axis) => Math.floor((dilation[axis] * (kernel[axis] - 1)) / 2))
      const padding = node.padding === 'same' ? ([same[0], same[1]] as const) : node.padding
      const [rows, columns] = kernel
      const at = (o: number, c: number, y: number, x: number) =>
        weight[((o * channelsPerGroup + c) * rows + y) * columns + x]
      const plane = output[1] * output[2]
      return {
        synapses: windows({ input, output, kernel, stride, padding, dilation }, { groups, weight: at }, who),
        bias: Float64Array.from({ length: sizeOf(output) }, (_, i) => bias[Math.floor(i / plane)]),
      }
    }
  }
}
