import type { Readings } from '../../contract/sheet.ts'
import { InsituError } from '../../errors.ts'

/** In double precision the square of this is as small as what rounding leaves of a contrast. */
const LEAST = 1e-4
/** The published strength, and as far as the quadratic error of a pair is small on any machine tried. */
const MOST = 0.1

/**
 * The strength of injection at which a contrast of two echoes errs least, by the stated noise s of its local readings.
 *
 * The pair is off by some eps^2, and noise by some s / eps; the sum is least near the cube root of s, where both are about
 * s^(2/3). Without noise 1e-4. Meant for actions and slopes of order one; a machine with others deserves its own eps.
 */
export function contrastEps(local: Readings): number {
  return Math.min(Math.max(Math.cbrt(readingError(local)), LEAST), MOST)
}

/** Standard deviation of one reading: its noise, and the rounding to its step. */
export function readingError({ noise, step }: Readings): number {
  return Math.sqrt(noise ** 2 + step ** 2 / 12)
}

/** Throws `CONFIG` unless eps is positive and finite. */
export function checkEps(who: string, eps: number): number {
  if (eps > 0 && Number.isFinite(eps)) return eps
  throw new InsituError('CONFIG', `${who}: eps must be positive, got ${eps}`, {
    hint: 'the sign of an echo is the contrast’s own business',
  })
}
