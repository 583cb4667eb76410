import type { Scatter, WaveField, WaveOptions } from '../../sim/wave/index.ts'

/** One quartic oscillator, H = p^2 / 2 + theta q^4 / 4: all that a field of one's own needs, disorder of theta included. */
export function quartic({ size, normal }: Scatter): WaveField {
  const extra = size * normal(0)
  return {
    name: 'quartic',
    modes: 1,
    params: 1,
    bracket: 1,
    grid: { rows: 1, columns: 1 },
    learning: 'masses',
    offset: Float64Array.of(size * normal(1)),
    energy: ({ q, p, theta }) => p[0] ** 2 / 2 + (theta[0] * q[0] ** 4) / 4 + (extra * q[0] ** 2) / 2,
    rate({ q, p, theta }, into) {
      into.q[0] = p[0]
      into.p[0] = -theta[0] * q[0] ** 3 - extra * q[0]
      into.theta[0] = 0
      into.momentum[0] = -(q[0] ** 4) / 4
    },
    drift({ q, p }, time) {
      q[0] += time * p[0]
    },
    kick({ q, p, theta, momentum }, time) {
      p[0] -= time * (theta[0] * q[0] ** 3 + extra * q[0])
      momentum[0] -= (time * q[0] ** 4) / 4
    },
    pullDrift(_before, time, slope) {
      slope.p[0] += time * slope.q[0]
    },
    pullKick({ q, theta }, time, slope) {
      slope.q[0] -= time * ((3 * theta[0] * q[0] ** 2 + extra) * slope.p[0] + q[0] ** 3 * slope.momentum[0])
      slope.theta[0] -= time * q[0] ** 3 * slope.p[0]
    },
  }
}

/** The oscillator as a machine, not quite as it was meant to be. */
export const QUARTIC = {
  field: { kind: 'own', make: quartic },
  inputs: ['0.q'],
  outputs: ['0.q'],
  time: 4,
  step: 0.05,
  imperfections: { disorder: 0.1 },
} as const satisfies WaveOptions
