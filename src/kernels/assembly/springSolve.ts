// Solves with the factor K = L D L' that springFactor.ts leaves in the same memory; layout and `head` as there. One
// vector at a time, or eight side by side. Oracle: src/kernels/spring/oracle.ts, whose sums run in the same order.

const FRONTS = 0, COUNT = 4, ROWS = 8, ORDER = 28, HELD = 32, PANELS = 36, INVERSE = 44, LOCAL = 56, VECTORS = 60
const STEPS = 64, NODES = 68, RHS = 72
/** Bytes of the words of a front (WORD in plan.ts). */
const FRONT = 52

@inline function get(head: usize, word: i32): usize { return load<u32>(head + word) as usize }
@inline function less(a: v128, x: v128, s: v128): v128 { return f64x2.sub(a, f64x2.mul(x, s)) }
@inline function more(a: v128, x: v128, s: v128): v128 { return f64x2.add(a, f64x2.mul(x, s)) }
@inline function splat(at: usize): v128 { return v128.load64_splat(at) }

/**
 * `rows` vectors of the caller in (or `back` out of) the order of elimination: step, axis, then the `width` = 1 or 8
 * numbers side by side. Nodes without a free axis are in no step.
 */
function take(head: usize, rows: i32, width: i32, back: bool): void {
  const order = get(head, ORDER), steps = order + ((load<i32>(head, STEPS) * 4) as usize)
  const rhs = get(head, RHS), vector = (load<i32>(head, NODES) * 16) as usize
  const end = rhs + (rows as usize) * vector
  const zero = f64x2.splat(0.0)
  let x = get(head, VECTORS), held = get(head, HELD)
  if (back) for (let at = rhs; at < end; at += 16) v128.store(at, zero)
  for (let step = order; step < steps; step += 4, held += 8) {
    let at = rhs + ((load<i32>(step) * 16) as usize)
    if (width == 1) {
      // Adding zero turns -0 into 0, so that leaving out what is zero changes no bit.
      if (back) v128.store(at, v128.load(x))
      else v128.store(x, v128.andnot(f64x2.add(v128.load(at), zero), mask(held)))
      x += 16
      continue
    }
    const no = mask(held)
    for (let r = 0; r < 8; r += 2, at += 2 * vector, x += 16) {
      if (back) {
        const a = v128.load(x), b = v128.load(x, 64)
        if (r < rows) v128.store(at, v128.shuffle<f64>(a, b, 0, 2))
        if (r + 1 < rows) v128.store(at + vector, v128.shuffle<f64>(a, b, 1, 3))
      } else {
        const a = r < rows ? v128.andnot(f64x2.add(v128.load(at), zero), no) : zero
        const b = r + 1 < rows ? v128.andnot(f64x2.add(v128.load(at + vector), zero), no) : zero
        v128.store(x, v128.shuffle<f64>(a, b, 0, 2))
        v128.store(x, v128.shuffle<f64>(a, b, 1, 3), 64)
      }
    }
    x += 64
  }
}

/** All bits for a held dof, none for a free one. */
@inline
function mask(held: usize): v128 { return i64x2.neg(i64x2.extend_low_i32x4_s(v128.load64_zero(held))) }

/** Two dofs of eight vectors. */
@inline
function copy8(to: usize, from: usize): void {
  for (let n: usize = 0; n < 128; n += 64) {
    const a = v128.load(from + n), b = v128.load(from + n, 16), c = v128.load(from + n, 32), d = v128.load(from + n, 48)
    v128.store(to + n, a); v128.store(to + n, b, 16); v128.store(to + n, c, 32); v128.store(to + n, d, 48)
  }
}

/** D^-1 L^-1 for one vector. */
function forward1(head: usize, front: usize): void {
  const columns = load<i32>(front, 4), rows = load<i32>(front, 8), row = (columns * 32) as usize
  const vectors = get(head, VECTORS), x = vectors + ((load<i32>(front) * 16) as usize)
  let inverse = get(head, INVERSE) + ((load<i32>(front) * 16) as usize)
  let some = f64x2.splat(0.0)
  for (let k = x; k < x + (row >> 1); k += 16) some = v128.or(some, v128.load(k))
  if (!v128.any_true(some)) return
  let y = get(head, PANELS) + ((load<i32>(front, 16) * 8) as usize)
  for (let j = x; j < x + (row >> 1); j += 16, y += row, inverse += 16) {
    let a = v128.load(j), at = y
    for (let k = x; k < j; k += 8, at += 16) a = less(a, v128.load(at), splat(k))
    const t = f64x2.extract_lane(a, 0) * load<f64>(inverse)
    store<f64>(j, t)
    store<f64>(j, (f64x2.extract_lane(a, 1) - load<f64>(at, 8) * t) * load<f64>(inverse, 8), 8)
  }
  let to = get(head, ROWS) + ((load<i32>(front, 12) * 4) as usize)
  const end = to + ((rows * 4) as usize)
  for (; to + 12 < end; to += 16, y += 3 * row) {
    const p = vectors + ((load<i32>(to) * 16) as usize), q = vectors + ((load<i32>(to, 4) * 16) as usize)
    const r = vectors + ((load<i32>(to, 8) * 16) as usize), s = vectors + ((load<i32>(to, 12) * 16) as usize)
    let a = v128.load(p), b = v128.load(q), c = v128.load(r), d = v128.load(s)
    for (let k = x; k < x + (row >> 1); k += 8, y += 16) {
      const t = splat(k)
      a = less(a, v128.load(y), t); b = less(b, v128.load(y + row), t)
      c = less(c, v128.load(y + 2 * row), t); d = less(d, v128.load(y + 3 * row), t)
    }
    v128.store(p, a); v128.store(q, b); v128.store(r, c); v128.store(s, d)
  }
  for (; to < end; to += 4) {
    const p = vectors + ((load<i32>(to) * 16) as usize)
    let a = v128.load(p)
    for (let k = x; k < x + (row >> 1); k += 8, y += 16) a = less(a, v128.load(y), splat(k))
    v128.store(p, a)
  }
}

