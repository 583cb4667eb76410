import { describe, expect, it } from 'vitest'
import { type Curve, slopeOf } from '../../src/twins/surrogate.ts'

const CURVES: { readonly [C in Curve]: (z: number) => number } = {
  sigmoid: (z) => 1 / (1 + Math.exp(-z)),
  tanh: Math.tanh,
  relu: (z) => Math.max(0, z),
  linear: (z) => z,
}

describe('surrogate slopes', () => {
  it.each(Object.keys(CURVES) as Curve[])('nominal is the slope of %s where it puts out y', (curve) => {
    const f = CURVES[curve]
    const slope = slopeOf(curve, 'nominal')
    for (const z of [-2.3, -0.4, 0.3, 1.7]) {
      // Central differences of curves with third derivatives below 2: error under h^2 / 3, plus rounding 1e-16 / h.
      const h = 1e-5
      expect(slope(f(z))).toBeCloseTo((f(z + h) - f(z - h)) / (2 * h), 9)
    }
  })

  it('linear is 1 even at the ends, box is 0 there', () => {
    for (const [curve, inside, ends] of [
      ['sigmoid', [0.03, 0.5, 0.97], [-0.1, 0, 0.01, 0.99, 1.2]],
      ['tanh', [-0.97, 0, 0.97], [-1.1, -1, 1, 1.1]],
      ['relu', [0.03, 50], [-1, 0, 0.01]],
    ] as const) {
      const [box, linear] = [slopeOf(curve, 'box'), slopeOf(curve, 'linear')]
      expect(inside.map(box)).toEqual(inside.map(() => 1))
      expect(ends.map(box)).toEqual(ends.map(() => 0))
      expect([...inside, ...ends].map(linear)).toEqual([...inside, ...ends].map(() => 1))
    }
  })

  it('never turns negative for outputs beyond the range', () => {
    for (const curve of ['sigmoid', 'tanh'] as const)
      for (const y of [-1.5, 1.5]) expect(slopeOf(curve, 'nominal')(y)).toBe(0)
  })

  it('refuses names there are not', () => {
    expect(() => slopeOf('relu', 'steep' as never)).toThrow(expect.objectContaining({ code: 'CONFIG' }))
    expect(() => slopeOf('gelu' as never, 'box')).toThrow(expect.objectContaining({ code: 'CONFIG' }))
  })
})
