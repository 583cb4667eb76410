// Multifrontal K = L D L' for 2x2 blocks. Oracle: src/kernels/spring/oracle.ts, whose sums run in the same order;
// layout: src/kernels/spring/plan.ts; solves in the same memory: springSolve.ts. A block matrix keeps two rows side by
// side: row pair i, column k at ((i * width + k) * 16) bytes. `head` holds int32 addresses and counts, in the order of
// the constants below. Loops are not written out further: bodies twice as long ran a quarter slower in V8 11.3.

const FRONTS = 0, COUNT = 4, ROWS = 8, PLACES = 12, CHILDREN = 16, TERMS = 20, ZEROS = 24, ORDER = 28, HELD = 32
const PANELS = 36, UPDATES = 40, INVERSE = 44, LEAST = 48, SCALED = 52, LOCAL = 56
const BLOCKS = 64, DIAGONAL = 68
/** Bytes of the words of a front (WORD in plan.ts). */
const FRONT = 52

@inline function get(head: usize, word: i32): usize { return load<u32>(head + word) as usize }
@inline function less(a: v128, x: v128, s: v128): v128 { return f64x2.sub(a, f64x2.mul(x, s)) }
@inline function splat(at: usize): v128 { return v128.load64_splat(at) }

/**
 * c -= y w' over `n` bytes of columns, for two row pairs (c0, c1) and two column pairs (the second `q` bytes on); with
 * `ends` then eliminates within the four columns and stores y / d at s0, s1. A missing second pair is the first again:
 * both halves compute it, and the first column pair is stored last.
 */
@inline
function tile(c0: usize, c1: usize, q: usize, y0: usize, y1: usize, w0: usize, w1: usize, n: usize, fresh: bool, ends: usize, s0: usize, s1: usize): void {
  const zero = f64x2.splat(0.0)
  let a0 = zero, a1 = zero, a2 = zero, a3 = zero, b0 = zero, b1 = zero, b2 = zero, b3 = zero
  if (!fresh) {
    a0 = v128.load(c0); a1 = v128.load(c0, 16); a2 = v128.load(c0 + q); a3 = v128.load(c0 + q, 16)
    b0 = v128.load(c1); b1 = v128.load(c1, 16); b2 = v128.load(c1 + q); b3 = v128.load(c1 + q, 16)
  }
  for (const end = y0 + n; y0 < end; y0 += 16, y1 += 16, w0 += 16, w1 += 16) {
    const u = v128.load(y0), v = v128.load(y1)
    let w = splat(w0)
    a0 = less(a0, u, w); b0 = less(b0, v, w)
    w = splat(w0 + 8)
    a1 = less(a1, u, w); b1 = less(b1, v, w)
    w = splat(w1)
    a2 = less(a2, u, w); b2 = less(b2, v, w)
    w = splat(w1 + 8)
    a3 = less(a3, u, w); b3 = less(b3, v, w)
  }
  if (ends) {
    let l = splat(ends)
    a1 = less(a1, a0, l); b1 = less(b1, b0, l)
    l = splat(ends + 8)
    a2 = less(a2, a0, l); b2 = less(b2, b0, l)
    l = splat(ends + 16)
    a2 = less(a2, a1, l); b2 = less(b2, b1, l)
    l = splat(ends + 24)
    a3 = less(a3, a0, l); b3 = less(b3, b0, l)
    l = splat(ends + 32)
    a3 = less(a3, a1, l); b3 = less(b3, b1, l)
    l = splat(ends + 40)
    a3 = less(a3, a2, l); b3 = less(b3, b2, l)
    l = splat(ends + 64)
    v128.store(s0 + q, f64x2.mul(a2, l)); v128.store(s1 + q, f64x2.mul(b2, l))
    l = splat(ends + 72)
    v128.store(s0 + q, f64x2.mul(a3, l), 16); v128.store(s1 + q, f64x2.mul(b3, l), 16)
    l = splat(ends + 48)
    v128.store(s0, f64x2.mul(a0, l)); v128.store(s1, f64x2.mul(b0, l))
    l = splat(ends + 56)
    v128.store(s0, f64x2.mul(a1, l), 16); v128.store(s1, f64x2.mul(b1, l), 16)
  }
  v128.store(c0 + q, a2); v128.store(c0 + q, a3, 16); v128.store(c0, a0); v128.store(c0, a1, 16)
  v128.store(c1 + q, b2); v128.store(c1 + q, b3, 16); v128.store(c1, b0); v128.store(c1, b1, 16)
}

/** Whether a pivot may be divided by. */
@inline
function good(pivot: f64, least: usize, definite: bool): bool {
  const size = definite ? pivot : abs(pivot)
  return size > load<f64>(least) && size < Infinity
}

