import { describe, expect, it } from 'vitest'
import { PATTERN_FAMILIES, patternsOf } from '../../src/patterns/family.ts'
import { matrixPatterns } from '../../src/patterns/matrix.ts'
import type { Patterns } from '../../src/patterns/patterns.ts'
import { draws } from '../../src/random/draws.ts'
import { STREAM } from '../../src/random/streams.ts'

const normal = draws(3, STREAM.testInputs)
const list = (length: number, from = 0) => Float64Array.from({ length }, (_, n) => normal.normal(from + n))

function dense({ count, rows, columns, fill }: Patterns): Float64Array[] {
  return Array.from({ length: count }, (_, k) => {
    const into = new Float64Array(rows * columns)
    fill(k, into)
    return into
  })
}

const dot = (a: Float64Array, b: Float64Array) => a.reduce((sum, value, n) => sum + value * b[n], 0)

const families = PATTERN_FAMILIES.map((family) => family.replace('<seed>', '7'))
const cases: [string, Patterns][] = [
  ...families.map((family): [string, Patterns] => [family, patternsOf(family, 8, 4)]),
  ...families.map((family): [string, Patterns] => [`${family}, some`, patternsOf(family, 8, 8, { count: 11 })]),
  ['fourier 5 x 6', patternsOf('fourier', 5, 6)],
  ['random, 70 pixels', patternsOf('random:1', 7, 10, { count: 5 })],
  ['matrix', matrixPatterns(list(6 * 12), { rows: 3, columns: 4 })],
]

describe.each(cases)('patterns %s', (_, patterns) => {
  const rows = dense(patterns)
  const size = patterns.rows * patterns.columns

  it('sum an image as the patterns written out do', () => {
    const image = list(size)
    const into = new Float64Array(patterns.count)
    patterns.project(image, into)
    // Rounding of sums over at most 80 numbers of size 1.
    for (let k = 0; k < patterns.count; k++) expect(into[k]).toBeCloseTo(dot(rows[k], image), 11)
  })

  it('go back by the transpose', () => {
    const values = list(patterns.count, 100)
    const into = new Float64Array(size)
    patterns.back(values, into)
    for (let p = 0; p < size; p++)
      expect(into[p]).toBeCloseTo(
        rows.reduce((sum, row, k) => sum + values[k] * row[p], 0),
        11,
      )
  })

  it('say truly what lies between which ends, and what is orthogonal', () => {
    const all = rows.flatMap((row) => [...row])
    expect(Math.min(...all)).toBeGreaterThanOrEqual(patterns.min - 1e-12)
    expect(Math.max(...all)).toBeLessThanOrEqual(patterns.max + 1e-12)
    const { norm } = patterns
    if (norm === undefined) return
    for (const [k, row] of rows.entries())
      for (const [n, other] of rows.entries()) expect(dot(row, other)).toBeCloseTo(k === n ? norm : 0, 10)
  })
})

describe('orders of Hadamard patterns', () => {
  const rows = (order: string, side = 8) => dense(patternsOf(`hadamard ${order}`, side, side))

  it('begin alike, whatever the count', () => {
    for (const family of families) {
      const [few, many] = [patternsOf(family, 8, 8, { count: 5 }), patternsOf(family, 8, 8, { count: 20 })]
      expect(dense(few)).toEqual(dense(many).slice(0, 5))
    }
  })

  it('cake-cutting counts connected blocks', () => {
    const blocks = rows('cake-cutting').map((row) => connected(row, 8))
    expect(blocks).toEqual([...blocks].sort((a, b) => a - b))
    expect(blocks.slice(0, 8)).toEqual([1, 2, 2, 3, 3, 4, 4, 4])
  })

  it('walsh counts the changes of sign along the whole pattern, one more each time', () => {
    expect(rows('walsh').map((row) => changes(row))).toEqual([...Array(64).keys()])
  })

  it('total-gradient never falls in the sum of the lengths of gradients', () => {
    const sums = rows('total-gradient').map((row) => gradient(row, 8))
    for (let k = 1; k < sums.length; k++) expect(sums[k]).toBeGreaterThanOrEqual(sums[k - 1] - 1e-9)
  })

  it('russian-doll has every coarser grid complete before anything finer', () => {
    for (const coarse of [1, 2, 4])
      for (const [k, row] of rows('russian-doll').entries())
        expect(evenOver(row, 8, 8 / coarse), `pattern ${k} on ${coarse} x ${coarse}`).toBe(k < coarse * coarse)
  })

  it('zig-zag goes from one diagonal to the next, each from where the last ended', () => {
    const steps = rows('zig-zag', 4).map((row) => [
      changes(row.filter((_, p) => p % 4 === 0)),
      changes(row.slice(0, 4)),
    ])
    expect(steps.slice(0, 6)).toEqual([
      [0, 0],
      [0, 1],
      [1, 0],
      [2, 0],
      [1, 1],
      [0, 2],
    ])
  })
})

