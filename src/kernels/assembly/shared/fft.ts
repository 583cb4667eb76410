// Stages of the Fourier transform of split planes, two numbers at a time. Oracle: src/kernels/wave/fft.ts.
//
// A number is `size` bytes from the next: 8 in a row, where two neighbours make a vector, or a multiple of 16 in a panel of
// rows, where every vector of a row goes the same way. Imaginary parts stand `im` bytes behind real parts; w: twiddles.

@inline function add(a: v128, b: v128): v128 { return f64x2.add(a, b) }
@inline function sub(a: v128, b: v128): v128 { return f64x2.sub(a, b) }
@inline function mul(a: v128, b: v128): v128 { return f64x2.mul(a, b) }
@inline function even(a: v128, b: v128): v128 { return v128.shuffle<f64>(a, b, 0, 2) }
@inline function odd(a: v128, b: v128): v128 { return v128.shuffle<f64>(a, b, 1, 3) }
/** Twiddles of two numbers of a row, or one for all of a panel's. */
@inline function twiddle(at: usize, row: bool): v128 { return row ? v128.load(at) : v128.load64_splat(at) }

/** Times c + i s. */
@inline
function put(at: usize, im: usize, x: v128, y: v128, c: v128, s: v128): void {
  v128.store(at, sub(mul(c, x), mul(s, y)))
  v128.store(at + im, add(mul(c, y), mul(s, x)))
}

@inline
function pairDown(a: usize, step: usize, im: usize, c: v128, s: v128): void {
  const b = a + step
  const ax = v128.load(a), ay = v128.load(a + im), bx = v128.load(b), by = v128.load(b + im)
  v128.store(a, add(ax, bx)); v128.store(a + im, add(ay, by))
  put(b, im, sub(ax, bx), sub(ay, by), c, s)
}

@inline
function pairUp(a: usize, step: usize, im: usize, c: v128, s: v128): void {
  const b = a + step
  const ax = v128.load(a), ay = v128.load(a + im), bx = v128.load(b), by = v128.load(b + im)
  const x = add(mul(c, bx), mul(s, by)), y = sub(mul(c, by), mul(s, bx))
  v128.store(b, sub(ax, x)); v128.store(b + im, sub(ay, y))
  v128.store(a, add(ax, x)); v128.store(a + im, add(ay, y))
}

/** The first stage down, or the last one up, where the length is no power of four. */
@inline
function pairs(at: usize, im: usize, half: usize, size: usize, width: usize, w: usize, row: bool, up: bool): void {
  const step = half * size
  for (let k: usize = 0; k < half; k += row ? 2 : 1, w += row ? 16 : 8) {
    const c = twiddle(w, row), s = twiddle(w + half * 8, row)
    for (let a = at + k * size, end = a + width; a < end; a += 16) {
      if (up) pairUp(a, step, im, c, s)
      else pairDown(a, step, im, c, s)
    }
  }
}

