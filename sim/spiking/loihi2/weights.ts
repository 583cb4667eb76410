import { InsituError } from '../../../src/errors.ts'
import { FORMAT } from './format.ts'

/** Numbers that share one exponent. */
export interface Scaled {
  /** Mantissa times two to the exponent. */
  readonly values: Float64Array
  readonly exponent: number
}

/**
 * Rounds weights towards zero to eight-bit mantissas with one exponent, the smallest that holds the largest.
 *
 * Where both signs occur one bit is the sign, and mantissas are even, from -256 to 254. `who` names the synapses in
 * messages. Throws `LIMIT` for weights out of range, `CONFIG` where all of them would vanish.
 */
export function quantiseWeights(weights: Float64Array, who: string): Scaled {
  const [low, high] = [weights.reduce((a, b) => Math.min(a, b), 0), weights.reduce((a, b) => Math.max(a, b), 0)]
  const mixed = low < 0 && high > 0
  const step = mixed ? 2 : 1
  const most = mixed ? FORMAT.mostMantissa - 1 : FORMAT.mostMantissa
  const least = mixed ? -(FORMAT.mostMantissa + 1) : -FORMAT.mostMantissa
  for (let exponent = 0; exponent <= FORMAT.mostExponent; exponent++) {
    const unit = step * 2 ** exponent
    const fits = towardsZero(high, unit) <= most * 2 ** exponent && towardsZero(low, unit) >= least * 2 ** exponent
    if (!fits) continue
    if (weights.length > 0 && Math.max(high, -low) < unit) {
      throw new InsituError('CONFIG', `${who}: every weight is below the smallest step of the core`, {
        hint: 'weights are multiplied by the tick length over the time constant: choose a longer dt, or a larger scale',
      })
    }
    return { values: weights.map((w) => towardsZero(w, unit)), exponent }
  }
  const largest = Math.max(high, -low)
  throw new InsituError(
    'LIMIT',
    `${who}: a weight of ${Math.trunc(largest)} steps; the core holds up to ${most * 2 ** FORMAT.mostExponent}`,
    { hint: 'choose a shorter dt, or a smaller scale' },
  )
}

/** Rounds biases towards zero to thirteen-bit mantissas with one exponent; throws `LIMIT` where they do not fit. */
export function quantiseBias(biases: Float64Array, who: string): Scaled {
  const largest = biases.reduce((a, b) => Math.max(a, Math.abs(b)), 0)
  for (let exponent = 0; exponent <= FORMAT.mostExponent; exponent++) {
    const unit = 2 ** exponent
    if (Math.trunc(largest / unit) <= FORMAT.mostBias) {
      return { values: biases.map((b) => towardsZero(b, unit)), exponent }
    }
  }
  throw new InsituError(
    'LIMIT',
    `${who}: a bias of ${Math.trunc(largest)} steps; the core holds up to ${FORMAT.mostBias * 2 ** FORMAT.mostExponent}`,
    { hint: 'choose a shorter dt, or a smaller scale' },
  )
}

/** `+ 0` because zero has no sign on the core. */
const towardsZero = (value: number, unit: number) => Math.trunc(value / unit) * unit + 0
