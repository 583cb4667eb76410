import { describe, expect, it } from 'vitest'
import { referenceGradient, type Scatter, type WaveField, waveBoard, waveSimulator } from '../../sim/index.ts'
import { attach, paramCount, recurrentEcho } from '../../src/index.ts'

/** One quartic oscillator, H = p^2 / 2 + theta q^4 / 4: all that a field of one's own needs. */
function quartic({ size, normal }: Scatter): WaveField {
  const extra = size * normal(0)
  return {
    name: 'quartic',
    modes: 1,
    params: 1,
    bracket: 1,
    grid: { rows: 1, columns: 1 },
    learning: 'masses',
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

const options = {
  field: { kind: 'own', make: quartic },
  inputs: ['0.q'],
  outputs: ['0.q'],
  time: 4,
  step: 0.05,
  imperfections: { disorder: 0.1 },
} as const

describe('a field of one’s own', () => {
  it('learns like the built-in ones, its disorder included', async () => {
    await using device = attach(waveSimulator(options))
    expect(device.sheet.settings.field).toBe('quartic')
    expect(device.sheet.identity).toContain('own')
    const theta = new Float64Array(paramCount(device.sheet)).fill(1.3)
    const drive = Float64Array.of(1.1)
    const target = Float64Array.of(0.4)
    const exact = referenceGradient(options, theta, drive, (output) => output.map((y, o) => y - target[o]))
    const rule = recurrentEcho({ eps: 1e-4 })
    await device.store(theta)
    const state = await rule.begin(device, theta)
    const { gradient } = await rule.step(device, state, theta, { next: () => ({ rows: 1, drive, target }) }, {})
    // The two-sided bias at eps 1e-4.
    expect(Math.abs((gradient as Float64Array)[0] / exact.theta[0] - 1)).toBeLessThan(1e-7)
    expect(Math.abs(exact.theta[0])).toBeGreaterThan(1e-3)
  })

  it('does not travel to a board as it is', () => {
    const [sent] = JSON.parse(JSON.stringify(waveBoard(options).args))
    expect(() => waveSimulator(sent)).toThrow(/field of kind own needs its function make/)
  })
})
