import { describe, expect, it } from 'vitest'
import { leastSquares } from '../../src/calibrate/least-squares.ts'
import type { TwinRecord } from '../../src/twins/calibration.ts'
import { gaussNewton } from '../../src/twins/fit/gauss-newton.ts'
import { scatter } from '../../src/twins/fit/noise.ts'
import { problem } from '../../src/twins/fit/problem.ts'
import { fitTwin } from '../../src/twins/fit.ts'
import { predict } from '../../src/twins/predict.ts'
import { startParameters, type Twin } from '../../src/twins/twin.ts'
import { amplifiers, measured, scattered } from './amplifiers.ts'
import { line } from './line.ts'

const PLAN = { settings: 6, rows: 10, noise: 0.02 }

describe('a fit', () => {
  it('of a twin that is linear in unknown parameters is least squares', async () => {
    const twin = line(Infinity)
    const records = await measured(twin, Float64Array.of(0.7, -2, 3e4), { settings: 3, rows: 5, noise: 0.1, seed: 2 })
    const fit = await fitTwin(twin, records)
    const points = records.flatMap(({ drive, sense }) =>
      Array.from(sense, (y, r) => ({ y, x: [1, drive[2 * r], 1e-4 * drive[2 * r + 1]] })),
    )
    const exact = await leastSquares(
      points.map(({ x }) => x),
      points.map(({ y }) => y),
      { names: ['a', 'b', 'c'] },
    )
    expect(fit.converged).toBe(true)
    // The last step is under 1e-4 standard deviations, and sigma steady to 1e-3, by the rules of the fit.
    exact.values.forEach((value, p) => {
      expect(Math.abs(fit.parameters[p] - value) / exact.deviations[p]).toBeLessThan(1e-4)
      expect(Math.abs(fit.deviations[p] / exact.deviations[p] - 1)).toBeLessThan(1e-3)
    })
    expect(Math.abs(fit.sigma[0] / exact.sigma - 1)).toBeLessThan(1e-3)
  })

  it('weighs what was believed before as Bayes does', async () => {
    const twin = line(0.5)
    const records: TwinRecord[] = [
      { theta: Float64Array.of(0), drive: Float64Array.of(0, 0), rows: 1, sense: Float64Array.of(1.2) },
    ]
    const fit = await fitTwin(twin, records, { sigma: 0.25 })
    // One reading of a alone: precisions 1 / 0.5^2 and 1 / 0.25^2 add, and the mean lies between 0 and 1.2 as they weigh.
    const deviation = 1 / Math.sqrt(16 + 4)
    // The last step is under 1e-4 standard deviations, by the rule of the fit; in a linear twin error bars are exact.
    expect(Math.abs(fit.parameters[0] - (1.2 * 16) / (16 + 4))).toBeLessThan(1e-4 * deviation)
    expect(fit.deviations[0]).toBeCloseTo(deviation, 12)
    expect(fit.undetermined).toEqual(['b', 'c'])
    expect(fit.deviations[1]).toBeCloseTo(0.5, 12)
  })

  it('never takes a step that raises the misfit', async () => {
    const twin = amplifiers(4)
    const records = await measured(twin, scattered(twin, 1), { ...PLAN, seed: 1 })
    const posed = problem(twin, records)
    const steps: number[] = []
    const start = startParameters(twin).map((value, p) => value + (p % 2 === 0 ? 0.9 : -0.9))
    const watch = (before: number, after: number) => steps.push(after - before)
    const found = await gaussNewton(posed, scatter(posed, 0.02), { start, iterations: 50, watch })
    expect(found.converged).toBe(true)
    expect(steps.length).toBeGreaterThan(3)
    for (const change of steps) expect(change).toBeLessThanOrEqual(0)
    const again = await fitTwin(twin, records, { sigma: 0.02 })
    again.parameters.forEach((value, p) => {
      expect(Math.abs(found.parameters[p] - value) / again.deviations[p]).toBeLessThan(1e-3)
    })
  })

  it('has error bars, for parameters and for readings to come, that cover what they should', async () => {
    let [inside, parameters, held, readings] = [0, 0, 0, 0]
    const twin = amplifiers(4)
    for (let seed = 1; seed <= 40; seed++) {
      const truth = scattered(twin, seed)
      const fit = await fitTwin(twin, await measured(twin, truth, { ...PLAN, rows: 5, seed }))
      const [other] = await measured(twin, truth, { ...PLAN, settings: 1, seed: seed + 1000 })
      const { mean, deviation } = await predict({ twin, calibration: fit }, other)
      truth.forEach((value, p) => {
        if (Math.abs(fit.parameters[p] - value) < fit.deviations[p]) inside++
      })
      other.sense.forEach((value, i) => {
        if (Math.abs(mean[i] - value) < deviation[i]) held++
      })
      parameters += truth.length
      readings += other.sense.length
    }
    // 68.3 % of independent normal errors, within three standard deviations of that share; parameters of one reading are not
    // independent, a third of the number is.
    const slack = (count: number) => 3 * Math.sqrt((0.683 * 0.317) / count)
    expect(Math.abs(inside / parameters - 0.683)).toBeLessThan(slack(parameters / 3))
    expect(Math.abs(held / readings - 0.683)).toBeLessThan(slack(readings / 3))
  })

  it('is the same in any units', async () => {
    const twin = amplifiers(3)
    const records = await measured(twin, scattered(twin, 4), { ...PLAN, seed: 4 })
    const fit = await fitTwin(twin, records)
    const [unit, size] = [1e-7, 9]
    const small: Twin = {
      ...twin,
      banks: twin.banks.map((bank) => ({ ...bank, start: unit * Number(bank.start), spread: unit * bank.spread })),
      forward: (point, sense) =>
        twin.forward({ ...point, parameters: point.parameters.map((value) => value / unit) }, sense),
      async vjp(point, seen, cotangent, into) {
        await twin.vjp({ ...point, parameters: point.parameters.map((value) => value / unit) }, seen, cotangent, into)
        for (let p = 0; p < size; p++) if (into.parameters) into.parameters[p] /= unit
      },
    }
    const other = await fitTwin(small, records)
    fit.parameters.forEach((value, p) => {
      expect(Math.abs(other.parameters[p] / unit - value) / fit.deviations[p]).toBeLessThan(1e-4)
    })
  })
})

