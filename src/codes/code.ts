import type { Family } from '../contract/block.ts'
import { InsituError } from '../errors.ts'
import { randomCode } from './random.ts'
import { sequentialCode } from './sequential.ts'
import { sinusoidCode } from './sinusoid.ts'
import type { CodeSource } from './source.ts'
import { walshCode } from './walsh.ts'

export { type CodeSource, isSignSource, type SignSource } from './source.ts'

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
