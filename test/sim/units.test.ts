import { describe, expect, it } from 'vitest'
import {
  chua,
  chuaPiecewise,
  componentDeviations,
  fitzHughNagumo,
  lorenz,
  noisy,
  randomNetwork,
  simulateUnits,
} from '../../sim/index.ts'
import { COUPLINGS } from '../../src/identify/index.ts'

describe('coupled units', () => {
  it.each([lorenz, chua, fitzHughNagumo])('are integrated with order 4: %o', (dynamics) => {
    const weights = Float64Array.of(0, 0.3, 0.5, 0)
    const units = { dynamics: dynamics(), coupling: COUPLINGS.diffusive(), nodes: 2, weights }
    const last = (substeps: number) =>
      simulateUnits(units, { samples: 11, dt: 0.04, substeps, seed: 3 }).data.slice(-2 * units.dynamics.dimensions)
    const exact = last(64)
    const error = (substeps: number) => Math.hypot(...last(substeps).map((value, n) => value - exact[n]))
    // 2^4 = 16 where the first term of the error rules.
    const ratio = error(2) / error(4)
    expect(ratio).toBeGreaterThan(12)
    expect(ratio).toBeLessThan(22)
  })

  it('rest where they rest alone, when they are alike', () => {
    // The Lorenz system rests at x = y = sqrt(beta (rho - 1)), z = rho - 1, and alike units exchange nothing.
    const r = Math.sqrt((8 / 3) * 27)
    const weights = Float64Array.of(0, 2, 1, 0)
    const units = { dynamics: lorenz(), coupling: COUPLINGS.diffusive(), nodes: 2, weights }
    const start = Float64Array.of(r, r, 27, r, r, 27)
    const { data } = simulateUnits(units, { samples: 20, dt: 0.01, seed: 1, start })
    for (let n = 0; n < data.length; n++) expect(Math.abs(data[n] - start[n % 6])).toBeLessThan(1e-9)
  })

  it('have the two forms of the diode', () => {
    const slope = (dynamics: ReturnType<typeof chua>, x: number) => {
      const into = new Float64Array(3)
      dynamics.slope(Float64Array.of(x, 0, 0), 0, into, 0)
      return into[0]
    }
    expect(slope(chua(), 2)).toBeCloseTo((-10 * (16 - 2)) / 7, 12)
    expect(slope(chuaPiecewise(), 0.5)).toBeCloseTo((9 * 0.5) / 7, 12)
    expect(slope(chuaPiecewise(), 2)).toBeCloseTo(-9 * ((2 * 2) / 7 - 3 / 7), 12)
  })

  it('are drawn from a seed, without loops', () => {
    const draw = (seed: number) => randomNetwork(40, 0.3, { low: 0.2, high: 1 }, seed)
    expect(draw(1)).toEqual(draw(1))
    expect(draw(1)).not.toEqual(draw(2))
    const links = draw(1).filter((w) => w !== 0)
    // 1560 draws: 468 links, give or take 18.
    expect(Math.abs(links.length - 468)).toBeLessThan(4 * 18)
    for (const w of links) expect(w >= 0.2 && w < 1).toBe(true)
    for (let i = 0; i < 40; i++) expect(draw(1)[i * 41]).toBe(0)
  })

  it('are read with the noise that was asked for', () => {
    const units = { dynamics: lorenz(), coupling: COUPLINGS.diffusive(), nodes: 2, weights: new Float64Array(4) }
    const clean = simulateUnits(units, { samples: 500, dt: 0.01, seed: 1 })
    const read = noisy(clean, [0.1, 0.2, 0], 1)
    const rest = { ...clean, data: read.data.map((value, n) => value - clean.data[n]) }
    const [x, y, z] = componentDeviations([rest])
    // 1000 readings each: 2.2 % is one deviation.
    expect(Math.abs(x / 0.1 - 1)).toBeLessThan(0.09)
    expect(Math.abs(y / 0.2 - 1)).toBeLessThan(0.09)
    expect(z).toBe(0)
  })

  it('say when they leave the finite numbers', () => {
    const weights = Float64Array.of(0, 1e6, 1e6, 0)
    const units = { dynamics: lorenz(), coupling: COUPLINGS.direct(), nodes: 2, weights }
    const run = () => simulateUnits(units, { samples: 500, dt: 0.01, seed: 1 })
    expect(run).toThrow(expect.objectContaining({ code: 'DIVERGED' }))
  })
})
