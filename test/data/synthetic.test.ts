import { describe, expect, it } from 'vitest'
import { letters } from '../../src/data/letters.ts'
import { parity } from '../../src/data/parity.ts'

describe('synthetic tasks', () => {
  it('parity of two bits is XOR, and every width is balanced', () => {
    const xor = parity(2)
    const table = Array.from({ length: 4 }, (_, r) => [xor.drive[2 * r], xor.drive[2 * r + 1], xor.target[r]])
    expect(table).toEqual([
      [0, 0, 0],
      [1, 0, 1],
      [0, 1, 1],
      [1, 1, 0],
    ])
    for (const bits of [3, 4, 6]) expect(parity(bits).target.reduce((a, b) => a + b)).toBe(2 ** (bits - 1))
    expect(() => parity(1)).toThrow(/bits is 1/)
  })

  it('letters sit whole in the field, noise has the asked spread, rows do not depend on their number', () => {
    const clean = letters(400, 5, 0)
    for (let row = 0; row < 400; row++) {
      const ink = clean.features.subarray(row * 49, (row + 1) * 49).reduce((a, b) => a + b)
      expect(ink).toBe([13, 9, 13, 9][row % 4])
    }
    // Nine positions of each of four letters; in 100 draws of one letter every position is missed with 8e-6.
    const pictures = new Set(Array.from({ length: 400 }, (_, r) => clean.features.slice(r * 49, r * 49 + 49).join()))
    expect(pictures.size).toBe(36)
    const noisy = letters(400, 5, 0.2)
    let square = 0
    for (let i = 0; i < noisy.features.length; i++) square += (noisy.features[i] - clean.features[i]) ** 2
    // 19 600 draws: the standard error of the spread is 0.5 %; four of them.
    expect(Math.abs(Math.sqrt(square / noisy.features.length) / 0.2 - 1)).toBeLessThan(0.02)
    expect(letters(8, 5).features).toEqual(noisy.features.subarray(0, 8 * 49))
  })
})