/** Eliminates within the first `n` = 4 or 2 columns of a diagonal block; `ends`: L by rows, then 1 / D; -1, or the bad column. */
function corner(c0: usize, c1: usize, n: i32, inverse: usize, least: usize, ends: usize, definite: bool): i32 {
  for (let k = 0; k < n; k++) {
    const l = ends + ((k * (k - 1) * 4) as usize), column = (k * 16) as usize
    for (let i = k; i < n; i++) {
      const line = (i < 2 ? c0 : c1) + (((i & 1) * 8) as usize)
      let sum = load<f64>(line + column)
      for (let c = 0; c < k; c++) sum -= load<f64>(line + ((c * 16) as usize)) * load<f64>(l + ((c * 8) as usize))
      store<f64>(line + column, sum)
    }
    const pivot = load<f64>((k < 2 ? c0 : c1) + (((k & 1) * 8) as usize) + column)
    if (!good(pivot, least + ((k * 8) as usize), definite)) return k
    const d = 1.0 / pivot
    store<f64>(inverse + ((k * 8) as usize), d)
    store<f64>(ends + ((k * 8) as usize), d, 48)
    for (let i = k + 1; i < n; i++) {
      const y = load<f64>((i < 2 ? c0 : c1) + (((i & 1) * 8) as usize) + column)
      store<f64>(ends + ((i * (i - 1) * 4 + k * 8) as usize), y * d)
    }
  }
  return -1
}

/** Columns of a panel, four at a time, from the left; -1, or the bad column. */
function panelFactor(panel: usize, scaled: usize, pairs: i32, columns: i32, inverse: usize, least: usize, ends: usize, definite: bool): i32 {
  const row = (columns * 32) as usize, end = panel + (pairs as usize) * row, shift = scaled - panel
  for (let j = 0; j < columns; j += 2) {
    const n = (j * 32) as usize, both = j + 1 < columns
    const q: usize = both ? 32 : 0, next = both ? row : 0
    let y = panel + (j as usize) * row
    const w0 = y + shift, w1 = w0 + next
    tile(y + n, y + next + n, q, y, y + next, w0, w1, n, false, 0, 0, 0)
    const bad = corner(y + n, y + next + n, both ? 4 : 2, inverse + (n >> 1), least + (n >> 1), ends, definite)
    if (bad >= 0) return 2 * j + bad
    y += row + next
    while (y < end) {
      const z = y + row < end ? y + row : y
      tile(y + n, z + n, q, y, z, w0, w1, n, false, ends, y + shift + n, z + shift + n)
      y += 2 * row
    }
  }
  return -1
}

/** update -= y w' for the rows below a panel, lower half; `fresh`: the update matrix starts from zero. */
function updateFactor(update: usize, y: usize, w: usize, pairs: i32, columns: i32, fresh: bool): void {
  const row = (columns * 32) as usize, line = (pairs * 32) as usize, end = y + (pairs as usize) * row
  for (let j = 0; j < pairs; j += 2) {
    const q: usize = j + 1 < pairs ? 32 : 0, next = j + 1 < pairs ? row : 0
    const w0 = w + (j as usize) * row
    let c = update + (j as usize) * (line + 32)
    for (let y0 = y + (j as usize) * row; y0 < end; y0 += 2 * row, c += 2 * line) {
      const more = y0 + row < end
      tile(c, more ? c + line : c, q, y0, more ? y0 + row : y0, w0, w0 + next, row, fresh, 0, 0, 0)
    }
  }
}

@inline
function addBlock(into: usize, from: usize): void {
  v128.store(into, f64x2.add(v128.load(into), v128.load(from)))
  v128.store(into, f64x2.add(v128.load(into, 16), v128.load(from, 16)), 16)
}

/** Adds the update matrix of a child, lower half, to panel and update matrix of its parent. */
function extend(from: usize, rows: i32, places: usize, panel: usize, columns: i32, update: usize, below: i32): void {
  let split = 0
  while (split < rows && load<i32>(places + ((split * 4) as usize)) < columns) split++
  const middle = places + ((split * 4) as usize)
  for (let i = 0; i < rows; i++) {
    const place = load<i32>(places + ((i * 4) as usize))
    let source = from + ((i * rows * 32) as usize)
    const last = places + ((i * 4) as usize)
    const line = panel + ((place * columns * 32) as usize)
    const turn = min(last + 4, middle)
    let at = places
    for (; at < turn; at += 4, source += 32) addBlock(line + ((load<i32>(at) * 32) as usize), source)
    if (place < columns) continue
    const other = update + (((place - columns) * below * 32) as usize) - ((columns * 32) as usize)
    for (; at <= last; at += 4, source += 32) addBlock(other + ((load<i32>(at) * 32) as usize), source)
  }
}