/** The share of one row pair in the sums of a column pair, the odd row first. */
@inline
function fold(s: v128, y: usize, x: usize): v128 {
  const u = v128.load(y), v = v128.load(y, 16)
  return more(more(s, v128.shuffle<f64>(u, v, 1, 3), splat(x + 8)), v128.shuffle<f64>(u, v, 0, 2), splat(x))
}

/** L^-T for one vector. */
function backward1(head: usize, front: usize): void {
  const columns = load<i32>(front, 4), rows = load<i32>(front, 8), row = (columns * 32) as usize
  const vectors = get(head, VECTORS), x = vectors + ((load<i32>(front) * 16) as usize)
  const inverse = get(head, INVERSE) + ((load<i32>(front) * 16) as usize)
  const panel = get(head, PANELS) + ((load<i32>(front, 16) * 8) as usize)
  const to = get(head, ROWS) + ((load<i32>(front, 12) * 4) as usize)
  const sums = get(head, LOCAL), end = panel + ((columns + rows) as usize) * row, top = panel + (columns as usize) * row
  let c = 0
  for (; c + 3 < columns; c += 4) {
    let a = f64x2.splat(0.0), b = a, d = a, e = a, i = to + ((rows * 4) as usize)
    for (let y = end - row + ((c * 32) as usize); y >= top; y -= row) {
      i -= 4
      const at = vectors + ((load<i32>(i) * 16) as usize)
      a = fold(a, y, at); b = fold(b, y + 32, at); d = fold(d, y + 64, at); e = fold(e, y + 96, at)
    }
    const s = sums + ((c * 16) as usize)
    v128.store(s, a); v128.store(s, b, 16); v128.store(s, d, 32); v128.store(s, e, 48)
  }
  for (; c < columns; c++) {
    let a = f64x2.splat(0.0), i = to + ((rows * 4) as usize)
    for (let y = end - row + ((c * 32) as usize); y >= top; y -= row) {
      i -= 4
      a = fold(a, y, vectors + ((load<i32>(i) * 16) as usize))
    }
    v128.store(sums + ((c * 16) as usize), a)
  }
  while (--c >= 0) {
    const at = (c * 16) as usize
    let a = v128.load(sums + at), j = x + (row >> 1) - 16
    let y = top - row + ((c * 32) as usize)
    for (; j > x + at; j -= 16, y -= row) a = fold(a, y, j)
    const t = load<f64>(j, 8) - load<f64>(inverse + at, 8) * f64x2.extract_lane(a, 1)
    store<f64>(j, t, 8)
    store<f64>(j, load<f64>(j) - load<f64>(inverse + at) * (f64x2.extract_lane(a, 0) + load<f64>(y, 8) * t))
  }
}

