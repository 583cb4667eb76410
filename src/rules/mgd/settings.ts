import { amplitudeFor, meanNormSquared } from '../../codes/code.ts'
import { perParameter } from '../../codes/expand.ts'
import type { Family } from '../../contract/block.ts'
import { type DataSheet, nameOf, paramCount } from '../../contract/sheet.ts'
import { InsituError } from '../../errors.ts'

/** How the parameters are perturbed; give `norm` or `amplitudes`. */
export interface PerturbationOptions {
  /** Default "random". */
  readonly family?: Family
  /** Seed of the code, unsigned 32-bit. */
  readonly seed: number
  /** 2-norm of the perturbation over all parameters, in the banks' unit (root mean square over time). */
  readonly norm?: number
  /** Amplitude per parameter, one for all or one per bank, in the bank's unit; 0 leaves a bank alone. */
  readonly amplitudes?: number | readonly number[]
  /** Code index to start from; default 0. */
  readonly first?: number
}

/**
 * What C~ theta~ is divided by. `norm-squared`: the squared 2-norm of the perturbation, as in the authors' code; a step
 * then adds grad C / P on average. `amplitude-squared`: the squared amplitude of each parameter; for random and Walsh
 * codes of equal amplitudes P times more, so the same run needs a rate P times smaller.
 */
export type Normalisation = 'norm-squared' | 'amplitude-squared'

/** The perturbation of one machine, worked out. */
export interface Perturbation {
  readonly family: Family
  readonly seed: number
  readonly first: number
  /** One per bank. */
  readonly amplitudes: readonly number[]
  /** One per parameter. */
  readonly amplitude: Float64Array
  /** Mean over time of the squared 2-norm. */
  readonly normSquared: number
}

/** Amplitude of every bank of a machine. */
export function bankAmplitudes(options: PerturbationOptions, sheet: DataSheet): readonly number[] {
  const { norm, amplitudes, family = 'random' } = options
  if ((norm === undefined) === (amplitudes === undefined))
    throw new InsituError('CONFIG', 'mgd: give either norm or amplitudes for the perturbation')
  const given = amplitudes ?? amplitudeFor(family, norm as number, paramCount(sheet))
  const list = typeof given === 'number' ? sheet.banks.map(() => given) : given
  if (list.length !== sheet.banks.length)
    throw new InsituError(
      'SHAPE',
      `mgd: ${list.length} amplitudes, wanted ${sheet.banks.length}, one per bank of ${nameOf(sheet)}`,
    )
  if (!list.every((a) => Number.isFinite(a) && a >= 0) || list.every((a) => a === 0))
    throw new InsituError('CONFIG', `mgd: amplitudes must be zero or positive and not all zero, got ${list.join(', ')}`)
  return list
}

export function perturbation(options: PerturbationOptions, sheet: DataSheet): Perturbation {
  const { family = 'random', seed, first = 0 } = options
  const amplitudes = bankAmplitudes(options, sheet)
  const amplitude = perParameter(sheet, amplitudes)
  return { family, seed, first, amplitudes, amplitude, normSquared: meanNormSquared(family, amplitude) }
}

/** Factor per parameter from "sum of C~ s" to G. */
export function gradientScale(perturbation: Perturbation, normalisation: Normalisation): Float64Array {
  const { amplitude, normSquared } = perturbation
  if (normalisation === 'norm-squared') return amplitude.map((a) => a / normSquared)
  return amplitude.map((a) => (a === 0 ? 0 : 1 / a))
}

/** Throws `CONFIG` unless `value` is a whole number from 1. */
export function wholeFrom1(name: string, value: number): void {
  if (Number.isSafeInteger(value) && value >= 1) return
  throw new InsituError('CONFIG', `mgd: ${name} must be a whole number from 1, got ${value}`)
}
