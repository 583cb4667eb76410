import { expect, test } from 'vitest'
import { childSeed, draws, fillUniform } from '../../src/random/draws.ts'
import { permutation, shuffled } from '../../src/random/permutation.ts'
import { STREAM } from '../../src/random/streams.ts'

test('no two uses share a stream number', () => {
  const numbers = Object.values(STREAM)
  expect(new Set(numbers).size).toBe(numbers.length)
})

test('a draw depends on seed, stream and index only', () => {
  const a = draws(7, STREAM.readNoise)
  const forward = Array.from({ length: 9 }, (_, i) => a.normal(i))
  const b = draws(7, STREAM.readNoise)
  const backward = Array.from({ length: 9 }, (_, i) => b.normal(8 - i)).reverse()
  expect(backward).toEqual(forward)
  expect(draws(7, STREAM.drift).normal(0)).not.toBe(forward[0])
  expect(draws(8, STREAM.readNoise).normal(0)).not.toBe(forward[0])
  expect(a.uniform(2 ** 32)).not.toBe(a.uniform(0))
})

test('normal draws have the moments of a normal', () => {
  const n = 200_000
  const source = draws(3, STREAM.readNoise)
  let [m1, m2, m3, m4] = [0, 0, 0, 0]
  for (let i = 0; i < n; i++) {
    const z = source.normal(i)
    m1 += z / n
    m2 += z ** 2 / n
    m3 += z ** 3 / n
    m4 += z ** 4 / n
  }
  // Five standard errors: sqrt(1, 2, 15, 96) / sqrt(n).
  const se = 5 / Math.sqrt(n)
  expect(Math.abs(m1)).toBeLessThan(se)
  expect(Math.abs(m2 - 1)).toBeLessThan(se * Math.sqrt(2))
  expect(Math.abs(m3)).toBeLessThan(se * Math.sqrt(15))
  expect(Math.abs(m4 - 3)).toBeLessThan(se * Math.sqrt(96))
})

test('uniform draws fill the interval evenly', () => {
  const values = fillUniform(draws(1, STREAM.initialValues), -0.5, 0.5, new Float64Array(100_000))
  const bins = new Float64Array(20)
  for (const v of values) bins[Math.floor((v + 0.5) * 20)]++
  const chi2 = bins.reduce((sum, n) => sum + (n - 5000) ** 2 / 5000, 0)
  expect(chi2).toBeLessThan(19 + 5 * Math.sqrt(38)) // mean and five deviations of chi-squared, 19 degrees
})

test('permutations are bijections', () => {
  for (const n of [1, 2, 3, 9, 15, 255, 1000]) {
    const at = permutation(5, STREAM.sequentialOrder, n)
    expect(new Set(Array.from({ length: n }, (_, i) => at(i))).size).toBe(n)
    expect(new Set(shuffled(n, 5, STREAM.sampleOrder, 0)).size).toBe(n)
  }
  expect([...shuffled(50, 5, STREAM.sampleOrder, 1)]).not.toEqual([...shuffled(50, 5, STREAM.sampleOrder, 2)])
})

test('child seeds differ', () => {
  const seeds = Array.from({ length: 1000 }, (_, i) => childSeed(1, STREAM.codeSeeds, i))
  expect(new Set(seeds).size).toBe(1000)
})
