import { describe, expect, it } from 'vitest'
import { type Membrane, peakTime, potential, response } from '../../src/kernels/membrane.ts'

const CONSTANTS: readonly (readonly [number, number])[] = [
  [20, 5],
  [10, 5],
  [5, 5],
  [5, 5 + 1e-9],
  [3, 11],
]

describe.each(CONSTANTS)('a membrane of tauM %f behind a synapse of tauS %f', (tauM, tauS) => {
  const membrane: Membrane = { tauM, tauS }

  it('follows its equations', () => {
    // Runge-Kutta of order 4 in steps of 0.01: far below the tolerance.
    let [v, i] = [0.3, 0.2]
    const h = 0.01
    const slope = (a: number, b: number) => [-a / tauM + b, -b / tauS]
    for (let n = 0; n < 1000; n++) {
      const k1 = slope(v, i)
      const k2 = slope(v + (h / 2) * k1[0], i + (h / 2) * k1[1])
      const k3 = slope(v + (h / 2) * k2[0], i + (h / 2) * k2[1])
      const k4 = slope(v + h * k3[0], i + h * k3[1])
      v += (h / 6) * (k1[0] + 2 * k2[0] + 2 * k3[0] + k4[0])
      i += (h / 6) * (k1[1] + 2 * k2[1] + 2 * k3[1] + k4[1])
    }
    expect(Math.abs(potential(membrane, 0.3, 0.2, 10) - v)).toBeLessThan(1e-10)
  })

  it('is highest at its peak', () => {
    for (const [v, i] of [
      [0, 1],
      [0.5, 0.3],
      [-0.4, 0.5],
    ]) {
      const top = peakTime(membrane, v, i)
      const at = (t: number) => potential(membrane, v, i, t)
      expect(top).toBeGreaterThan(0)
      for (const away of [0.1, 1]) expect(Math.max(at(top - away), at(top + away))).toBeLessThan(at(top))
    }
    expect(peakTime(membrane, 1, 0.9 / tauM)).toBe(0)
  })
})

it('responds the same whichever constant is the longer, and neither overflows', () => {
  expect(response({ tauM: 3, tauS: 11 }, 4)).toBe(response({ tauM: 11, tauS: 3 }, 4))
  const far = response({ tauM: 1e-3, tauS: 10 }, 5)
  expect(far / (1e-3 * Math.exp(-0.5))).toBeCloseTo(1, 3)
})

it('creeps up to zero for ever from far below', () => {
  expect(peakTime({ tauM: 20, tauS: 5 }, -100, 0.1)).toBe(Number.POSITIVE_INFINITY)
})