/** D^-1 L^-1 for eight vectors. */
function forward8(head: usize, front: usize): void {
  const columns = load<i32>(front, 4), rows = load<i32>(front, 8)
  const vectors = get(head, VECTORS), x = vectors + ((load<i32>(front) * 128) as usize)
  const own = x + ((columns * 128) as usize)
  const shift = get(head, INVERSE) + ((load<i32>(front) * 16) as usize)
  let some = f64x2.splat(0.0)
  for (let k = x; k < own; k += 16) some = v128.or(some, v128.load(k))
  if (!v128.any_true(some)) return
  let y = get(head, PANELS) + ((load<i32>(front, 16) * 8) as usize)
  const row = (columns * 32) as usize, to = get(head, ROWS) + ((load<i32>(front, 12) * 4) as usize)
  for (let i = 0; i < columns + rows; i++, y += row) {
    const inside = i < columns
    const j = inside ? x + ((i * 128) as usize) : vectors + ((load<i32>(to + (((i - columns) * 4) as usize)) * 128) as usize)
    const end = inside ? j : own
    let a = v128.load(j), b = v128.load(j, 16), c = v128.load(j, 32), d = v128.load(j, 48)
    let e = v128.load(j, 64), f = v128.load(j, 80), g = v128.load(j, 96), h = v128.load(j, 112)
    let at = y
    for (let k = x; k < end; k += 64, at += 16) {
      const t = v128.load(k), u = v128.load(k, 16), v = v128.load(k, 32), w = v128.load(k, 48)
      const p = splat(at), q = splat(at + 8)
      a = less(a, t, p); b = less(b, u, p); c = less(c, v, p); d = less(d, w, p)
      e = less(e, t, q); f = less(f, u, q); g = less(g, v, q); h = less(h, w, q)
    }
    if (inside) {
      const p = splat(shift + ((i * 16) as usize)), q = splat(shift + ((i * 16 + 8) as usize)), l = splat(at + 8)
      a = f64x2.mul(a, p); b = f64x2.mul(b, p); c = f64x2.mul(c, p); d = f64x2.mul(d, p)
      e = f64x2.mul(less(e, a, l), q); f = f64x2.mul(less(f, b, l), q)
      g = f64x2.mul(less(g, c, l), q); h = f64x2.mul(less(h, d, l), q)
    }
    v128.store(j, a); v128.store(j, b, 16); v128.store(j, c, 32); v128.store(j, d, 48)
    v128.store(j, e, 64); v128.store(j, f, 80); v128.store(j, g, 96); v128.store(j, h, 112)
  }
}

/** L^-T for eight vectors. */
function backward8(head: usize, front: usize): void {
  const columns = load<i32>(front, 4), rows = load<i32>(front, 8), row = (columns * 32) as usize
  const vectors = get(head, VECTORS), x = vectors + ((load<i32>(front) * 128) as usize)
  const inverse = get(head, INVERSE) + ((load<i32>(front) * 16) as usize)
  const panel = get(head, PANELS) + ((load<i32>(front, 16) * 8) as usize)
  const to = get(head, ROWS) + ((load<i32>(front, 12) * 4) as usize), local = get(head, LOCAL)
  const own = local + ((columns * 128) as usize)
  for (let r = 0; r < rows; r++) copy8(own + ((r * 128) as usize), vectors + ((load<i32>(to + ((r * 4) as usize)) * 128) as usize))
  for (let r = 0; r < columns; r++) copy8(local + ((r * 128) as usize), x + ((r * 128) as usize))
  for (let i = columns - 1; i >= 0; i--) {
    const j = local + ((i * 128) as usize)
    let a = f64x2.splat(0.0), b = a, c = a, d = a, e = a, f = a, g = a, h = a
    // From the last row up, the odd row of a pair first: steps of 8 bytes and to the row pair before take turns.
    let y = panel + ((columns + rows - 1) as usize) * row + ((i * 32 + 8) as usize), step: usize = 8
    for (let k = own + ((rows * 128 - 64) as usize); k > j + 64; k -= 64) {
      const t = v128.load(k), u = v128.load(k, 16), v = v128.load(k, 32), w = v128.load(k, 48)
      const p = splat(y), q = splat(y + 16)
      a = more(a, t, p); b = more(b, u, p); c = more(c, v, p); d = more(d, w, p)
      e = more(e, t, q); f = more(f, u, q); g = more(g, v, q); h = more(h, w, q)
      y -= step
      step = row - step
    }
    const p = splat(inverse + ((i * 16) as usize)), q = splat(inverse + ((i * 16 + 8) as usize)), l = splat(y)
    e = less(v128.load(j, 64), e, q); f = less(v128.load(j, 80), f, q)
    g = less(v128.load(j, 96), g, q); h = less(v128.load(j, 112), h, q)
    a = less(v128.load(j), more(a, e, l), p); b = less(v128.load(j, 16), more(b, f, l), p)
    c = less(v128.load(j, 32), more(c, g, l), p); d = less(v128.load(j, 48), more(d, h, l), p)
    v128.store(j, a); v128.store(j, b, 16); v128.store(j, c, 32); v128.store(j, d, 48)
    v128.store(j, e, 64); v128.store(j, f, 80); v128.store(j, g, 96); v128.store(j, h, 112)
  }
  for (let r = 0; r < columns; r++) copy8(x + ((r * 128) as usize), local + ((r * 128) as usize))
}

/** Solves one vector, or up to eight with `wide`; `rows` of them are there. */
export function solve(head: usize, rows: i32, wide: bool): void {
  take(head, rows, wide ? 8 : 1, false)
  const fronts = get(head, FRONTS), end = fronts + ((load<i32>(head, COUNT) * FRONT) as usize)
  for (let front = fronts; front < end; front += FRONT) {
    if (wide) forward8(head, front)
    else forward1(head, front)
  }
  for (let front = end - FRONT; front >= fronts; front -= FRONT) {
    if (wide) backward8(head, front)
    else backward1(head, front)
  }
  take(head, rows, wide ? 8 : 1, true)
}

/** L^-T alone, from one front down, of the vector in place (order of elimination). */
export function loose(head: usize, front: i32): void {
  for (; front >= 0; front--) backward1(head, get(head, FRONTS) + ((front * FRONT) as usize))
}