describe('a fit refuses', () => {
  const records = (over: Partial<TwinRecord> = {}): TwinRecord[] => [
    {
      theta: Float64Array.of(0),
      drive: Float64Array.of(1, 2, 1, 2, 3, 6, 4, 8),
      rows: 4,
      sense: Float64Array.of(1, 2, 3, 4),
      ...over,
    },
  ]

  it('parameters that the data do not determine, by name', async () => {
    const error = { code: 'CONFIG', message: 'fit of twin line: 4 rows do not determine b and c' }
    // The two inputs are in proportion in every row.
    await expect(fitTwin(line(Infinity), records())).rejects.toMatchObject(error)
    // With a belief beside the data the same records have a most probable answer.
    const fit = await fitTwin(line(0.5), records(), { sigma: 0.1 })
    expect(fit.converged).toBe(true)
  })

  it('parameters that the data say next to nothing of, where all must be determined', async () => {
    const still = records({ drive: new Float64Array(8) })
    await expect(fitTwin(line(0.5), still, { sigma: 0.1, determined: 'required' })).rejects.toMatchObject({
      code: 'CONFIG',
      message: 'fit of twin line: 4 rows say next to nothing of b and c',
    })
  })

  it('fewer readings than unknown parameters, and none to spare for sigma', async () => {
    const few = records({ rows: 2, drive: Float64Array.of(1, 2, 1, 3), sense: Float64Array.of(1, 2) })
    await expect(fitTwin(line(Infinity), few)).rejects.toMatchObject({
      code: 'CONFIG',
      message: /2 readings.*3 parameters/,
    })
    const three = records({ rows: 3, drive: Float64Array.of(1, 2, 1, 3, 2, 1), sense: Float64Array.of(1, 2, 3) })
    await expect(fitTwin(line(Infinity), three)).rejects.toMatchObject({ code: 'CONFIG', message: /scatter/ })
    await expect(fitTwin(line(Infinity), three, { sigma: 0.1 })).resolves.toMatchObject({ converged: true })
  })

  it('what is no number, naming it', async () => {
    const error = { code: 'NOT_FINITE', message: /sense of record 0, number 0 of row 2, is NaN/ }
    await expect(fitTwin(line(1), records({ sense: Float64Array.of(1, 2, NaN, 4) }))).rejects.toMatchObject(error)
    const wild: Twin = { ...line(1), vjp: (_p, _m, _c, into) => void into.parameters?.fill(NaN) }
    await expect(fitTwin(wild, records())).rejects.toMatchObject({ code: 'NOT_FINITE', message: /slope by a/ })
    const lost: Twin = { ...line(1), forward: (_point, sense) => void sense.fill(NaN) }
    await expect(fitTwin(lost, records())).rejects.toMatchObject({ code: 'NOT_FINITE', message: /reading 0 of row 0/ })
  })

  it('lengths that do not match, and priors and sigmas that are none', async () => {
    await expect(fitTwin(line(1), records({ rows: 3 }))).rejects.toMatchObject({ code: 'SHAPE' })
    await expect(fitTwin(line(-1), records())).rejects.toMatchObject({ code: 'CONFIG', message: /deviation of a/ })
    await expect(fitTwin(line(1), records(), { sigma: 0 })).rejects.toMatchObject({ code: 'CONFIG' })
    await expect(fitTwin(line(1), records(), { start: new Float64Array(2) })).rejects.toMatchObject({ code: 'SHAPE' })
  })

  it('a twin whose slopes point the wrong way', async () => {
    const right = line(1)
    const flipped: Twin = {
      ...right,
      async vjp(point, seen, cotangent, into) {
        await right.vjp(point, seen, cotangent, into)
        for (let p = 0; p < 3; p++) if (into.parameters) into.parameters[p] *= -1
      },
    }
    await expect(fitTwin(flipped, records(), { sigma: 0.1 })).rejects.toMatchObject({ code: 'TWIN' })
  })
})
