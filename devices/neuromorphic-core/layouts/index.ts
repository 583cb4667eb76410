export { memorylessNeuron, TIES, type Tie } from './neuron.ts'
export { type PyramidOptions, pyramidLayout } from './pyramid.ts'
export { ARRANGEMENTS, type Arrangement, type StackOptions, stackLayout } from './stack.ts'
export { uniformCrossings } from './start.ts'