/** A stage of fours; `last`: the one whose twiddles are all 1, in panels. */
@inline
function fours(at: usize, im: usize, length: usize, m: usize, size: usize, width: usize, w: usize, row: bool, up: bool, last: bool): void {
  const step = m * size, block = 4 * step, end = at + length * size, next = m * 8
  for (let k: usize = 0; k < m; k += row ? 2 : 1, w += row ? 16 : 8) {
    const c1 = twiddle(w, row), s1 = twiddle(w + next, row), c2 = twiddle(w + 2 * next, row), s2 = twiddle(w + 3 * next, row)
    const c3 = twiddle(w + 4 * next, row), s3 = twiddle(w + 5 * next, row)
    for (let start = at + k * size; start < end; start += block) {
      for (let a = start, stop = start + width; a < stop; a += 16) {
        const b = a + step, c = b + step, d = c + step
        const ax = v128.load(a), ay = v128.load(a + im)
        let bx = v128.load(b), by = v128.load(b + im), cx = v128.load(c), cy = v128.load(c + im), dx = v128.load(d), dy = v128.load(d + im)
        if (up) {
          if (!last) {
            const bz = bx, cz = cx, dz = dx
            bx = add(mul(c2, bz), mul(s2, by)); by = sub(mul(c2, by), mul(s2, bz))
            cx = add(mul(c1, cz), mul(s1, cy)); cy = sub(mul(c1, cy), mul(s1, cz))
            dx = add(mul(c3, dz), mul(s3, dy)); dy = sub(mul(c3, dy), mul(s3, dz))
          }
          const sx = add(ax, bx), sy = add(ay, by), tx = sub(ax, bx), ty = sub(ay, by)
          const ux = add(cx, dx), uy = add(cy, dy), vx = sub(cx, dx), vy = sub(cy, dy)
          v128.store(a, add(sx, ux)); v128.store(a + im, add(sy, uy))
          v128.store(c, sub(sx, ux)); v128.store(c + im, sub(sy, uy))
          v128.store(b, sub(tx, vy)); v128.store(b + im, add(ty, vx))
          v128.store(d, add(tx, vy)); v128.store(d + im, sub(ty, vx))
        } else {
          const sx = add(ax, cx), sy = add(ay, cy), tx = sub(ax, cx), ty = sub(ay, cy)
          const ux = add(bx, dx), uy = add(by, dy), vx = sub(bx, dx), vy = sub(by, dy)
          v128.store(a, add(sx, ux)); v128.store(a + im, add(sy, uy))
          if (last) {
            v128.store(b, sub(sx, ux)); v128.store(b + im, sub(sy, uy))
            v128.store(c, add(tx, vy)); v128.store(c + im, sub(ty, vx))
            v128.store(d, sub(tx, vy)); v128.store(d + im, add(ty, vx))
          } else {
            put(b, im, sub(sx, ux), sub(sy, uy), c2, s2)
            put(c, im, add(tx, vy), sub(ty, vx), c1, s1)
            put(d, im, sub(tx, vy), add(ty, vx), c3, s3)
          }
        }
      }
    }
  }
}

/** The stage of fours with m = 1 in a row of 8 or more: two blocks at once. */
@inline
function quartets(at: usize, im: usize, length: usize, up: bool): void {
  for (const end = at + length * 8; at < end; at += 64) {
    let p = v128.load(at), q = v128.load(at, 16), r = v128.load(at, 32), t = v128.load(at, 48)
    const ax = even(p, r), bx = odd(p, r), cx = even(q, t), dx = odd(q, t)
    const y = at + im
    p = v128.load(y); q = v128.load(y, 16); r = v128.load(y, 32); t = v128.load(y, 48)
    const ay = even(p, r), by = odd(p, r), cy = even(q, t), dy = odd(q, t)
    // Up: (a, b) and (c, d) meet first; down: (a, c) and (b, d).
    const mx = up ? bx : cx, my = up ? by : cy, nx = up ? cx : bx, ny = up ? cy : by
    const sx = add(ax, mx), sy = add(ay, my), tx = sub(ax, mx), ty = sub(ay, my)
    const ux = add(nx, dx), uy = add(ny, dy), vx = sub(nx, dx), vy = sub(ny, dy)
    const gx = add(sx, ux), gy = add(sy, uy), hx = sub(sx, ux), hy = sub(sy, uy)
    const ix = add(tx, vy), iy = sub(ty, vx), jx = sub(tx, vy), jy = add(ty, vx)
    // Up: g, j, h, i; down: g, h, i, j.
    const ex = up ? jx : hx, ey = up ? jy : hy, fx = up ? hx : ix, fy = up ? hy : iy, kx = up ? ix : jx, ky = up ? iy : jy
    v128.store(at, even(gx, ex)); v128.store(at, even(fx, kx), 16); v128.store(at, odd(gx, ex), 32); v128.store(at, odd(fx, kx), 48)
    v128.store(y, even(gy, ey)); v128.store(y, even(fy, ky), 16); v128.store(y, odd(gy, ey), 32); v128.store(y, odd(fy, ky), 48)
  }
}

