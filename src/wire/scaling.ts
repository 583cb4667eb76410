import type { Code } from '../contract/block.ts'
import type { LearnJob } from '../contract/facets.ts'
import { type Layout, toCount } from './numbers.ts'

/** A whole 16-bit number times `2^-exponent`. */
export interface Scaled {
  readonly mantissa: number
  readonly exponent: number
}

const MOST = 2 ** 31 - 1
/** Exponents a device takes. */
const LEAST_EXPONENT = -16
const MOST_EXPONENT = 31

/** `(x + 2^(e-1)) >> e` for e > 0, `x << -e` otherwise, saturated to +-(2^31 - 1); exact for whole |x| below 2^47. */
export function roundShift(x: number, exponent: number): number {
  const shifted = exponent > 0 ? Math.floor((x + 2 ** (exponent - 1)) / 2 ** exponent) : x * 2 ** -exponent
  return Math.max(-MOST, Math.min(MOST, shifted))
}

/** The exponent that keeps most digits of a number in 16 bits; undefined if it is too large for all. */
export function exponentFor(value: number): number | undefined {
  let exponent = MOST_EXPONENT
  while (exponent >= LEAST_EXPONENT && Math.round(Math.abs(value) * 2 ** exponent) > 32767) exponent--
  return exponent < LEAST_EXPONENT ? undefined : exponent
}

/**
 * APPLY's coefficients as 16-bit numbers of one exponent; undefined if the largest is beyond 32767.
 *
 * Coefficient 1 adds the amplitude, which is `amplitude count << 16` in theta32.
 */
export function scaledCoefficients(
  coefficients: Float64Array,
): { readonly exponent: number; readonly values: Float64Array } | undefined {
  const largest = coefficients.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
  const exponent = exponentFor(largest * 65536)
  if (exponent === undefined) return undefined
  return { exponent, values: coefficients.map((value) => Math.round(value * 2 ** (16 + exponent))) }
}

/** Time mean of the squared 2-norm of the perturbation, in squared bank units. */
export function meanSquareNorm(banks: readonly { readonly width: number }[], code: Code): number {
  const params = banks.reduce((total, bank) => total + bank.width, 0)
  const sum = banks.reduce((total, bank, b) => total + bank.width * code.amplitudes[b] ** 2, 0)
  return code.family === 'sinusoid' ? sum / 2 : code.family === 'sequential' ? sum / params : sum
}

/**
 * LEARN's gain of every bank: theta32 counts per squared count of C - C0. The entry of a bank whose gain does not fit
 * is undefined.
 */
export function scaledGains(layout: Layout, job: Pick<LearnJob, 'code' | 'rate'>): (Scaled | undefined)[] {
  const perSquare = layout.sense.step ** 2 / (layout.sense.width * meanSquareNorm(layout.banks, job.code))
  return layout.banks.map(({ step }, b) => {
    // The amplitude the converter makes of it.
    const gain = job.rate * toCount(job.code.amplitudes[b], step) * 65536 * perSquare
    const exponent = exponentFor(gain)
    if (exponent === undefined) return undefined
    const mantissa = Math.round(gain * 2 ** exponent)
    return mantissa === 0 && gain !== 0 ? undefined : { mantissa, exponent }
  })
}

/** What one count of LEARN's cost is worth as a mean squared error, in sense units squared: four bits are dropped. */
export function costUnit(layout: Layout): number {
  return (16 * layout.sense.step ** 2) / layout.sense.width
}
