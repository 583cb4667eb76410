import { expect, test } from 'vitest'
import { createCode } from '../../src/codes/code.ts'
import { expandCode, expandDense, rowIndex } from '../../src/codes/expand.ts'
import type { Code, Family } from '../../src/contract/block.ts'
import { type DataSheet, dataSheet, paramCount } from '../../src/contract/sheet.ts'

/** Largest |correlation| between the code rows of any two parameters over `slots` code indices from `first`. */
function largestCorrelation(family: Family, seed: number, count: number, first: number, slots: number): number {
  const rows = Array.from({ length: slots }, () => new Float64Array(count))
  const source = createCode(family, seed, count)
  for (let t = 0; t < slots; t++) source.fill(first + t, rows[t])
  let largest = 0
  for (let i = 0; i < count; i++)
    for (let j = 0; j < i; j++) {
      let dot = 0
      let ii = 0
      let jj = 0
      for (const row of rows) {
        dot += row[i] * row[j]
        ii += row[i] ** 2
        jj += row[j] ** 2
      }
      largest = Math.max(largest, Math.abs(dot) / Math.sqrt(ii * jj))
    }
  return largest
}

// Two layers of equal shape lie side by side in theta: 2 x (6x6) weights and 2 x 6 biases, 84 parameters.
const P = 84

test('walsh and sequential codes are orthogonal over one code length, from any start', () => {
  for (const first of [0, 128, 1280]) expect(largestCorrelation('walsh', 3, P, first, 128)).toBe(0)
  for (const first of [0, 5, 84]) expect(largestCorrelation('sequential', 3, P, first, P)).toBe(0)
})

test('random codes of any two parameters are uncorrelated', () => {
  const slots = 4096
  // 3486 pairs, each of deviation 1/sqrt(slots); five deviations are passed with probability 2e-3.
  for (const count of [P, 40])
    expect(largestCorrelation('random', 3, count, 0, slots)).toBeLessThan(5 / Math.sqrt(slots))
})

test('sinusoids of any two parameters have different frequencies', () => {
  // Tones spaced 0.3 / P apart separate over a few P / 0.3 slots; 40 spacings leave at most 1 / (40 pi) and leakage.
  expect(largestCorrelation('sinusoid', 3, P, 0, Math.round((40 * P) / 0.3))).toBeLessThan(0.02)
})

test('seeds give different codes', () => {
  for (const family of ['random', 'walsh', 'sequential', 'sinusoid'] as const) {
    const [a, b] = [new Float64Array(P), new Float64Array(P)]
    createCode(family, 1, P).fill(5, a)
    createCode(family, 2, P).fill(5, b)
    expect([...a], family).not.toEqual([...b])
  }
})

test('walsh is negated every second cycle', () => {
  const source = createCode('walsh', 4, 9)
  const [a, b, c] = [new Float64Array(9), new Float64Array(9), new Float64Array(9)]
  source.fill(5, a)
  source.fill(21, b)
  source.fill(37, c)
  expect([...b]).toEqual([...a].map((v) => -v))
  expect([...c]).toEqual([...a])
})

const port = { unit: 'V', min: -2, max: 2, step: 0 }
const sheet: DataSheet = dataSheet({
  machine: 'paper',
  kind: 'simulator',
  identity: 'two banks',
  banks: [
    { name: 'w', width: 9, ...port, safe: 0, slew: Number.POSITIVE_INFINITY },
    { name: 'b', width: 4, ...port, safe: 0, slew: Number.POSITIVE_INFINITY },
  ],
  drive: { width: 1, ...port },
  sense: { width: 1, ...port, noise: 0 },
  maxSlots: 100,
  slotSeconds: 0,
  repeatable: true,
  settings: {},
})

test.each(['random', 'walsh', 'sequential', 'sinusoid'] as const)('%s expands to the rows it names', (family) => {
  const code: Code = { kind: 'code', family, seed: 9, first: 14, amplitudes: [0.5, 0.25], hold: 3, pairing: 'opposite' }
  const count = paramCount(sheet)
  const delta = expandCode(code, 20, sheet)
  const source = createCode(family, 9, count)
  const s = new Float64Array(count)
  expect(delta.hold).toBe(3)
  for (let row = 0; row < 7; row++) {
    const { k, negative } = rowIndex(code, row)
    expect(k).toBe(14 + (row >> 1))
    expect(negative).toBe(row % 2 === 1)
    source.fill(k, s)
    for (let i = 0; i < count; i++) {
      const wanted = (negative ? -1 : 1) * s[i] * (i < 9 ? 0.5 : 0.25)
      const given =
        delta.kind === 'track'
          ? delta.data[row * count + i]
          : (delta.bits[row * 2 + (i >> 3)] >> (i & 7)) & 1
            ? -delta.amplitudes[i < 9 ? 0 : 1]
            : delta.amplitudes[i < 9 ? 0 : 1]
      expect(given).toBeCloseTo(wanted, 15)
    }
  }
  if (delta.kind === 'signs') expect(delta.bits.length).toBe(14)
  expect(expandDense(delta, 20, sheet)).toEqual(expandDense(code, 20, sheet))
})

test('code indices beyond 2^32 are refused', () => {
  const code: Code = {
    kind: 'code',
    family: 'random',
    seed: 1,
    first: 2 ** 32 - 2,
    amplitudes: [1, 1],
    hold: 1,
    pairing: 'single',
  }
  expect(() => expandCode(code, 2, sheet)).not.toThrow()
  expect(() => expandCode(code, 3, sheet)).toThrow(/4294967295, got 4294967294..4294967296/)
})
