import { InsituError } from '../errors.ts'
import type { Cost } from './cost.ts'

export interface ProbabilityCrossEntropyOptions {
  /** Readings count as at least this and at most 1 less this; beyond it the slope is 0. Default 1e-4. */
  readonly clamp?: number
}

/**
 * -sum_k [t_k log p_k + (1 - t_k) log(1 - p_k)]: every reading is the probability of a class of its own (Esser et al.
 * 2015).
 */
export function probabilityCrossEntropy(options: ProbabilityCrossEntropyOptions = {}): Cost {
  const { clamp = 1e-4 } = options
  if (!(clamp > 0 && clamp < 0.5))
    throw new InsituError('CONFIG', `probability cross-entropy: clamp must be between 0 and 0.5, got ${clamp}`)
  return {
    name: 'probability cross-entropy',
    values(sense, slots, width, targets, into) {
      for (let s = 0; s < slots; s++) {
        const want = (Math.floor(s / targets.hold) % targets.rows) * width
        let sum = 0
        for (let k = 0; k < width; k++) {
          const p = Math.min(Math.max(sense[s * width + k], clamp), 1 - clamp)
          const t = targets.data[want + k]
          sum -= t * Math.log(p) + (1 - t) * Math.log(1 - p)
        }
        into[s] = sum
      }
    },
    gradient(sense, slots, width, targets, into) {
      for (let s = 0; s < slots; s++) {
        const want = (Math.floor(s / targets.hold) % targets.rows) * width
        for (let k = 0; k < width; k++) {
          const p = sense[s * width + k]
          const t = targets.data[want + k]
          into[s * width + k] = p < clamp || p > 1 - clamp ? 0 : (1 - t) / (1 - p) - t / p
        }
      }
    },
  }
}