@inline
function clear(at: usize, bytes: usize): void {
  for (const end = at + bytes; at < end; at += 32) {
    v128.store(at, f64x2.splat(0.0))
    v128.store(at, f64x2.splat(0.0), 16)
  }
}

/** The blocks of the bonds, the diagonal and the held dofs of one front. */
function assemble(head: usize, front: usize, panel: usize, tolerance: f64): void {
  const columns = load<i32>(front, 4)
  const row = (columns * 32) as usize
  clear(panel, row * ((columns + load<i32>(front, 8)) as usize))
  const blocks = get(head, BLOCKS)
  let term = get(head, TERMS) + ((load<i32>(front, 32) * 4) as usize)
  const minus = term + ((load<i32>(front, 36) * 8) as usize), end = minus + ((load<i32>(front, 40) * 8) as usize)
  for (; term < end; term += 8) {
    const to = panel + ((load<i32>(term) * 8) as usize), b = blocks + ((load<i32>(term, 4) * 8) as usize)
    const u = v128.load(to), v = v128.load(to, 16), x = v128.load(b), y = v128.load(b, 8)
    v128.store(to, term < minus ? f64x2.add(u, x) : f64x2.sub(u, x))
    v128.store(to, term < minus ? f64x2.add(v, y) : f64x2.sub(v, y), 16)
  }
  const first = load<i32>(front)
  const diagonal = get(head, DIAGONAL), order = get(head, ORDER)
  const least = get(head, LEAST), held = get(head, HELD)
  let to = panel
  for (let k = first; k < first + columns; k++, to += row + 32) {
    const size = abs(load<f64>(to)) + abs(load<f64>(to, 24))
    let x = 0.0, y = 0.0
    if (diagonal) {
      const at = diagonal + ((load<i32>(order + ((k * 4) as usize)) * 16) as usize)
      x = load<f64>(at)
      y = load<f64>(at, 8)
    }
    const at = least + ((k * 16) as usize)
    store<f64>(at, tolerance * (size + abs(x)))
    store<f64>(at, tolerance * (size + abs(y)), 8)
    store<f64>(to, load<f64>(to) + x)
    store<f64>(to, load<f64>(to, 24) + y, 24)
  }
  let zero = get(head, ZEROS) + ((load<i32>(front, 44) * 4) as usize)
  const last = zero + ((load<i32>(front, 48) * 4) as usize)
  for (; zero < last; zero += 4) store<f64>(panel + ((load<i32>(zero) * 8) as usize), 0.0)
  to = panel
  for (let k = first; k < first + columns; k++, to += row + 32) {
    for (let d = 0; d < 2; d++) {
      if (!load<i32>(held + ((k * 8 + d * 4) as usize))) continue
      store<f64>(to + ((d * 24) as usize), 1.0)
      store<f64>(least + ((k * 16 + d * 8) as usize), 0.0)
    }
  }
}

/** Factorises; -1, or the dof of the elimination whose pivot is too small. */
export function factor(head: usize, tolerance: f64, definite: bool): i32 {
  const fronts = get(head, FRONTS), count = load<i32>(head, COUNT)
  const updates = get(head, UPDATES), scaled = get(head, SCALED), ends = get(head, LOCAL)
  for (let f = 0; f < count; f++) {
    const front = fronts + ((f * FRONT) as usize)
    const first = load<i32>(front), columns = load<i32>(front, 4), rows = load<i32>(front, 8)
    const panel = get(head, PANELS) + ((load<i32>(front, 16) * 8) as usize)
    const update = updates + ((load<i32>(front, 20) * 8) as usize)
    const children = load<i32>(front, 28)
    assemble(head, front, panel, tolerance)
    if (children > 0) for (let i = 0; i < rows; i++) clear(update + ((i * rows * 32) as usize), ((i + 1) * 32) as usize)
    let child = get(head, CHILDREN) + ((load<i32>(front, 24) * 4) as usize)
    for (let c = 0; c < children; c++, child += 4) {
      const other = fronts + ((load<i32>(child) * FRONT) as usize)
      const places = get(head, PLACES) + ((load<i32>(other, 12) * 4) as usize)
      extend(updates + ((load<i32>(other, 20) * 8) as usize), load<i32>(other, 8), places, panel, columns, update, rows)
    }
    const shift = (first * 16) as usize
    const bad = panelFactor(panel, scaled, columns + rows, columns, get(head, INVERSE) + shift, get(head, LEAST) + shift, ends, definite)
    if (bad >= 0) return 2 * first + bad
    const below = ((columns * columns * 32) as usize)
    updateFactor(update, panel + below, scaled + below, rows, columns, children == 0)
  }
  return -1
}
