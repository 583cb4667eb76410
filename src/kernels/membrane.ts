import { exp } from './exp.ts'

/** Time constants of a leaky membrane that is charged through a leaky synapse, both in one unit of time. */
export interface Membrane {
  readonly tauM: number
  readonly tauS: number
}

/**
 * Potential a time t >= 0 after the current jumped by 1: (e^(-t / tauM) - e^(-t / tauS)) tauM tauS / (tauM - tauS), the
 * solution of dV/dt = -V / tauM + I, dI/dt = -I / tauS; for equal constants its limit, t e^(-t / tauM).
 */
export function response({ tauM, tauS }: Membrane, t: number): number {
  // The slower decay as a factor and the rest by expm1: nothing cancels where the constants are close, nothing overflows
  // where they are far apart.
  const slow = Math.max(tauM, tauS)
  const x = t / Math.min(tauM, tauS) - t / slow
  return t * exp(-t / slow) * (x === 0 ? 1 : -Math.expm1(-x) / x)
}

/** Potential a time t after it was `v` and the current `i`. */
export function potential(membrane: Membrane, v: number, i: number, t: number): number {
  return v * exp(-t / membrane.tauM) + i * response(membrane, t)
}

/**
 * When the potential is highest, from `v` and the current `i` on: 0 if it only falls, Infinity if it only rises.
 * For a current above 0; a potential that is pulled down by its current is never higher than where it began, or than 0.
 */
export function peakTime({ tauM, tauS }: Membrane, v: number, i: number): number {
  if (i * tauM <= v) return 0
  const rate = 1 / tauS - 1 / tauM
  if (rate === 0) return tauM - v / i
  // Far below zero the potential creeps up to it for ever.
  const start = (rate * v) / i
  return start <= -1 ? Number.POSITIVE_INFINITY : (Math.log1p(rate * tauM) - Math.log1p(start)) / rate
}
