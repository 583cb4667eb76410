import { type KernelModule, loadKernel } from '../module.ts'
import { waveFourierWasm } from '../wasm/waveFourier.ts'
import { fft } from './fft.ts'
import type { PeriodicGrid } from './schrodinger.ts'

interface Exports {
  run(head: number, steps: number): void
  transform(head: number, back: number): void
}

/** Where the kernel finds its words and its numbers, see assembly/waveFourier.ts. */
export const HEAD = 1024
const G = 72
/** Columns that are transformed side by side. */
const SIDE_BY_SIDE = 8

export interface FourierMemory {
  readonly kernel: KernelModule<Exports>
  readonly count: number
  /** Real and imaginary parts of the grid. */
  readonly re: Float64Array
  readonly im: Float64Array
  /** Fills in the words from this one on. */
  words(first: number, values: readonly number[]): void
  /** Address of another list of so many numbers. */
  take(count: number): number
  /** A list at its address, as long as nothing more is taken. */
  view(at: number, count: number): Float64Array
}

/** The kernel with a grid and the plans of its rows and columns in its memory; `more` numbers besides in all. */
export function fourierMemory(
  grid: PeriodicGrid,
  more: number,
  g = 0,
  inertia = Number.POSITIVE_INFINITY,
): FourierMemory {
  // A single column is a row.
  const [rows, columns] = grid.columns === 1 ? [1, grid.rows] : [grid.rows, grid.columns]
  const [along, across] = [fft(columns), fft(rows)]
  const count = rows * columns
  // A row has at least one vector.
  const size = Math.max(2, count)
  const swaps = [...along.order].flatMap((to, n) => (n < to ? [8 * n, 8 * to] : []))
  let end = HEAD + 128
  const take = (length: number) => {
    const at = Math.ceil(end / 64) * 64
    end = at + 8 * length
    return at
  }
  const [re, im] = [take(size), take(size)]
  const [alongAt, acrossAt] = [take(along.twiddles.length), take(across.twiddles.length)]
  const panel = take(2 * rows * SIDE_BY_SIDE)
  const [swapsAt, orderAt] = [take(swaps.length / 2 + 1), take(rows)]
  const kernel = loadKernel<Exports>(waveFourierWasm)
  // Every list begins on a line of its own.
  kernel.reserve(end + 8 * more + 4096)
  const { f64, u32 } = kernel
  const words = (first: number, values: readonly number[]) => u32.set(values, HEAD / 4 + first)
  words(2, [rows, columns, (8 * size) / rows, re, im - re])
  words(10, [alongAt, acrossAt, panel])
  words(15, [swapsAt, orderAt])
  f64.set([g, inertia], (HEAD + G) / 8)
  f64.set(along.twiddles, alongAt / 8)
  f64.set(across.twiddles, acrossAt / 8)
  u32.set([swaps.length / 2, 0, ...swaps], swapsAt / 4)
  u32.set(across.order, orderAt / 4)
  const view = (at: number, length: number) => f64.subarray(at / 8, at / 8 + length)
  return { kernel, count, re: view(re, count), im: view(im, count), words, take, view }
}

/** The transform of a periodic grid in WebAssembly, in place; the bits of rows, then columns, through `fft`. */
export function fourierTransform(grid: PeriodicGrid) {
  const { kernel, re, im } = fourierMemory(grid, 0)
  const run = (x: Float64Array, y: Float64Array, back: number) => {
    re.set(x)
    im.set(y)
    kernel.exports.transform(HEAD, back)
    x.set(re)
    y.set(im)
  }
  return {
    forward: (x: Float64Array, y: Float64Array) => run(x, y, 0),
    /** With the factor 1 / numbers. */
    inverse: (x: Float64Array, y: Float64Array) => run(x, y, 1),
  }
}
