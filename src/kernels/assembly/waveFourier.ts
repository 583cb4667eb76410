// The nonlinear Schroedinger field on a periodic grid by the split-step Fourier method, and the transform of a grid alone.
// Oracles: src/kernels/wave/schrodinger.ts and fft.ts; the arithmetic of every number is theirs, operation by operation.
//
// A step goes over the memory twice: every row up from the transform, kicked, down again; then panels of a few columns,
// copied side by side, down, times the phases, and up. Real parts of all rows, then the imaginary ones `IM` bytes behind.

import { panelDown, panelUp, rowDown, rowUp } from './shared/fft'
import { cosineOf, nearCos, nearSin, reduced, sineOf, turnsOf } from './shared/sincos'

const STAGES = 0, TABLE = 4, ROWS = 8, COLUMNS = 12, ROW = 16, RE = 20, IM = 24, THETA = 28, MOMENTUM = 32, PHASES = 36
const ALONG = 40, ACROSS = 44, PANEL = 48, ACTION = 52, MOBILE = 56, ROW_ORDER = 60, COLUMN_ORDER = 64
const G = 72, INERTIA = 80
/** Bytes of a row of a panel. */
const WIDTH: usize = 64

@inline function get(head: usize, word: i32): usize { return load<u32>(head + word) as usize }
@inline function add(a: v128, b: v128): v128 { return f64x2.add(a, b) }
@inline function sub(a: v128, b: v128): v128 { return f64x2.sub(a, b) }
@inline function mul(a: v128, b: v128): v128 { return f64x2.mul(a, b) }

/** The kick of one row, `from` bytes behind the first, and the drift of the learning field after it. */
export function kick(head: usize, from: usize, time: f64, drift: f64): void {
  const action = load<i32>(head, ACTION) != 0, mobile = load<i32>(head, MOBILE) != 0, im = get(head, IM)
  const t = f64x2.splat(time), g = v128.load64_splat(head + G), half = f64x2.splat(0.5)
  const slow = f64x2.splat(drift / load<f64>(head, INERTIA))
  let at = get(head, RE) + from, theta = get(head, THETA) + from, momentum = get(head, MOMENTUM) + from
  for (const end = at + get(head, ROW); at < end; at += 16, theta += 16, momentum += 16) {
    const x = v128.load(at), y = v128.load(at + im), v = v128.load(theta)
    const density = add(mul(x, x), mul(y, y))
    const angle = mul(t, add(v, mul(g, density)))
    const n = turnsOf(angle), r = reduced(angle, n), p = nearSin(r), q = nearCos(r), s = sineOf(p, q, n), c = cosineOf(p, q, n)
    v128.store(at, add(mul(c, x), mul(s, y)))
    v128.store(at + im, sub(mul(c, y), mul(s, x)))
    if (action) {
      const moment = sub(v128.load(momentum), mul(t, mul(half, density)))
      v128.store(momentum, moment)
      if (mobile) v128.store(theta, add(v, mul(slow, moment)))
    }
  }
}

/** (x + i y) times the phases, which lie as the numbers do, imaginary parts `other` bytes behind. */
@inline
function turn(at: usize, im: usize, phase: usize, other: usize): void {
  const x = v128.load(at), y = v128.load(at + im), c = v128.load(phase), s = v128.load(phase + other)
  v128.store(at, sub(mul(c, x), mul(s, y)))
  v128.store(at + im, add(mul(c, y), mul(s, x)))
}

/** Copies a panel of `width` bytes a row out of the grid or back; `order`: places of the rows in the panel, 0 as they are. */
@inline
function panel(grid: usize, im: usize, row: usize, rows: usize, width: usize, to: usize, apart: usize, order: usize, back: bool): void {
  for (let r: usize = 0; r < rows; r++, grid += row) {
    const place = to + (order != 0 ? (load<u32>(order + 4 * r) as usize) : r) * width
    for (let c: usize = 0; c < width; c += 16) {
      if (back) {
        v128.store(grid + c, v128.load(place + c))
        v128.store(grid + im + c, v128.load(place + apart + c))
      } else {
        v128.store(place + c, v128.load(grid + c))
        v128.store(place + apart + c, v128.load(grid + im + c))
      }
    }
  }
}

