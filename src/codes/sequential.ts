import { permutation } from '../random/permutation.ts'
import { STREAM } from '../random/streams.ts'
import type { CodeSource } from './source.ts'

/** One parameter at a time, in a shuffled order that repeats: finite differences ("TDMA" in the MGD papers). */
export function sequentialCode(seed: number, paramCount: number): CodeSource {
  const at = permutation(seed, STREAM.sequentialOrder, paramCount)
  const order = Uint32Array.from({ length: paramCount }, (_, k) => at(k))
  return {
    family: 'sequential',
    paramCount,
    length: paramCount,
    fill(k, into) {
      into.fill(0, 0, paramCount)
      into[order[k % paramCount]] = 1
    },
  }
}
