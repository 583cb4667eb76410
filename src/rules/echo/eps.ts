import type { Port, Readings } from '../../contract/sheet.ts'
import { InsituError } from '../../errors.ts'

/** In double precision the square of this is as small as what rounding leaves of a contrast. */
const LEAST = 1e-4
/** The published strength, and as far as the quadratic error of a pair is small on any machine tried. */
const MOST = 0.1

/**
 * The strength of injection at which a contrast of two echoes errs least, by the stated noise of its local readings and the
 * step to which `injection` is rounded (a machine's `echo.injection`; 0 if it is not given), s both together.
 *
 * The pair is off by some eps^2, and noise and rounding by some s / eps; the sum is least near the cube root of s, where both
 * are about s^(2/3). 1e-4 where s is 0, never above 0.1. Meant for actions and slopes of order one; a machine with others
 * deserves its own eps.
 */
export function contrastEps(local: Readings, injection: Pick<Port, 'step'> = { step: 0 }): number {
  const error = Math.sqrt(readingError(local) ** 2 + readingError({ noise: 0, step: injection.step }) ** 2)
  return Math.min(Math.max(Math.cbrt(error), LEAST), MOST)
}

/** Standard deviation of one reading: its noise, and the rounding to its step. */
export function readingError({ noise, step }: Pick<Readings, 'noise' | 'step'>): number {
  return Math.sqrt(noise ** 2 + step ** 2 / 12)
}

/** Throws `CONFIG` unless eps is positive and finite. */
export function checkEps(who: string, eps: number): number {
  if (eps > 0 && Number.isFinite(eps)) return eps
  throw new InsituError('CONFIG', `${who}: eps must be positive, got ${eps}`, {
    hint: 'the sign of an echo is the contrast’s own business',
  })
}