/** All columns down, times the phases, and up again; of a single row the phases alone. */
export function disperse(head: usize, phases: usize): void {
  const re = get(head, RE), im = get(head, IM), row = get(head, ROW), rows = get(head, ROWS), whole = rows * row
  if (rows == 1) {
    for (let at: usize = 0; at < row; at += 16) turn(re + at, im, phases + at, whole)
    return
  }
  const w = get(head, ACROSS), side = get(head, PANEL), width = min(WIDTH, row), apart = rows * width
  for (let c: usize = 0; c < row; c += width) {
    panel(re + c, im, row, rows, width, side, apart, 0, false)
    panelDown(side, apart, rows, width, w)
    let phase = phases + c
    for (let at = side, end = side + apart; at < end; at += width, phase += row)
      for (let j: usize = 0; j < width; j += 16) turn(at + j, apart, phase + j, whole)
    panelUp(side, apart, rows, width, w)
    panel(re + c, im, row, rows, width, side, apart, 0, true)
  }
}

/** `steps` steps; the table as in waveLattice.ts, PHASES: addresses of the phases of each of its drifts. */
export function run(head: usize, steps: i32): void {
  if (steps <= 0) return
  const stages = load<i32>(head, STAGES), table = get(head, TABLE), phases = get(head, PHASES)
  const re = get(head, RE), im = get(head, IM), row = get(head, ROW), columns = get(head, COLUMNS), w = get(head, ALONG)
  const whole = get(head, ROWS) * row
  if (load<i32>(head, MOBILE) != 0) {
    const slow = f64x2.splat(load<f64>(table) / load<f64>(head, INERTIA))
    let theta = get(head, THETA), momentum = get(head, MOMENTUM)
    for (const end = theta + whole; theta < end; theta += 16, momentum += 16)
      v128.store(theta, add(v128.load(theta), mul(slow, v128.load(momentum))))
  }
  for (let r: usize = 0; r < whole; r += row) rowDown(re + r, im, columns, w)
  disperse(head, get(phases, 0))
  for (let left = steps - 1; left >= 0; left--) {
    for (let s = 1; s <= stages; s++) {
      const joint = s == stages && left > 0
      const at = table + ((16 * s) as usize), drift = joint ? load<f64>(table, 8) : load<f64>(at, 8)
      for (let r: usize = 0; r < whole; r += row) {
        rowUp(re + r, im, columns, w)
        kick(head, r, load<f64>(at), drift)
        rowDown(re + r, im, columns, w)
      }
      disperse(head, get(phases, joint ? 4 : 4 * s + 4))
    }
  }
  for (let r: usize = 0; r < whole; r += row) rowUp(re + r, im, columns, w)
}

/** Exchanges the numbers of a row for the transform's order: `order` has a count, then pairs of places in bytes. */
@inline
function exchange(at: usize, order: usize): void {
  let place = order + 8
  for (const end = place + ((load<u32>(order) * 8) as usize); place < end; place += 8) {
    const a = at + (load<u32>(place) as usize), b = at + (load<u32>(place, 4) as usize), x = load<f64>(a)
    store<f64>(a, load<f64>(b))
    store<f64>(b, x)
  }
}

/** The transform of the grid, or its inverse with the factor 1 / numbers. */
export function transform(head: usize, back: bool): void {
  const re = get(head, RE), im = get(head, IM), row = get(head, ROW), rows = get(head, ROWS), columns = get(head, COLUMNS)
  const along = get(head, ALONG), across = get(head, ACROSS), order = get(head, ROW_ORDER), whole = rows * row
  for (let at = re, end = re + whole; at < end; at += row) {
    if (!back) rowDown(at, im, columns, along)
    exchange(at, order)
    exchange(at + im, order)
    if (back) rowUp(at, im, columns, along)
  }
  if (rows > 1) {
    const side = get(head, PANEL), width = min(WIDTH, row), apart = rows * width, places = get(head, COLUMN_ORDER)
    for (let c: usize = 0; c < row; c += width) {
      panel(re + c, im, row, rows, width, side, apart, back ? places : 0, false)
      if (back) panelUp(side, apart, rows, width, across)
      else panelDown(side, apart, rows, width, across)
      panel(re + c, im, row, rows, width, side, apart, back ? 0 : places, true)
    }
  }
  if (!back) return
  const scale = f64x2.splat(1.0 / ((rows * columns) as f64))
  for (let at = re, end = re + whole; at < end; at += 16) {
    v128.store(at, mul(v128.load(at), scale))
    v128.store(at + im, mul(v128.load(at + im), scale))
  }
}
