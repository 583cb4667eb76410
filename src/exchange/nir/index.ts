export {
  isNeurons,
  type NirGraph,
  type NirNeurons,
  type NirNode,
  type NirOperator,
  type NodeShapes,
  type Pair,
  sizeOf,
} from './graph.ts'
export { NODE_TYPES } from './nodes.ts'
export { readNir } from './read.ts'
