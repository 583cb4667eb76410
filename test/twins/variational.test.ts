import { describe, expect, it } from 'vitest'
import { fitTwin } from '../../src/twins/fit.ts'
import { amplifiers, measured, scattered } from './amplifiers.ts'
import { line } from './line.ts'

const TRUTH = Float64Array.of(0.7, -0.5, 3e3)
const PLAN = { settings: 3, rows: 5, noise: 0.1, seed: 2 }
const VARIATIONAL = { method: 'variational' } as const

/** Largest difference of two results in the deviations of the first, and largest ratio of deviations less 1. */
function apart(a: Awaited<ReturnType<typeof fitTwin>>, b: typeof a) {
  return {
    means: Math.max(...a.parameters.map((value, p) => Math.abs(b.parameters[p] - value) / a.deviations[p])),
    widths: Math.max(...a.deviations.map((value, p) => Math.abs(b.deviations[p] / value - 1))),
  }
}

describe('variational inference', () => {
  it.each([0.5, Infinity])('is exact for a linear twin with priors of %d', async (spread) => {
    const records = await measured(line(spread), TRUTH, PLAN)
    const exact = await fitTwin(line(spread), records, { sigma: 0.1 })
    const found = await fitTwin(line(spread), records, { sigma: 0.1, ...VARIATIONAL })
    expect(found.converged).toBe(true)
    // The posterior is normal, points come in pairs and the curvature is the same everywhere: only the rule by which
    // Gauss-Newton ends (1e-4 standard deviations) and rounding tell the two apart.
    const { means, widths } = apart(exact, found)
    expect(means).toBeLessThan(1e-4)
    expect(widths).toBeLessThan(1e-9)
    // Sigma, where it is not given, comes to the same fixed point; 1e-3 is where Gauss-Newton ends.
    const free = await fitTwin(line(spread), records, VARIATIONAL)
    const { sigma } = await fitTwin(line(spread), records)
    expect(Math.abs(free.sigma[0] / sigma[0] - 1)).toBeLessThan(2e-3)
  })

  it('comes to what Gauss-Newton finds where data are many, in another way', async () => {
    const twin = amplifiers(3)
    const records = await measured(twin, scattered(twin, 2), { settings: 10, rows: 20, noise: 0.02, seed: 2 })
    const exact = await fitTwin(twin, records)
    const found = await fitTwin(twin, records, VARIATIONAL)
    expect(found.converged).toBe(true)
    const { means, widths } = apart(exact, found)
    // Readings are not straight over the error bars, by parts of the order of the bars themselves (a few hundredths of the
    // parameters), and the means are averaged over some tens of points.
    expect(means).toBeLessThan(0.2)
    expect(widths).toBeLessThan(0.1)
    expect(means).toBeGreaterThan(1e-4)
  })

  it('is the same from run to run, another with another seed, and says how far it has come', async () => {
    const twin = amplifiers(2)
    const records = await measured(twin, scattered(twin, 2), { settings: 2, rows: 4, noise: 0.05, seed: 2 })
    const bounds: number[] = []
    const watch = ({ bound }: { bound: number }) => void bounds.push(bound)
    const run = (seed: number) => fitTwin(twin, records, { ...VARIATIONAL, variational: { seed, watch } })
    const first = await run(1)
    expect(bounds.length).toBeGreaterThan(4)
    expect(bounds.every(Number.isFinite)).toBe(true)
    expect(await run(1)).toEqual(first)
    expect((await run(2)).parameters).not.toEqual(first.parameters)
  })

  it('refuses what the data do not determine, as Gauss-Newton does', async () => {
    const drive = Float64Array.of(1, 2, 1, 2, 3, 6, 4, 8)
    const record = { theta: Float64Array.of(0), drive, rows: 4, sense: Float64Array.of(1, 2, 3, 4) }
    await expect(fitTwin(line(Infinity), [record], VARIATIONAL)).rejects.toMatchObject({
      code: 'CONFIG',
      message: 'fit of twin line: 4 rows do not determine b and c',
    })
  })
})
