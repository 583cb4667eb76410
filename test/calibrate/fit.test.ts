import { describe, expect, it } from 'vitest'
import { fitPolynomial, leastSquares } from '../../src/calibrate/index.ts'
import { draws } from '../../src/random/draws.ts'
import { STREAM } from '../../src/random/streams.ts'

const X = Array.from({ length: 12 }, (_, n) => -1 + n / 5)

describe('least squares', () => {
  it('finds a line exactly where the points lie on one', async () => {
    const fit = await fitPolynomial(
      X,
      X.map((x) => 0.25 - 3 * x),
    )
    expect(fit.values[0]).toBeCloseTo(0.25, 13)
    expect(fit.values[1]).toBeCloseTo(-3, 13)
    expect(fit.residual).toBeLessThan(1e-14)
  })

  it('agrees with the textbook formulas for a line and its errors', async () => {
    const source = draws(4, STREAM.testInputs)
    const y = X.map((x, n) => 1 + 2 * x + 0.1 * source.normal(n))
    const fit = await fitPolynomial(X, y)
    const n = X.length
    const meanX = X.reduce((a, b) => a + b) / n
    const meanY = y.reduce((a, b) => a + b) / n
    const sxx = X.reduce((sum, x) => sum + (x - meanX) ** 2, 0)
    const sxy = X.reduce((sum, x, i) => sum + (x - meanX) * (y[i] - meanY), 0)
    const gain = sxy / sxx
    const offset = meanY - gain * meanX
    const s2 = X.reduce((sum, x, i) => sum + (y[i] - offset - gain * x) ** 2, 0) / (n - 2)
    expect(fit.values[1]).toBeCloseTo(gain, 12)
    expect(fit.values[0]).toBeCloseTo(offset, 12)
    expect(fit.sigma).toBeCloseTo(Math.sqrt(s2), 12)
    expect(fit.deviations[1]).toBeCloseTo(Math.sqrt(s2 / sxx), 12)
    expect(fit.deviations[0]).toBeCloseTo(Math.sqrt(s2 * (1 / n + meanX ** 2 / sxx)), 12)
    expect(fit.covariance[0][1]).toBeCloseTo((-meanX * s2) / sxx, 12)
  })

  it('states errors that the truth keeps to', async () => {
    const source = draws(5, STREAM.testInputs)
    const RUNS = 400
    let inside = 0
    for (let run = 0; run < RUNS; run++) {
      const y = X.map((x, n) => 1 + 2 * x + 0.1 * source.normal(run * X.length + n))
      const { values, deviations } = await fitPolynomial(X, y, { sigma: 0.1 })
      if (Math.abs(values[1] - 2) < deviations[1]) inside++
    }
    // 68.3 % of 400, plus or minus 4 standard errors of sqrt(.683 x .317 / 400) = 2.3 %.
    expect(inside / RUNS).toBeGreaterThan(0.683 - 0.093)
    expect(inside / RUNS).toBeLessThan(0.683 + 0.093)
  })

  it('finds higher powers, whatever the units of x', async () => {
    const x = X.map((value) => 1e-6 * value)
    const { values } = await fitPolynomial(
      x,
      X.map((v) => 1 + v - 0.5 * v ** 3),
      { degree: 3 },
    )
    expect(values.map((c, n) => c * 1e-6 ** n)).toEqual([1, 1, 0, -0.5].map((c) => expect.closeTo(c, 10)))
  })

  it('names the parameter that the data do not determine', async () => {
    await expect(fitPolynomial([0, 0, 0], [1, 1, 1])).rejects.toMatchObject({
      code: 'CONFIG',
      message: 'fit: 3 points do not determine gain',
    })
    await expect(fitPolynomial([2, 2, 2], [1, 1, 1])).rejects.toThrow('fit: 3 points do not determine offset and gain')
    await expect(fitPolynomial([0, 1, 0, 1], [0, 1, 0, 1], { degree: 2 })).rejects.toThrow(
      /do not determine gain and x\^2/,
    )
    const design = X.map((x) => [1, x, 2 * x])
    const names = ['offset', 'left', 'right']
    await expect(leastSquares(design, X, { names })).rejects.toThrow('do not determine left and right')
    await expect(fitPolynomial([1], [1])).rejects.toThrow('fit: 1 points cannot determine offset, gain')
  })

  it('needs a stated deviation where nothing is left to estimate it from', async () => {
    await expect(fitPolynomial([0, 1], [0, 1])).rejects.toThrow(/nothing to estimate the errors from/)
    const { deviations } = await fitPolynomial([0, 1], [0, 1], { sigma: 0.1 })
    expect(deviations).toEqual([expect.closeTo(0.1, 12), expect.closeTo(0.1 * Math.SQRT2, 12)])
  })

  it('refuses numbers that are none, and lengths that do not match', async () => {
    await expect(fitPolynomial([0, 1, 2], [0, 1])).rejects.toMatchObject({ code: 'SHAPE' })
    await expect(fitPolynomial([0, 1, Number.NaN], [0, 1, 2])).rejects.toMatchObject({ code: 'NOT_FINITE' })
    await expect(fitPolynomial([0, 1, 2], [0, 1, 2], { degree: 9 })).rejects.toMatchObject({ code: 'CONFIG' })
  })
})
