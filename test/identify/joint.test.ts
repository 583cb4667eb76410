import { describe, expect, it } from 'vitest'
import { randomNetwork } from '../../sim/index.ts'
import { identifyNetwork, polynomials, rankingAuc } from '../../src/identify/index.ts'
import { distance, lorenzNetwork, spikingStretches } from './networks.ts'

describe('the joint solve', () => {
  it('finds weights and equations of Lorenz units from traces without noise', () => {
    const { truth, clean } = lorenzNetwork(1)
    const fit = identifyNetwork(clean, { window: 0.54 })
    // The sums of the weak form are off by some 1e-7 at a window of 0.4 and more; seen: 2e-8.
    expect(distance(fit.weights, truth)).toBeLessThan(1e-5)
    // Where there is no noise, what the sums are off by is told from 0 as well.
    const large = fit.local.filter(({ value }) => Math.abs(value) > 1e-4)
    const found = large.map(({ component, name, value }) => [component, name, Number(value.toFixed(3))])
    expect(found).toEqual([
      [0, 'x', -10],
      [0, 'y', 10],
      [1, 'x', 28],
      [1, 'y', -1],
      [1, 'x z', -1],
      [2, 'z', -2.667],
      [2, 'x y', 1],
    ])
  })

  it('errs by the sixth power of the time step, at a window of one width', () => {
    const error = (dt: number) => {
      const { truth, clean } = lorenzNetwork(1, { dt, samples: Math.round(8 / dt) })
      return distance(identifyNetwork(clean, { window: 0.32, noise: [0, 0, 0] }).weights, truth)
    }
    const [coarse, fine] = [error(0.02), error(0.01)]
    // 2^6 = 64 where the first term of the error rules; higher terms make it more.
    expect(coarse / fine).toBeGreaterThan(40)
  })

  it('ranks links before pairs without one, and has error bars that hold, at noise 0.02', () => {
    const squares: number[] = []
    for (let seed = 1; seed <= 6; seed++) {
      const { truth, read } = lorenzNetwork(seed, { nodes: 5, samples: 1000, noise: 0.02 })
      const fit = identifyNetwork(read, { window: 0.24, significance: 0 })
      const pairs = [...truth.keys()].filter((n) => n % 6 !== 0)
      expect(
        rankingAuc(
          pairs.map((n) => fit.scores[n]),
          pairs.map((n) => truth[n] !== 0),
        ),
      ).toBe(1)
      squares.push(...pairs.map((n) => ((fit.weights[n] - truth[n]) / fit.deviations[n]) ** 2))
      // 3 components of 1000 noisy readings of 5 units: 1 / sqrt(10000) on each, with room for correlated windows.
      for (const misfit of fit.misfit) expect(Math.abs(misfit - 1)).toBeLessThan(0.15)
    }
    // 120 squares of standard normal numbers have the mean 1, give or take 0.13; over 30 networks 0.99 was seen.
    const mean = squares.reduce((sum, value) => sum + value, 0) / squares.length
    expect(mean).toBeGreaterThan(0.6)
    expect(mean).toBeLessThan(1.5)
  })

  it('leaves out links that are not there, and is the better for it', () => {
    const { truth, read } = lorenzNetwork(3, { nodes: 5, samples: 1000, noise: 0.1 })
    const [sparse, full] = [0.05, 0].map((significance) => identifyNetwork(read, { window: 0.24, significance }))
    expect([...sparse.weights].map((w) => w !== 0)).toEqual([...truth].map((w) => w !== 0))
    expect(distance(sparse.weights, truth)).toBeLessThan(distance(full.weights, truth))
  })

  it('takes the bias of noise in the columns away', () => {
    // Strong noise on units that move nearly alike: without the correction, weights shrink.
    const shrunk = { plain: 0, corrected: 0 }
    for (let seed = 1; seed <= 4; seed++) {
      const { truth, read } = lorenzNetwork(seed, { nodes: 4, samples: 1500, noise: 0.3 })
      const along = (noise: number[]) => {
        const { weights } = identifyNetwork(read, { window: 0.24, significance: 0, noise, determined: 'reported' })
        const dot = (a: Float64Array, b: Float64Array) => a.reduce((sum, value, n) => sum + value * b[n], 0)
        return dot(weights, truth) / dot(truth, truth) - 1
      }
      shrunk.plain += along([0, 0, 0]) / 4
      shrunk.corrected += along([0.3, 0.3, 0.3]) / 4
    }
    expect(Math.abs(shrunk.corrected)).toBeLessThan(Math.abs(shrunk.plain))
  })

  it('works on stretches of spiking units, whose weights no single long one tells', () => {
    const truth = randomNetwork(4, 0.5, { low: 0.05, high: 0.3 }, 2)
    const fit = identifyNetwork(spikingStretches(2, truth, 8, 0.005), { library: polynomials(2, 3) })
    expect([...fit.weights].map((w) => w !== 0)).toEqual([...truth].map((w) => w !== 0))
    expect(distance(fit.weights, truth)).toBeLessThan(0.03)
  })

  it('takes couplings of other forms', () => {
    const { truth, clean } = lorenzNetwork(4, { coupling: 'saturating' })
    expect(distance(identifyNetwork(clean, { coupling: 'saturating', window: 0.54 }).weights, truth)).toBeLessThan(1e-4)
  })
})

describe('the ranking', () => {
  it('counts pairs in order, ties half', () => {
    expect(rankingAuc([3, 1, 2, 0], [true, false, true, false])).toBe(1)
    expect(rankingAuc([1, 1], [true, false])).toBe(0.5)
    expect(rankingAuc([1, 2, 3], [true, false, false])).toBe(0)
    expect(rankingAuc([1, 2], [true, true])).toBeNaN()
    expect(() => rankingAuc([1], [true, false])).toThrow(expect.objectContaining({ code: 'SHAPE' }))
  })
})
