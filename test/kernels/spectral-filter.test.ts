import { describe, expect, it } from 'vitest'
import { plainFilter, simdFilter, spectralFilter } from '../../src/kernels/spectral-filter.ts'
import { draws, fillUniform } from '../../src/random/draws.ts'
import { STREAM } from '../../src/random/streams.ts'

const numbers = (count: number, seed: number) =>
  fillUniform(draws(seed, STREAM.testInputs), -1, 1, new Float64Array(count))
const complex = (count: number, seed: number) => ({ re: numbers(count, seed), im: numbers(count, seed + 100) })

describe('a filter of spatial frequencies', () => {
  it.each([
    [1, 3, 1, 8],
    [3, 5, 4, 8],
    [8, 8, 8, 8],
    [5, 12, 16, 32],
    [16, 7, 32, 16],
    [9, 30, 64, 32],
  ])(
    'of %i x %i numbers on a grid of %i x %i has the bits of the plain loops',
    (rows, columns, gridRows, gridColumns) => {
      const shape = { rows, columns, grid: { rows: gridRows, columns: gridColumns } }
      const factors = complex(gridRows * gridColumns, 3)
      const [fast, plain] = [simdFilter(shape, factors), plainFilter(shape, factors)]
      const field = complex(rows * columns, 1)
      // Twice: what the first left in the kernel's memory must not matter.
      for (const way of ['forward', 'adjoint', 'forward'] as const) {
        const [seen, wanted] = [complex(rows * columns, 5), complex(rows * columns, 6)]
        fast[way](field, seen)
        plain[way](field, wanted)
        expect(seen).toEqual(wanted)
      }
      fast.forward(field, field)
      expect(field.re.every(Number.isFinite)).toBe(true)
    },
  )

  it('is a circular convolution where the field fills the grid', () => {
    const shape = { rows: 4, columns: 8, grid: { rows: 4, columns: 8 } }
    const one = { re: new Float64Array(32).fill(1), im: new Float64Array(32) }
    // One row down and two columns on: the factor exp(-2 pi i (r / 4 + 2 c / 8)).
    const angle = (k: number) => -2 * Math.PI * (Math.floor(k / 8) / 4 + (2 * (k % 8)) / 8)
    for (let k = 0; k < 32; k++) [one.re[k], one.im[k]] = [Math.cos(angle(k)), Math.sin(angle(k))]
    const field = complex(32, 1)
    const into = complex(32, 2)
    spectralFilter(shape, one).forward(field, into)
    for (let r = 0; r < 4; r++)
      for (let c = 0; c < 8; c++) {
        const from = r * 8 + c
        const to = ((r + 1) % 4) * 8 + ((c + 2) % 8)
        // Round-off of transforms of 32 numbers of order 1.
        expect(Math.abs(into.re[to] - field.re[from]) + Math.abs(into.im[to] - field.im[from])).toBeLessThan(1e-14)
      }
  })
})
