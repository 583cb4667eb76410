import type { CoreSpec } from '../network.ts'
import { AXON_TYPES, AXONS, NEURONS } from '../network.ts'
import { memorylessNeuron, type Tie } from './neuron.ts'

/** A core with every crossing open: types by the axon's number, and neurons made one by one. */
export function openCore(neurons: CoreSpec['neurons'], axonTypes: readonly number[] = TYPES): CoreSpec {
  return { axonTypes, neurons, crossbar: axonTypes.map(() => []) }
}

/** Axon a has type a mod 4. */
const TYPES = Array.from({ length: AXONS }, (_, a) => a % AXON_TYPES)

/** The last core: as many neurons per class as fit, counted on one output line per class. */
export function outputCore(classes: number, seed: number, first: number, tie: Tie): CoreSpec {
  const each = Math.floor(NEURONS / classes)
  return openCore(
    Array.from({ length: each * classes }, (_, j) =>
      memorylessNeuron(seed, first + j, tie, { output: Math.floor(j / each) }),
    ),
  )
}
