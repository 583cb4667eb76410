// A 3 x 3 convolution by tiles of 2 x 2 outputs (Winograd's minimal filtering F(2 x 2, 3 x 3), Lavin and Gray 2016): 16 products
// a tile instead of 36. y = A^T [ (G g G^T) (B^T d B) ] A of a tile d of 4 x 4 inputs; its slopes are the transposes of the same
// three maps. The 16 numbers of a tile go to 16 matrices, `apart` bytes apart, whose columns are the tiles, in strips of eight.
//
//   B^T = 1  0 -1  0     G = 1   0   0     A^T = 1  1  1  0
//         0  1  1  0        .5  .5  .5           0  1 -1 -1
//         0 -1  1  0        .5 -.5  .5
//         0  1  0 -1         0   0   1

@inline function add(a: v128, b: v128): v128 { return f32x4.add(a, b) }
@inline function sub(a: v128, b: v128): v128 { return f32x4.sub(a, b) }

/** Copies `count` numbers. */
@inline
function copy(from: usize, to: usize, count: i32): void {
  const end = from + ((count as usize) << 2)
  for (; from + 16 <= end; from += 16, to += 16) v128.store(to, v128.load(from))
  for (; from < end; from += 4, to += 4) store<f32>(to, load<f32>(from))
}

/** Even numbers of the eight at `at`, and odd ones. */
@inline function even(at: usize): v128 { return v128.shuffle<f32>(v128.load(at), v128.load(at, 16), 0, 2, 4, 6) }
@inline function odd(at: usize): v128 { return v128.shuffle<f32>(v128.load(at), v128.load(at, 16), 1, 3, 5, 7) }

/** One row of B^T d B from a column-wise combined row (four vectors of four tiles). */
@inline
function putRow(to: usize, apart: usize, a: v128, b: v128, c: v128, d: v128): void {
  v128.store(to, sub(a, c))
  v128.store(to + apart, add(b, c))
  v128.store(to + 2 * apart, sub(c, b))
  v128.store(to + 3 * apart, sub(b, d))
}

/**
 * v = B^T d B of tile rows `first` to `first + count`, `across` tiles in each (a multiple of four), of every channel of x;
 * `room` holds 2 count + 2 rows of 2 across + 8 numbers.
 */
export function inputTiles(
  x: usize, plane: usize, channels: i32, rows: i32, columns: i32, first: i32, count: i32, across: i32, room: usize, v: usize, apart: usize,
): void {
  const stride = ((2 * across + 8) as usize) << 2, lines = 2 * count + 2, line = (columns as usize) << 2
  const top = 2 * first - 1, from = max(0, -top), to = min(lines, rows - top)
  const next = (channels as usize) << 5
  memory.fill(room, 0, (lines as usize) * stride)
  for (let c = 0; c < channels; c++, x += plane, v += 32) {
    for (let r = from; r < to; r++) copy(x + ((top + r) as usize) * line, room + (r as usize) * stride + 4, columns)
    let tile = 0
    for (let r = 0; r < count; r++) {
      let at = room + ((2 * r) as usize) * stride
      for (let j = 0; j < across; j += 4, at += 32, tile += 4) {
        const at1 = at + stride, at2 = at1 + stride, at3 = at2 + stride
        const put = v + ((tile >> 3) as usize) * next + (((tile & 4) as usize) << 2)
        let a0 = even(at), a1 = odd(at), a2 = even(at + 8), a3 = odd(at + 8)
        const c0 = even(at2), c1 = odd(at2), c2 = even(at2 + 8), c3 = odd(at2 + 8)
        putRow(put, apart, sub(a0, c0), sub(a1, c1), sub(a2, c2), sub(a3, c3))
        a0 = even(at1)
        a1 = odd(at1)
        a2 = even(at1 + 8)
        a3 = odd(at1 + 8)
        putRow(put + 4 * apart, apart, add(a0, c0), add(a1, c1), add(a2, c2), add(a3, c3))
        putRow(put + 8 * apart, apart, sub(c0, a0), sub(c1, a1), sub(c2, a2), sub(c3, a3))
        putRow(put + 12 * apart, apart, sub(a0, even(at3)), sub(a1, odd(at3)), sub(a2, even(at3 + 8)), sub(a3, odd(at3 + 8)))
      }
    }
  }
}

