import { loadKernel } from './module.ts'
import { spectralFilterWasm } from './wasm/spectralFilter.ts'
import { fft } from './wave/fft.ts'

interface Exports {
  filter(head: number, conjugate: number): void
}

export interface FilterShape {
  /** Size of a field. */
  readonly rows: number
  readonly columns: number
  /** Size of the periodic grid in whose corner it lies, powers of two; the rest is nothing, and what comes there is dropped. */
  readonly grid: { readonly rows: number; readonly columns: number }
}

/** Complex numbers, real and imaginary parts apart. */
export interface Complex {
  readonly re: Float64Array
  readonly im: Float64Array
}

/** Multiplies the frequencies of a field by factors; `into` may be `field`. */
export interface SpectralFilter {
  forward(field: Complex, into: Complex): void
  /** By the conjugate factors: the adjoint. */
  adjoint(field: Complex, into: Complex): void
}

const HEAD = 1024
/** Columns that are transformed side by side: the kernel takes no narrower grid. */
const SIDE_BY_SIDE = 8
/** Up to this many numbers of the grid the plain loops do: making a kernel costs a hundred of their rounds. */
const SMALL = 512

/**
 * A filter of one size, `factors` for all frequencies of the grid, row by row in the order of its transform: in WebAssembly
 * where that pays; the same bits either way.
 */
export function spectralFilter(shape: FilterShape, factors: Complex): SpectralFilter {
  const { rows, columns } = shape.grid
  return columns < SIDE_BY_SIDE || rows * columns <= SMALL ? plainFilter(shape, factors) : simdFilter(shape, factors)
}

/** The plain loops: the oracle of the kernel. */
export function plainFilter(shape: FilterShape, factors: Complex): SpectralFilter {
  const { rows, columns, grid } = shape
  const [along, across] = [fft(grid.columns), fft(grid.rows)]
  const placed = inPlace(shape, factors)
  const count = grid.rows * grid.columns
  const [x, y] = [new Float64Array(count), new Float64Array(count)]
  const run = ({ re, im }: Complex, into: Complex, conjugate: 1 | -1) => {
    x.fill(0)
    y.fill(0)
    for (let r = 0, from = 0, at = 0; r < rows; r++, from += columns, at += grid.columns) {
      x.set(re.subarray(from, from + columns), at)
      y.set(im.subarray(from, from + columns), at)
      along.descend(x, y, at)
    }
    for (let c = 0; c < grid.columns; c++) across.descend(x, y, c, grid.columns)
    for (let k = 0; k < count; k++) {
      const [u, v, p, q] = [x[k], y[k], placed.re[k], conjugate * placed.im[k]]
      x[k] = p * u - q * v
      y[k] = p * v + q * u
    }
    for (let c = 0; c < grid.columns; c++) across.ascend(x, y, c, grid.columns)
    for (let r = 0, to = 0, at = 0; r < rows; r++, to += columns, at += grid.columns) {
      along.ascend(x, y, at)
      into.re.set(x.subarray(at, at + columns), to)
      into.im.set(y.subarray(at, at + columns), to)
    }
  }
  return { forward: (field, into) => run(field, into, 1), adjoint: (field, into) => run(field, into, -1) }
}

/** In WebAssembly whatever its size, from eight columns on. */
export function simdFilter(shape: FilterShape, factors: Complex): SpectralFilter {
  const { rows, columns, grid } = shape
  const [along, across] = [fft(grid.columns), fft(grid.rows)]
  const kernel = loadKernel<Exports>(spectralFilterWasm)
  let end = HEAD + 64
  const take = (count: number) => {
    const at = Math.ceil(end / 64) * 64
    end = at + 8 * count
    return at
  }
  const count = grid.rows * grid.columns
  const [dense, denseIm] = [take(rows * columns), take(rows * columns)]
  const kept = rows * (grid.columns + SIDE_BY_SIDE)
  const [held, heldIm] = [take(kept), take(kept)]
  const [alongAt, acrossAt] = [take(along.twiddles.length), take(across.twiddles.length)]
  const [panel, factorsAt] = [take(2 * grid.rows * SIDE_BY_SIDE), take(2 * count)]
  kernel.reserve(end)
  const { f64, u32 } = kernel
  const head = [rows, columns, grid.rows, grid.columns, dense, denseIm - dense, held, heldIm - held]
  u32.set([...head, alongAt, acrossAt, panel, factorsAt], HEAD / 4)
  f64.set(along.twiddles, alongAt / 8)
  f64.set(across.twiddles, acrossAt / 8)
  const placed = inPlace(shape, factors)
  // Panel by panel: real parts, then imaginary ones.
  for (let c = 0, at = factorsAt / 8; c < grid.columns; c += SIDE_BY_SIDE)
    for (const part of [placed.re, placed.im])
      for (let r = 0; r < grid.rows; r++, at += SIDE_BY_SIDE) {
        const from = r * grid.columns + c
        f64.set(part.subarray(from, from + SIDE_BY_SIDE), at)
      }
  const view = (at: number) => f64.subarray(at / 8, at / 8 + rows * columns)
  const [x, y] = [view(dense), view(denseIm)]
  const run = (field: Complex, into: Complex, conjugate: number) => {
    x.set(field.re)
    y.set(field.im)
    kernel.exports.filter(HEAD, conjugate)
    into.re.set(x)
    into.im.set(y)
  }
  return { forward: (field, into) => run(field, into, 0), adjoint: (field, into) => run(field, into, 1) }
}

/** The factors where `descend` leaves each frequency, over the numbers of the grid: the factor of the inverse transform. */
function inPlace({ grid }: FilterShape, { re, im }: Complex): Complex {
  const [along, across] = [fft(grid.columns).order, fft(grid.rows).order]
  const placed = { re: new Float64Array(re.length), im: new Float64Array(im.length) }
  const scale = 1 / re.length
  for (let r = 0, k = 0; r < grid.rows; r++)
    for (let c = 0; c < grid.columns; c++, k++) {
      const at = across[r] * grid.columns + along[c]
      placed.re[at] = scale * re[k]
      placed.im[at] = scale * im[k]
    }
  return placed
}
