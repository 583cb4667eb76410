import { expect, test } from 'vitest'
import { priorOf } from '../../src/twins/fit/problem.ts'
import { fitTwin } from '../../src/twins/fit.ts'
import { amplifiers, measured, scattered } from './amplifiers.ts'

// Without couplings the readings are linear in what is left, and Gauss-Newton has nothing to iterate.
const twin = amplifiers(4, { couple: { spread: 1e-6 } })

test('what is known after a first fit is the prior of the next: both parts together say the same', async () => {
  const records = await measured(twin, scattered(twin, 3), { settings: 4, rows: 3, noise: 0.05, seed: 5 })
  const whole = await fitTwin(twin, records, { sigma: 0.05 })
  const { parameters: mean, deviations, covariance } = await fitTwin(twin, records.slice(0, 2), { sigma: 0.05 })
  const both = await fitTwin(twin, records.slice(2), { sigma: 0.05, prior: { mean, deviations, covariance } })
  // Curvature by couplings of 1e-6 is left, and rounding of matrices inverted twice.
  const furthest = (a: Float64Array, b: Float64Array) => Math.max(...a.map((value, i) => Math.abs(value - b[i])))
  expect(furthest(both.parameters, whole.parameters)).toBeLessThan(1e-6)
  expect(furthest(both.covariance, whole.covariance)).toBeLessThan(1e-9)
  // Deviations alone lose what was known of gain and offset together.
  const less = await fitTwin(twin, records.slice(2), { sigma: 0.05, prior: { mean, deviations } })
  expect(furthest(less.parameters, whole.parameters)).toBeGreaterThan(1e-4)
})

test('a prior that knows a combination exactly, or is of another size, is refused', async () => {
  const records = await measured(twin, scattered(twin, 3), { settings: 2, rows: 3, noise: 0.05, seed: 5 })
  const prior = priorOf(twin)
  const size = prior.mean.length
  const same = new Float64Array(size * size).fill(0.09)
  await expect(fitTwin(twin, records, { prior: { ...prior, covariance: same } })).rejects.toMatchObject({
    code: 'CONFIG',
    message: expect.stringContaining('gain[1]'),
  })
  const short = { ...prior, covariance: new Float64Array(size) }
  await expect(fitTwin(twin, records, { prior: short })).rejects.toMatchObject({ code: 'SHAPE' })
})
