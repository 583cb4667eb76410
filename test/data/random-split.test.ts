import { describe, expect, it } from 'vitest'
import type { Dataset } from '../../src/data/dataset.ts'
import { randomSplit } from '../../src/data/split.ts'

/** Rows without meaning; three in four are of the first class. */
function rows(count: number): Dataset {
  return {
    name: 'rows',
    rows: count,
    width: 1,
    features: Float64Array.from({ length: count }, (_, r) => r),
    labels: Uint8Array.from({ length: count }, (_, r) => (r % 4 === 3 ? 1 : 0)),
    classes: ['many', 'few'],
  }
}

describe('a random split', () => {
  it('holds out so many rows, every row once, in rising order', () => {
    for (const [count, held] of [
      [150, 45],
      [100, 30],
      [12, 11],
    ]) {
      const { train, test } = randomSplit(rows(count), held, 5)
      expect([train.length, test.length]).toEqual([count - held, held])
      expect(new Set([...train, ...test]).size).toBe(count)
      for (const part of [train, test]) expect([...part]).toEqual([...part].sort((a, b) => a - b))
      expect(Math.max(...train, ...test)).toBe(count - 1)
    }
  })

  it('sorts numbers as numbers', () => {
    // As words, 10 would come before 9.
    const { train } = randomSplit(rows(1200), 0, 1)
    expect([...train]).toEqual(Array.from({ length: 1200 }, (_, r) => r))
  })

  it('draws by the seed, every row as likely as another, whatever its class', () => {
    const data = rows(40)
    expect(randomSplit(data, 10, 3)).toEqual(randomSplit(data, 10, 3))
    expect(randomSplit(data, 10, 3).test).not.toEqual(randomSplit(data, 10, 4).test)
    const times = new Uint32Array(40)
    const few: number[] = []
    for (let seed = 0; seed < 2000; seed++) {
      const { test } = randomSplit(data, 10, seed)
      for (const row of test) times[row]++
      few.push([...test].filter((row) => data.labels[row] === 1).length)
    }
    // Of 2000 draws of probability 1/4: 500 with deviation 19.4; 5 deviations over 40 rows.
    for (const count of times) expect(Math.abs(count - 500)).toBeLessThan(5 * 19.4)
    // Class counts vary as they do without strata: hypergeometric, variance 10 / 4 * 3 / 4 * 30 / 39 = 1.44.
    const middle = few.reduce((sum, n) => sum + n, 0) / 2000
    const variance = few.reduce((sum, n) => sum + (n - middle) ** 2, 0) / 2000
    expect(Math.abs(middle - 2.5)).toBeLessThan((5 * 1.2) / Math.sqrt(2000))
    expect(Math.abs(variance / 1.44 - 1)).toBeLessThan(5 * Math.sqrt(2 / 2000))
  })
})
