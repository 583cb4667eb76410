export type { NirGraph, NirNeurons, NirNode, NirOperator } from './graph.ts'
export { NODE_TYPES } from './nodes.ts'
export { readNir } from './read.ts'