/** Writes two rows of up to eight outputs each from a, b (first row, even and odd) at `y`. */
@inline
function putPair(y: usize, left: i32, a: v128, b: v128, room: usize): void {
  const low = v128.shuffle<f32>(a, b, 0, 4, 1, 5), high = v128.shuffle<f32>(a, b, 2, 6, 3, 7)
  if (left >= 8) {
    v128.store(y, low)
    v128.store(y, high, 16)
  } else {
    v128.store(room, low)
    v128.store(room, high, 16)
    copy(room, y, left)
  }
}

/** y = A^T m A: the outputs of the same tiles. */
export function outputTiles(
  m: usize, apart: usize, channels: i32, rows: i32, columns: i32, first: i32, count: i32, across: i32, room: usize, y: usize, plane: usize,
): void {
  const next = (channels as usize) << 5, line = (columns as usize) << 2
  for (let c = 0; c < channels; c++, y += plane, m += 32) {
    let tile = 0
    for (let r = 0; r < count; r++) {
      const row = 2 * (first + r)
      if (row >= rows) break
      let into = y + (row as usize) * line
      for (let j = 0; j < across; j += 4, into += 32, tile += 4) {
        const left = columns - 2 * j
        if (left <= 0) continue
        let at = m + ((tile >> 3) as usize) * next + (((tile & 4) as usize) << 2)
        let a = v128.load(at), b = v128.load(at + apart), c = v128.load(at + 2 * apart), d = v128.load(at + 3 * apart)
        let s = add(b, c), t = sub(b, c)
        let e0 = add(a, s), o0 = sub(t, d)
        at += 4 * apart
        a = v128.load(at), b = v128.load(at + apart), c = v128.load(at + 2 * apart), d = v128.load(at + 3 * apart)
        s = add(b, c)
        t = sub(b, c)
        let e = add(a, s), o = sub(t, d)
        e0 = add(e0, e)
        o0 = add(o0, o)
        let e1 = e, o1 = o
        at += 4 * apart
        a = v128.load(at), b = v128.load(at + apart), c = v128.load(at + 2 * apart), d = v128.load(at + 3 * apart)
        s = add(b, c)
        t = sub(b, c)
        e = add(a, s)
        o = sub(t, d)
        e0 = add(e0, e)
        o0 = add(o0, o)
        e1 = sub(e1, e)
        o1 = sub(o1, o)
        at += 4 * apart
        a = v128.load(at), b = v128.load(at + apart), c = v128.load(at + 2 * apart), d = v128.load(at + 3 * apart)
        s = add(b, c)
        t = sub(b, c)
        e1 = sub(e1, add(a, s))
        o1 = sub(o1, sub(t, d))
        putPair(into, left, e0, o0, room)
        if (row + 1 < rows) putPair(into + line, left, e1, o1, room)
      }
    }
  }
}

/** One row of A e A^T: (a, b) to (a, a + b, a - b, -b). */
@inline
function raiseRow(to: usize, apart: usize, a: v128, b: v128): void {
  v128.store(to, a)
  v128.store(to + apart, add(a, b))
  v128.store(to + 2 * apart, sub(a, b))
  v128.store(to + 3 * apart, f32x4.neg(b))
}

/** m = A y A^T: the transpose of `outputTiles`. `room`: 2 count rows of 2 across + 8 numbers. */
export function raisedTiles(
  y: usize, plane: usize, channels: i32, rows: i32, columns: i32, first: i32, count: i32, across: i32, room: usize, m: usize, apart: usize,
): void {
  const stride = ((2 * across + 8) as usize) << 2, lines = 2 * count, line = (columns as usize) << 2
  const top = 2 * first, to = min(lines, rows - top)
  const next = (channels as usize) << 5
  memory.fill(room, 0, (lines as usize) * stride)
  for (let c = 0; c < channels; c++, y += plane, m += 32) {
    for (let r = 0; r < to; r++) copy(y + ((top + r) as usize) * line, room + (r as usize) * stride, columns)
    let tile = 0
    for (let r = 0; r < count; r++) {
      let at = room + ((2 * r) as usize) * stride
      for (let j = 0; j < across; j += 4, at += 32, tile += 4) {
        const put = m + ((tile >> 3) as usize) * next + (((tile & 4) as usize) << 2)
        const a = even(at), b = odd(at), c = even(at + stride), d = odd(at + stride)
        raiseRow(put, apart, a, b)
        raiseRow(put + 4 * apart, apart, add(a, c), add(b, d))
        raiseRow(put + 8 * apart, apart, sub(a, c), sub(b, d))
        raiseRow(put + 12 * apart, apart, f32x4.neg(c), f32x4.neg(d))
      }
    }
  }
}

