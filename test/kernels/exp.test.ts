import { expect, test } from 'vitest'
import { exp, expTables, expText } from '../../src/kernels/exp.ts'
import { draws } from '../../src/random/draws.ts'
import { STREAM } from '../../src/random/streams.ts'

const points = Array.from({ length: 20_000 }, (_, i) => 1400 * (draws(1, STREAM.testInputs).uniform(i) - 0.5))

test('exp is good to the last places over its range', () => {
  let worst = 0
  for (const x of points) worst = Math.max(worst, Math.abs(exp(x) / Math.exp(x) - 1))
  for (let i = 0; i < 20_000; i++) worst = Math.max(worst, Math.abs(exp(i * 1e-4 - 1) / Math.exp(i * 1e-4 - 1) - 1))
  // Two roundings here, one in Math.exp, 1.1e-16 each, and the argument's reduction.
  expect(worst).toBeLessThan(5e-16)
  expect([exp(0), exp(-0), exp(1e9), exp(-1e9)]).toEqual([1, 1, exp(708), exp(-708)])
  expect(exp(Number.NaN)).toBeNaN()
})

test('its text for generated loops gives the same bits', () => {
  const { fractions, powers } = expTables()
  const same = new Function('x', 'fractions', 'powers', `${expText('x', '0')}\nreturn e0`)
  for (const x of [...points, Number.NaN, 1e9, -1e9]) expect(same(x, fractions, powers)).toBe(exp(x))
})
