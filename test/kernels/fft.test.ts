import { describe, expect, it } from 'vitest'
import { fft } from '../../src/kernels/wave/fft.ts'
import { disperser, kineticFrequencies } from '../../src/kernels/wave/schrodinger.ts'
import { draws, fillUniform } from '../../src/random/draws.ts'
import { STREAM } from '../../src/random/streams.ts'

const numbers = (count: number, seed: number) =>
  fillUniform(draws(seed, STREAM.testInputs), -1, 1, new Float64Array(count))

/** Sum of z_n exp(-2 pi i k n / length), as it is written. */
function written(
  re: Float64Array,
  im: Float64Array,
  sign = -1,
): { readonly re: Float64Array; readonly im: Float64Array } {
  const N = re.length
  const out = { re: new Float64Array(N), im: new Float64Array(N) }
  for (let k = 0; k < N; k++)
    for (let n = 0; n < N; n++) {
      const angle = (sign * 2 * Math.PI * ((k * n) % N)) / N
      const [c, s] = [Math.cos(angle), Math.sin(angle)]
      out.re[k] += c * re[n] - s * im[n]
      out.im[k] += s * re[n] + c * im[n]
    }
  return out
}

const distance = (a: Float64Array, b: Float64Array) => a.reduce((most, x, i) => Math.max(most, Math.abs(x - b[i])), 0)

describe.each([1, 2, 4, 8, 32, 128])('the transform of %i numbers', (length) => {
  const plan = fft(length)
  const [re, im] = [numbers(length, 1), numbers(length, 2)]

  it('is the sum as it is written', () => {
    const wanted = written(re, im)
    const [x, y] = [re.slice(), im.slice()]
    plan.forward(x, y)
    // Round-off of log2(length) additions of numbers up to length.
    expect(distance(x, wanted.re) + distance(y, wanted.im)).toBeLessThan(1e-14 * length)
  })

  it('is undone by its inverse, which carries the factor', () => {
    const [x, y] = [re.slice(), im.slice()]
    plan.forward(x, y)
    const energy = [...x, ...y].reduce((sum, value) => sum + value * value, 0)
    const before = [...re, ...im].reduce((sum, value) => sum + value * value, 0)
    expect(Math.abs(energy / (length * before) - 1)).toBeLessThan(1e-14)
    plan.inverse(x, y)
    expect(distance(x, re) + distance(y, im)).toBeLessThan(2e-15)
    const back = written(re, im, 1)
    const [u, v] = [re.slice(), im.slice()]
    plan.inverse(u, v)
    expect(
      distance(
        u,
        back.re.map((value) => value / length),
      ),
    ).toBeLessThan(1e-14)
    expect(
      distance(
        v,
        back.im.map((value) => value / length),
      ),
    ).toBeLessThan(1e-14)
  })

  it('of numbers apart in a longer list leaves those between alone', () => {
    const stride = 3
    const [x, y] = [numbers(stride * length + 2, 3), numbers(stride * length + 2, 4)]
    const [before, beforeIm] = [x.slice(), y.slice()]
    const pick = (list: Float64Array) => Float64Array.from({ length }, (_, n) => list[2 + n * stride])
    const [a, b] = [pick(x), pick(y)]
    plan.forward(a, b)
    plan.forward(x, y, 2, stride)
    expect(pick(x)).toEqual(a)
    expect(pick(y)).toEqual(b)
    x.forEach((value, i) => {
      if (i < 2 || (i - 2) % stride !== 0) expect([value, y[i]]).toEqual([before[i], beforeIm[i]])
    })
  })
})

it('frequencies of a periodic grid are k^2 / 2, the first half of each side forwards', () => {
  const found = kineticFrequencies({ rows: 2, columns: 4 }, 0.5)
  const along = [0, 1, -2, -1].map((n) => (2 * Math.PI * n) / (4 * 0.5))
  const across = [0, -1].map((n) => (2 * Math.PI * n) / (2 * 0.5))
  const wanted = across.flatMap((b) => along.map((a) => (a * a + b * b) / 2))
  expect([...found]).toEqual(wanted)
})

it('free flight of times beyond number keeps no more than a few, and stays exact', () => {
  const grid = { rows: 1, columns: 8 }
  const fly = disperser(grid, kineticFrequencies(grid, 1))
  const [re, im] = [numbers(8, 5), numbers(8, 6)]
  const [x, y] = [re.slice(), im.slice()]
  for (let n = 0; n < 100; n++) fly(x, y, 0.01 * (n + 1))
  for (let n = 0; n < 100; n++) fly(x, y, -0.01 * (n + 1))
  expect(distance(x, re) + distance(y, im)).toBeLessThan(1e-13)
})
