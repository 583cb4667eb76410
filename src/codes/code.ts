import type { Family } from '../contract/block.ts'
import { InsituError } from '../errors.ts'
import { randomCode } from './random.ts'
import { sequentialCode } from './sequential.ts'
import { sinusoidCode } from './sinusoid.ts'
import { walshCode } from './walsh.ts'

/** One family of perturbations for `paramCount` parameters, addressed by an absolute code index. */
export interface CodeSource {
  readonly family: Family
  readonly paramCount: number
  /** Code indices until every pair of parameters is told apart exactly; Infinity if that holds on average only. */
  readonly length: number
  /** Writes s_ik in [-1, 1] for code index `k` (below 2^32) to `into[0..paramCount-1]`. */
  fill(k: number, into: Float64Array): void
}

/** A family whose values are all +1 or -1, kept as bits: 0 for +, 1 for -. */
export interface SignSource extends CodeSource {
  /**
   * Writes the rows of code indices `first` to `first + count - 1`: ceil(P / 32) words each, least significant bit
   * first, bits beyond P are 0.
   */
  words(first: number, count: number, into: Uint32Array): void
}

export function isSignSource(source: CodeSource): source is SignSource {
  return 'words' in source
}

/** Opens a code family; see `docs/reference/codes.md` for every bit. */
export function createCode(family: Family, seed: number, paramCount: number): CodeSource {
  if (!Number.isInteger(paramCount) || paramCount < 1)
    throw new InsituError('SHAPE', `code ${family}: paramCount must be a whole number from 1, got ${paramCount}`)
  if (!Number.isInteger(seed) || seed < 0 || seed > 0xffffffff)
    throw new InsituError('CONFIG', `code ${family}: seed must be a whole number from 0 to 4294967295, got ${seed}`)
  switch (family) {
    case 'random':
      return randomCode(seed, paramCount)
    case 'walsh':
      return walshCode(seed, paramCount)
    case 'sequential':
      return sequentialCode(seed, paramCount)
    case 'sinusoid':
      return sinusoidCode(seed, paramCount)
    default:
      throw new InsituError(
        'CONFIG',
        `code family must be random, walsh, sequential or sinusoid, got ${String(family satisfies never)}`,
      )
  }
}

/** Amplitude per parameter that gives a perturbation of 2-norm `norm` (root mean square over time for `sinusoid`). */
export function amplitudeFor(family: Family, norm: number, paramCount: number): number {
  if (family === 'sequential') return norm
  return norm * Math.sqrt((family === 'sinusoid' ? 2 : 1) / paramCount)
}

/** Mean over time of the squared 2-norm of a perturbation, from the amplitude of every parameter. */
export function meanNormSquared(family: Family, amplitude: Float64Array): number {
  const total = amplitude.reduce((sum, a) => sum + a * a, 0)
  if (family === 'sinusoid') return total / 2
  return family === 'sequential' ? total / amplitude.length : total
}
