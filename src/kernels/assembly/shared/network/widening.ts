// The transposed convolution 2 x 2 of stride 2: four outputs of every input, a product of matrices and its slopes. Weights: a
// left matrix of product.ts of (4 outputs) x inputs, row (2 a + b) outputs + o for the output at row 2 r + a, column 2 c + b.

import { accumulate, multiply, multiplyTransposed } from './product'

const INPUTS = 0, OUTPUTS = 4, ROWS = 8, COLUMNS = 12, PLANE = 16, WIDE = 20, V = 24, M = 28

@inline function get(head: usize, word: i32): i32 { return load<i32>(head + word) }
@inline function at(head: usize, word: i32): usize { return load<u32>(head + word) as usize }

/** Planes of `count` numbers into strips of eight, or back; strips end with zeros. */
@inline
function strip(x: usize, plane: usize, channels: i32, count: i32, v: usize, back: bool): void {
  const next = (channels as usize) << 5
  for (let c = 0; c < channels; c++, x += plane, v += 32) {
    let to = v, n = 0
    for (; n + 8 <= count; n += 8, to += next) {
      const from = x + ((n as usize) << 2)
      if (back) {
        v128.store(from, v128.load(to))
        v128.store(from, v128.load(to, 16), 16)
      } else {
        v128.store(to, v128.load(from))
        v128.store(to, v128.load(from, 16), 16)
      }
    }
    for (let k = 0; n + k < ((count + 7) & ~7) && n < count; k++) {
      const from = x + (((n + k) as usize) << 2), place = to + ((k as usize) << 2)
      if (!back) store<f32>(place, n + k < count ? load<f32>(from) : 0)
      else if (n + k < count) store<f32>(from, load<f32>(place))
    }
  }
}

/** The strips of all outputs into their planes with the biases, or the slopes of the planes into strips. */
@inline
function scatter(head: usize, m: usize, y: usize, bias: usize, back: bool): void {
  const outputs = get(head, OUTPUTS), rows = get(head, ROWS), columns = get(head, COLUMNS), wide = at(head, WIDE)
  const next = (outputs as usize) << 7, line = (columns as usize) << 3, count = rows * columns
  for (let tap = 0; tap < 4; tap++) {
    for (let o = 0; o < outputs; o++) {
      const strips = m + (((tap * outputs + o) as usize) << 5)
      const b: f32 = back ? (0 as f32) : load<f32>(bias + ((o as usize) << 2))
      let at = y + (o as usize) * wide + ((tap >> 1) as usize) * line + (((tap & 1) as usize) << 2)
      let n = 0
      for (let r = 0; r < rows; r++, at += 2 * line) {
        for (let to = at, end = at + line; to < end; to += 8, n++) {
          const from = strips + ((n >> 3) as usize) * next + (((n & 7) as usize) << 2)
          if (back) store<f32>(from, load<f32>(to))
          else store<f32>(to, load<f32>(from) + b)
        }
      }
      if (back)
        for (; n < ((count + 7) & ~7); n++) store<f32>(strips + ((n >> 3) as usize) * next + (((n & 7) as usize) << 2), 0)
    }
  }
}

export function widen(head: usize, x: usize, w: usize, bias: usize, y: usize): void {
  const inputs = get(head, INPUTS), count = get(head, ROWS) * get(head, COLUMNS), v = at(head, V), m = at(head, M)
  strip(x, at(head, PLANE), inputs, count, v, false)
  multiply(w, 4 * get(head, OUTPUTS), inputs, v, (count + 7) >> 3, m)
  scatter(head, m, y, bias, false)
}

/** Slopes by everything. */
export function widenBack(head: usize, x: usize, w: usize, dy: usize, dw: usize, db: usize, dx: usize): void {
  const inputs = get(head, INPUTS), outputs = get(head, OUTPUTS), count = get(head, ROWS) * get(head, COLUMNS)
  const plane = at(head, PLANE), v = at(head, V), m = at(head, M), strips = (count + 7) >> 3
  scatter(head, m, dy, 0, true)
  strip(x, plane, inputs, count, v, false)
  memory.fill(dw, 0, ((4 * outputs * inputs) as usize) << 2)
  accumulate(m, 4 * outputs, v, inputs, strips, dw)
  const next = (outputs as usize) << 7
  for (let o = 0; o < outputs; o++) {
    let sum = f32x4.splat(0)
    for (let tap = 0; tap < 4; tap++) {
      let from = m + (((tap * outputs + o) as usize) << 5)
      for (let s = 0; s < strips; s++, from += next) sum = f32x4.add(sum, f32x4.add(v128.load(from), v128.load(from, 16)))
    }
    const sumAll = f32x4.extract_lane(sum, 0) + f32x4.extract_lane(sum, 1) + f32x4.extract_lane(sum, 2) + f32x4.extract_lane(sum, 3)
    store<f32>(db + ((o as usize) << 2), sumAll)
  }
  multiplyTransposed(w, 4 * outputs, inputs, m, strips, v)
  strip(dx, plane, inputs, count, v, true)
}
