// A filter of spatial frequencies: a field in the corner of a padded grid goes through the transform, meets a factor at every
// frequency, and comes back. Oracle: plainFilter of src/kernels/spectral-filter.ts, operation by operation.
//
// Rows beyond the field hold nothing on the way down and are not wanted on the way up: only the field's rows are kept and
// transformed, and panels of a few columns, copied side by side, are filled up with zeros. Real parts come first, imaginary
// ones `IM` bytes behind them. The factors lie as the stages leave the frequencies, panel by panel, and carry 1 / numbers.

import { panelDown, panelUp, rowDown, rowUp } from './shared/fft'

const FIELD_ROWS = 0, FIELD_COLUMNS = 4, ROWS = 8, COLUMNS = 12, DENSE = 16, DENSE_IM = 20, RE = 24, IM = 28
const ALONG = 32, ACROSS = 36, PANEL = 40, FACTORS = 44
/** Bytes of a row of a panel: eight columns. */
const WIDTH: usize = 64

@inline function get(head: usize, word: i32): usize { return load<u32>(head + word) as usize }
@inline function add(a: v128, b: v128): v128 { return f64x2.add(a, b) }
@inline function sub(a: v128, b: v128): v128 { return f64x2.sub(a, b) }
@inline function mul(a: v128, b: v128): v128 { return f64x2.mul(a, b) }

/** Filters the dense field in place; `conjugate`: by the conjugate factors. */
export function filter(head: usize, conjugate: bool): void {
  const fieldRows = get(head, FIELD_ROWS), fieldRow = get(head, FIELD_COLUMNS) * 8, rows = get(head, ROWS), columns = get(head, COLUMNS)
  const dense = get(head, DENSE), denseIm = get(head, DENSE_IM), re = get(head, RE), im = get(head, IM)
  const along = get(head, ALONG), across = get(head, ACROSS), side = get(head, PANEL), factors = get(head, FACTORS)
  // A line more than the row: rows a power of two apart would share the lines of a cache.
  const wide = columns * 8, row = wide + WIDTH, apart = rows * WIDTH, held = fieldRows * WIDTH
  const zero = f64x2.splat(0.0)
  for (let r: usize = 0, from = dense, at = re; r < fieldRows; r++, from += fieldRow, at += row) {
    memory.copy(at, from, fieldRow)
    memory.copy(at + im, from + denseIm, fieldRow)
    memory.fill(at + fieldRow, 0, wide - fieldRow)
    memory.fill(at + im + fieldRow, 0, wide - fieldRow)
    rowDown(at, im, columns, along)
  }
  const sign = f64x2.splat(conjugate ? -1.0 : 1.0)
  let factor = factors
  for (let c: usize = 0; c < wide; c += WIDTH) {
    for (let r: usize = 0, grid = re + c, place = side; r < fieldRows; r++, grid += row, place += WIDTH)
      for (let j: usize = 0; j < WIDTH; j += 16) {
        v128.store(place + j, v128.load(grid + j))
        v128.store(place + apart + j, v128.load(grid + im + j))
      }
    for (let at = side + held, end = side + apart; at < end; at += 16) {
      v128.store(at, zero)
      v128.store(at + apart, zero)
    }
    panelDown(side, apart, rows, WIDTH, across)
    for (let at = side, end = side + apart; at < end; at += 16, factor += 16) {
      const x = v128.load(at), y = v128.load(at + apart)
      const p = v128.load(factor), q = mul(sign, v128.load(factor + apart))
      v128.store(at, sub(mul(p, x), mul(q, y)))
      v128.store(at + apart, add(mul(p, y), mul(q, x)))
    }
    factor += apart
    panelUp(side, apart, rows, WIDTH, across)
    for (let r: usize = 0, grid = re + c, place = side; r < fieldRows; r++, grid += row, place += WIDTH)
      for (let j: usize = 0; j < WIDTH; j += 16) {
        v128.store(grid + j, v128.load(place + j))
        v128.store(grid + im + j, v128.load(place + apart + j))
      }
  }
  for (let r: usize = 0, to = dense, at = re; r < fieldRows; r++, to += fieldRow, at += row) {
    rowUp(at, im, columns, along)
    memory.copy(to, at, fieldRow)
    memory.copy(to + denseIm, at + im, fieldRow)
  }
}