/** One row of g G^T: (a, b, c) to (a, (a + b + c) / 2, (a - b + c) / 2, c). */
@inline
function spreadRow(to: usize, apart: usize, a: v128, b: v128, c: v128): void {
  const s = f32x4.mul(add(a, c), f32x4.splat(0.5)), t = f32x4.mul(b, f32x4.splat(0.5))
  v128.store(to, a)
  v128.store(to + apart, add(s, t))
  v128.store(to + 2 * apart, sub(s, t))
  v128.store(to + 3 * apart, c)
}

/** u = G w G^T of `count` kernels (a multiple of four); w: nine lists. */
export function kernelTiles(w: usize, count: i32, u: usize): void {
  const list = (count as usize) << 2, half = f32x4.splat(0.5)
  for (const end = w + list; w < end; w += 16, u += 16) {
    const a0 = v128.load(w), a1 = v128.load(w + list), a2 = v128.load(w + 2 * list)
    const b0 = v128.load(w + 3 * list), b1 = v128.load(w + 4 * list), b2 = v128.load(w + 5 * list)
    const c0 = v128.load(w + 6 * list), c1 = v128.load(w + 7 * list), c2 = v128.load(w + 8 * list)
    const s0 = f32x4.mul(add(a0, c0), half), s1 = f32x4.mul(add(a1, c1), half), s2 = f32x4.mul(add(a2, c2), half)
    const t0 = f32x4.mul(b0, half), t1 = f32x4.mul(b1, half), t2 = f32x4.mul(b2, half)
    spreadRow(u, list, a0, a1, a2)
    spreadRow(u + 4 * list, list, add(s0, t0), add(s1, t1), add(s2, t2))
    spreadRow(u + 8 * list, list, sub(s0, t0), sub(s1, t1), sub(s2, t2))
    spreadRow(u + 12 * list, list, c0, c1, c2)
  }
}

/** Columns of u G: the three of a row of four. */
@inline
function foldRow(w: usize, list: usize, a: v128, b: v128, c: v128, d: v128): void {
  const half = f32x4.splat(0.5), s = f32x4.mul(add(b, c), half)
  v128.store(w, add(a, s))
  v128.store(w + list, f32x4.mul(sub(b, c), half))
  v128.store(w + 2 * list, add(d, s))
}

/** w = G^T u G: the transpose of `kernelTiles`. */
export function kernelSlopes(u: usize, count: i32, w: usize): void {
  const list = (count as usize) << 2, row = list << 2, half = f32x4.splat(0.5)
  for (const end = w + list; w < end; w += 16, u += 16) {
    const m0 = v128.load(u + row), n0 = v128.load(u + 2 * row), s0 = f32x4.mul(add(m0, n0), half), t0 = f32x4.mul(sub(m0, n0), half)
    const m1 = v128.load(u + row + list), n1 = v128.load(u + 2 * row + list), s1 = f32x4.mul(add(m1, n1), half), t1 = f32x4.mul(sub(m1, n1), half)
    const m2 = v128.load(u + row + 2 * list), n2 = v128.load(u + 2 * row + 2 * list), s2 = f32x4.mul(add(m2, n2), half), t2 = f32x4.mul(sub(m2, n2), half)
    const m3 = v128.load(u + row + 3 * list), n3 = v128.load(u + 2 * row + 3 * list), s3 = f32x4.mul(add(m3, n3), half), t3 = f32x4.mul(sub(m3, n3), half)
    foldRow(w, list, add(v128.load(u), s0), add(v128.load(u + list), s1), add(v128.load(u + 2 * list), s2), add(v128.load(u + 3 * list), s3))
    foldRow(w + 3 * list, list, t0, t1, t2, t3)
    const last = u + 3 * row
    foldRow(w + 6 * list, list, add(v128.load(last), s0), add(v128.load(last + list), s1), add(v128.load(last + 2 * list), s2), add(v128.load(last + 3 * list), s3))
  }
}