/** Rows of two or four numbers, one number at a time. */
function short(at: usize, im: usize, length: usize, w: usize, up: bool): void {
  const y = at + im, ax = load<f64>(at), ay = load<f64>(y), bx = load<f64>(at, 8), by = load<f64>(y, 8)
  if (length < 2) return
  if (length == 2) {
    const c = load<f64>(w), s = load<f64>(w, 8)
    if (up) {
      const x = c * bx + s * by, z = c * by - s * bx
      store<f64>(at, ax + x); store<f64>(y, ay + z); store<f64>(at, ax - x, 8); store<f64>(y, ay - z, 8)
    } else {
      const x = ax - bx, z = ay - by
      store<f64>(at, ax + bx); store<f64>(y, ay + by); store<f64>(at, c * x - s * z, 8); store<f64>(y, c * z + s * x, 8)
    }
    return
  }
  const cx = load<f64>(at, 16), cy = load<f64>(y, 16), dx = load<f64>(at, 24), dy = load<f64>(y, 24)
  const mx = up ? bx : cx, my = up ? by : cy, nx = up ? cx : bx, ny = up ? cy : by
  const sx = ax + mx, sy = ay + my, tx = ax - mx, ty = ay - my, ux = nx + dx, uy = ny + dy, vx = nx - dx, vy = ny - dy
  const hx = sx - ux, hy = sy - uy, ix = tx + vy, iy = ty - vx, jx = tx - vy, jy = ty + vx
  store<f64>(at, sx + ux); store<f64>(y, sy + uy)
  store<f64>(at, up ? jx : hx, 8); store<f64>(y, up ? jy : hy, 8)
  store<f64>(at, up ? hx : ix, 16); store<f64>(y, up ? hy : iy, 16)
  store<f64>(at, up ? ix : jx, 24); store<f64>(y, up ? iy : jy, 24)
}

/** Whether the length is an odd power of two. */
@inline function uneven(length: usize): bool { return (i32.ctz(length as i32) & 1) != 0 }

export function rowDown(at: usize, im: usize, length: usize, w: usize): void {
  if (length < 8) { short(at, im, length, w, false); return }
  let m = length >> 2
  if (uneven(length)) { pairs(at, im, length >> 1, 8, 16, w, true, false); w += length * 8; m >>= 1 }
  for (; m > 1; m >>= 2) { fours(at, im, length, m, 8, 16, w, true, false, false); w += m * 48 }
  quartets(at, im, length, false)
}

export function rowUp(at: usize, im: usize, length: usize, w: usize): void {
  if (length < 8) { short(at, im, length, w, true); return }
  quartets(at, im, length, true)
  const first = uneven(length), most = first ? length >> 1 : length
  // Twiddles in front of a stage: the pairs', and those of the stages with more.
  for (let m: usize = 4; m < most; m <<= 2) fours(at, im, length, m, 8, 16, w + before(first, length, m), true, true, false)
  if (first) pairs(at, im, length >> 1, 8, 16, w, true, true)
}

/** Bytes of twiddles in front of the stage of fours with this m: 6 m for each larger one, after those of the pairs. */
@inline
function before(pairs: bool, length: usize, m: usize): usize {
  const most = (pairs ? length >> 1 : length) >> 2
  // 6 (most + most / 4 + ... + 4 m) = 8 (most - m).
  return (pairs ? length * 8 : 0) + 64 * (most - m)
}

export function panelDown(at: usize, im: usize, length: usize, width: usize, w: usize): void {
  let m = length >> 2
  if (uneven(length)) { pairs(at, im, length >> 1, width, width, w, false, false); w += length * 8; m >>= 1 }
  for (; m > 1; m >>= 2) { fours(at, im, length, m, width, width, w, false, false, false); w += m * 48 }
  if (m == 1) fours(at, im, length, 1, width, width, w, false, false, true)
}

export function panelUp(at: usize, im: usize, length: usize, width: usize, w: usize): void {
  const first = uneven(length), most = first ? length >> 1 : length
  if (most > 1) fours(at, im, length, 1, width, width, w + before(first, length, 1), false, true, true)
  for (let m: usize = 4; m < most; m <<= 2) fours(at, im, length, m, width, width, w + before(first, length, m), false, true, false)
  if (first) pairs(at, im, length >> 1, width, width, w, false, true)
}
