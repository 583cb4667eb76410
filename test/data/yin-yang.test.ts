import { describe, expect, it } from 'vitest'
import { yinYang, yinYangClass } from '../../src/data/yin-yang.ts'

describe('yin-yang', () => {
  it('has the published regions: dots of 0.1 in bulges of half the radius, yin above', () => {
    const at = (points: readonly (readonly [number, number])[]) => points.map(([x, y]) => yinYangClass(x, y))
    // Middles of the dots, and just inside and outside them.
    expect(
      at([
        [0.25, 0.5],
        [0.75, 0.5],
        [0.25, 0.599],
        [0.25, 0.601],
        [0.75, 0.401],
        [0.75, 0.399],
      ]),
    ).toEqual([2, 2, 2, 1, 2, 0])
    // The left bulge is yin below the middle too, the right one yang above it; far up is yin, far down yang.
    expect(
      at([
        [0.25, 0.27],
        [0.25, 0.23],
        [0.75, 0.73],
        [0.75, 0.77],
        [0.5, 0.95],
        [0.5, 0.05],
      ]),
    ).toEqual([1, 0, 0, 1, 1, 0])
    expect(
      at([
        [0.01, 0.01],
        [1.001, 0.5],
      ]),
    ).toEqual([undefined, undefined])
  })

  it('half a turn swaps yin and yang and leaves the dots', () => {
    for (let i = 0; i < 400; i++) {
      const [x, y] = [(i % 20) / 20 + 0.0123, Math.floor(i / 20) / 20 + 0.0217]
      const here = yinYangClass(x, y)
      const there = yinYangClass(1 - x, 1 - y)
      expect(there).toBe(here === undefined || here === 2 ? here : 1 - here)
    }
  })

  it('rows are of the class they say, mirrored, in equal shares, and do not depend on their number', () => {
    const data = yinYang(900, 4)
    const shares = [0, 0, 0]
    for (let row = 0; row < data.rows; row++) {
      const [x, y, mirrorX, mirrorY] = data.features.subarray(4 * row, 4 * row + 4)
      expect(yinYangClass(x, y)).toBe(data.labels[row])
      expect([x + mirrorX, y + mirrorY]).toEqual([expect.closeTo(1, 14), expect.closeTo(1, 14)])
      shares[data.labels[row]]++
    }
    // A share of 300 in 900 draws has the standard deviation sqrt(900 2/9) = 14; five of them.
    for (const share of shares) expect(Math.abs(share - 300)).toBeLessThan(70)
    expect(yinYang(5, 4).features).toEqual(data.features.subarray(0, 20))
    expect(yinYang(5, 5).features).not.toEqual(yinYang(5, 4).features)
  })

  it('refuses dots that do not fit into their bulges', () => {
    expect(() => yinYang(1, 1, { dot: 0.25 })).toThrow(expect.objectContaining({ code: 'CONFIG' }))
  })
})
