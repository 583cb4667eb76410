import type { Cost, Targets } from '../../../cost/cost.ts'
import { crossEntropy } from '../../../cost/cross-entropy.ts'

/**
 * Cross-entropy of the energies q² + p² of modes that are read in pairs: the answer is where most energy is, whatever its
 * phase. Targets are class shares, each written twice; `gain` multiplies energies before the softmax, `share` the cost.
 */
export function energyCrossEntropy(gain: number, share = 1): Cost {
  const plain = crossEntropy({ gain })
  return {
    name: 'cross-entropy of energies',
    values(sense, slots, width, targets, into) {
      plain.values(energies(sense, slots * width), slots, width / 2, classes(targets, width), into)
      for (let t = 0; t < slots; t++) into[t] *= share
    },
    gradient(sense, slots, width, targets, into) {
      const slopes = new Float64Array((slots * width) / 2)
      plain.gradient(energies(sense, slots * width), slots, width / 2, classes(targets, width), slopes)
      for (let i = 0; i < slots * width; i++) into[i] = 2 * share * sense[i] * slopes[i >> 1]
    },
  }
}

/** q² + p² of the first `count` readings, pair by pair. */
export function energies(sense: Float64Array, count = sense.length): Float64Array {
  return Float64Array.from({ length: count / 2 }, (_, i) => sense[2 * i] ** 2 + sense[2 * i + 1] ** 2)
}

/** One of the two targets of every pair. */
function classes({ data, rows, hold }: Targets, width: number): Targets {
  return { data: Float64Array.from({ length: (rows * width) / 2 }, (_, i) => data[2 * i]), rows, hold }
}