describe('patterns that cannot be', () => {
  it.each([
    ['an unknown family', () => patternsOf('hadamard sideways', 8, 8)],
    ['a seed that is none', () => patternsOf('random:x', 8, 8)],
    ['Hadamard on other sides', () => patternsOf('hadamard walsh', 6, 8)],
    ['more than there are', () => patternsOf('raster', 2, 2, { count: 5 })],
    ['none', () => patternsOf('raster', 2, 2, { count: 0 })],
    ['a matrix of one value', () => matrixPatterns(new Float64Array(8).fill(2), { rows: 2, columns: 2 })],
  ])('%s is refused', (_, make) => {
    expect(make).toThrow(expect.objectContaining({ code: 'CONFIG' }))
  })

  it('a matrix is not named like a family, which a machine may make itself', () => {
    const named = (name: string) => () => matrixPatterns(list(8), { rows: 2, columns: 2, name })
    for (const name of ['raster', 'random:7', 'fourier', 'hadamard walsh'])
      expect(named(name)).toThrow(expect.objectContaining({ code: 'CONFIG' }))
    for (const name of ['random.csv', 'my raster', 'matrix']) expect(named(name)().name).toBe(name)
  })

  it('a matrix of the wrong size or with gaps is refused', () => {
    const of = (matrix: Float64Array) => () => matrixPatterns(matrix, { rows: 2, columns: 2 })
    expect(of(new Float64Array(7))).toThrow(expect.objectContaining({ code: 'SHAPE' }))
    expect(of(new Float64Array(8).fill(Number.NaN))).toThrow(expect.objectContaining({ code: 'NOT_FINITE' }))
  })
})

function changes(row: ArrayLike<number>): number {
  return Array.from(row).filter((value, p) => p > 0 && value !== row[p - 1]).length
}

/** Blocks of equal neighbours, by flooding. */
function connected(row: Float64Array, side: number): number {
  const seen = new Set<number>()
  const flood = (p: number) => {
    if (seen.has(p)) return
    seen.add(p)
    const [r, c] = [Math.floor(p / side), p % side]
    const near = [r > 0 && p - side, r < side - 1 && p + side, c > 0 && p - 1, c < side - 1 && p + 1]
    for (const q of near) if (typeof q === 'number' && row[q] === row[p]) flood(q)
  }
  let blocks = 0
  for (let p = 0; p < row.length; p++) {
    if (!seen.has(p)) blocks++
    flood(p)
  }
  return blocks
}

function gradient(row: Float64Array, side: number): number {
  let sum = 0
  for (let p = 0; p < row.length; p++) {
    const dx = p % side < side - 1 ? row[p + 1] - row[p] : 0
    const dy = p < row.length - side ? row[p + side] - row[p] : 0
    sum += Math.hypot(dx, dy)
  }
  return sum
}

/** Whether a pattern is the same over every block of so many pixels a side. */
function evenOver(row: Float64Array, side: number, block: number): boolean {
  return row.every((value, p) => {
    const [r, c] = [Math.floor(p / side), p % side]
    return value === row[(r - (r % block)) * side + (c - (c % block))]
  })
}
