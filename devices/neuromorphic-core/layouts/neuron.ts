import { InsituError } from '../../../src/errors.ts'
import { shuffled } from '../../../src/random/permutation.ts'
import { STREAM } from '../../../src/random/streams.ts'
import type { NeuronSpec, Target } from '../network.ts'

/** What a neuron does when its input sum is exactly 0: `strict` wants more than 0, `at-least` spikes. */
export const TIES = ['strict', 'at-least'] as const
export type Tie = (typeof TIES)[number]

/** Weights of a neuron before they are dealt out to the four axon types. */
const SIGNS = [1, 1, -1, -1]

/**
 * A neuron without memory: it spikes by the input of its tick alone, and two axon types, drawn by seed and number, excite
 * it while two inhibit it (Esser et al. 2015).
 */
export function memorylessNeuron(seed: number, number: number, tie: Tie, target?: Target): NeuronSpec {
  if (!TIES.includes(tie))
    throw new InsituError('CONFIG', `neuromorphic-core: tie must be ${TIES.join(' or ')}, got ${String(tie)}`)
  return {
    weights: [...shuffled(SIGNS.length, seed, STREAM.coreSigns, number)].map((n) => SIGNS[n]),
    threshold: tie === 'strict' ? 1 : 0,
    ...(target !== undefined && { target }),
  }
}
