import { describe, expect, it } from 'vitest'
import { score } from '../../src/imaging/score.ts'
import { draws } from '../../src/random/draws.ts'
import { STREAM } from '../../src/random/streams.ts'

const size = { rows: 16, columns: 20 }
const source = draws(5, STREAM.testInputs)
const truth = Float64Array.from({ length: 320 }, (_, p) => (p % 20 < 10 ? 1 : 0))
const noisy = truth.map((value, p) => value + 0.2 * source.normal(p))

describe('scores of images', () => {
  it('do not mind scale, sign and offset', () => {
    const [one, other] = [
      score(noisy, truth, size),
      score(
        noisy.map((v) => 3 - 7 * v),
        truth,
        size,
      ),
    ]
    expect(other.psnrDb).toBeCloseTo(one.psnrDb, 9)
    expect(other.ssim).toBeCloseTo(one.ssim, 9)
  })

  it('an image that says nothing leaves the variance of the truth, which is a quarter', () => {
    const { psnrDb, fitted } = score(new Float64Array(320).fill(9), truth, size)
    expect(psnrDb).toBeCloseTo(10 * Math.log10(4), 12)
    for (const value of fitted) expect(value).toBeCloseTo(0.5, 12)
  })

  it('the truth itself is as similar as can be', () => {
    expect(score(truth, truth, size).ssim).toBeCloseTo(1, 12)
    expect(score(truth, truth, size).psnrDb).toBeGreaterThan(250)
  })

  it('SSIM is the mean over windows written out by its definition', () => {
    const { ssim, fitted } = score(noisy, truth, size)
    const weight = (i: number, j: number) => Math.exp(-((i - 5) ** 2 + (j - 5) ** 2) / 4.5)
    let [sum, windows] = [0, 0]
    for (let r = 0; r + 11 <= size.rows; r++)
      for (let c = 0; c + 11 <= size.columns; c++, windows++) {
        const cells = Array.from({ length: 121 }, (_, n) => [Math.floor(n / 11), n % 11])
        const total = cells.reduce((s, [i, j]) => s + weight(i, j), 0)
        const mean = (of: (p: number) => number) =>
          cells.reduce((s, [i, j]) => s + (weight(i, j) / total) * of((r + i) * size.columns + c + j), 0)
        const [mx, my] = [mean((p) => fitted[p]), mean((p) => truth[p])]
        const [vx, vy] = [mean((p) => (fitted[p] - mx) ** 2), mean((p) => (truth[p] - my) ** 2)]
        const both = mean((p) => (fitted[p] - mx) * (truth[p] - my))
        sum += ((2 * mx * my + 1e-4) * (2 * both + 9e-4)) / ((mx * mx + my * my + 1e-4) * (vx + vy + 9e-4))
      }
    expect(ssim).toBeCloseTo(sum / windows, 10)
  })

  it('want as many pixels as there are', () => {
    expect(() => score(new Float64Array(3), truth, size)).toThrow(expect.objectContaining({ code: 'SHAPE' }))
  })
})
