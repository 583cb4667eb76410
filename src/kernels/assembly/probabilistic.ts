// One core of the probabilistic net on a batch, float32. Oracle: ../probabilistic/oracle.ts.
//
// Axons are sorted by type and every type is filled up to a multiple of 8 with axons that hear nothing; batches are filled
// up to a multiple of 4, neurons to a multiple of 8. B, K and N are those numbers.
//
// Head, 32-bit words: 0 B, 1 K, 2 N, 3 neurons in use, 4..8 first axon of each type and K, 9 floats in a row of `signal`,
// 10 first float of the core's neurons in a row; addresses: 11 signal, 12 error, 13 sources (per axon a byte offset in a
// row, or -1), 14 rows of theta (per axon a byte offset, or -1), 15 offset of the leaks in theta, 16 theta, 17 gradient,
// 18 packed c, 19 its transpose, 20 x, 21 x in strips, 22 x^2 in strips, 23 weights (4 x N), 24 bounds, 25 mean, 26
// variance, 27 P and 28 H in panels, 29 P and 30 H in strips, 31 whether what it hears wants an error, 32 room for a block,
// 33 rows in use.
//
// Panels are 8 columns wide, strips 4: element (row, j) of a matrix with R rows is at ((j / 8) R + row) 8 + j % 8, so that
// the inner loops read everything from few addresses, one element after the other. x is in panels of rows: strips of 2.

const FLOOR: f32 = 5e-3
const DENSITY: f32 = 0.3989422804014327
const FAR: f32 = 6

@inline function word(head: usize, n: i32): i32 { return load<i32>(head + (n << 2)) }
@inline function add(a: v128, b: v128): v128 { return f32x4.add(a, b) }
@inline function mul(a: v128, b: v128): v128 { return f32x4.mul(a, b) }
@inline function splat(x: f32): v128 { return f32x4.splat(x) }

/** Copies theta into panels of c, and into panels of its transpose where errors go on. */
export function pack(head: usize): void {
  const K = word(head, 1), N = word(head, 2), used = word(head, 3), theta: usize = word(head, 16)
  const rows: usize = word(head, 14), to: usize = word(head, 18), turned: usize = word(head, 19)
  const wanted = word(head, 31) != 0
  for (let k = 0; k < K; k++) {
    const row = load<i32>(rows + (k << 2))
    if (row < 0) continue
    const from = theta + row
    for (let j = 0; j < used; j++) {
      const c = <f32>load<f64>(from + (j << 3))
      store<f32>(to + ((((j >> 3) * K + k) * 8 + (j & 7)) << 2), c)
      if (wanted) store<f32>(turned + ((((k >> 3) * N + j) * 8 + (k & 7)) << 2), c)
    }
  }
}

/** What the axons hear: x, and x and its square in strips of axons. */
export function gather(head: usize): void {
  const B = word(head, 0), K = word(head, 1), stride = word(head, 9) << 2
  const sources: usize = word(head, 13), x: usize = word(head, 20), xs: usize = word(head, 21), squares: usize = word(head, 22)
  for (let b = 0; b < B; b++) {
    const row: usize = word(head, 11) + b * stride
    for (let k = 0; k < K; k++) {
      const source = load<i32>(sources + (k << 2))
      if (source < 0) continue
      const v = load<f32>(row + source)
      const at = (((k >> 2) * B + b) * 4 + (k & 3)) << 2
      store<f32>(x + ((((b >> 1) * K + k) * 2 + (b & 1)) << 2), v)
      store<f32>(xs + at, v)
      store<f32>(squares + at, v * v)
    }
  }
}

/** 2^n p(r) for x = n ln 2 + r, x <= 0: relative error about 1e-7. */
@inline
function exponential(x: v128): v128 {
  const n = f32x4.nearest(mul(x, splat(1.4426950408889634)))
  const r = f32x4.sub(f32x4.sub(x, mul(n, splat(0.693359375))), mul(n, splat(-2.12194440e-4)))
  let p = splat(1.0 / 720.0)
  p = add(mul(p, r), splat(1.0 / 120.0))
  p = add(mul(p, r), splat(1.0 / 24.0))
  p = add(mul(p, r), splat(1.0 / 6.0))
  p = add(mul(p, r), splat(0.5))
  p = add(mul(p, r), splat(1.0))
  p = add(mul(p, r), splat(1.0))
  return mul(p, i32x4.shl(i32x4.add(i32x4.trunc_sat_f32x4_s(n), i32x4.splat(127)), 23))
}

/** From mean and variance to n (to `out`), d n / d mean (over the mean) and mean / (2 variance) (over the variance). */
@inline
function neurons(mean: usize, variance: usize, out: usize): void {
  const m = v128.load(mean)
  const v = v128.load(variance)
  const sigma = f32x4.sqrt(v)
  const z = f32x4.max(f32x4.min(f32x4.div(m, sigma), splat(FAR)), splat(-FAR))
  const size = f32x4.abs(z)
  const density = mul(splat(DENSITY), exponential(mul(mul(z, z), splat(-0.5))))
  // Tail / (density t) as a polynomial of t - 0.6875, t = 1 / (1 + 0.3 z): fitted at Chebyshev points, error 4e-8.
  const t = f32x4.div(splat(1), add(splat(1), mul(size, splat(0.3))))
  const u = f32x4.sub(t, splat(0.6875))
  let p = splat(0.089844395577575441)
  p = add(mul(p, u), splat(0.03895458403950219))
  p = add(mul(p, u), splat(-0.22024826354661725))
  p = add(mul(p, u), splat(-0.13360603231287278))
  p = add(mul(p, u), splat(0.53525665910398385))
  p = add(mul(p, u), splat(1.1822517732651231))
  p = add(mul(p, u), splat(1.2098351636181014))
  p = add(mul(p, u), splat(0.74531980455873795))
  const tail = mul(mul(density, t), p)
  v128.store(out, v128.bitselect(tail, f32x4.sub(splat(1), tail), f32x4.lt(z, splat(0))))
  v128.store(mean, f32x4.div(density, sigma))
  v128.store(variance, f32x4.div(mul(m, splat(0.5)), v))
}

/** Probabilities of the core's neurons, to `signal`. */
export function forward(head: usize): void {
  const B = word(head, 0), K = word(head, 1), N = word(head, 2), stride = word(head, 9) << 2
  const theta: usize = word(head, 16), leaks: usize = theta + word(head, 15), used = word(head, 3)
  const bounds: usize = word(head, 24), weights: usize = word(head, 23)
  for (let j = 0; j < N; j += 8) {
    const panel = <usize>word(head, 18) + j * K * 4
    let mean = <usize>word(head, 25) + j * B * 4
    let variance = <usize>word(head, 26) + j * B * 4
    let out = <usize>word(head, 11) + ((word(head, 10) + j) << 2)
    let x = <usize>word(head, 20)
    // What is the same for all rows: leak less bound.
    for (let n = 0; n < 8; n++) {
      const leak = j + n < used ? <f32>load<f64>(leaks + ((j + n) << 3)) : 0
      store<f32>(mean + (n << 2), leak - load<f32>(bounds + ((j + n) << 2)))
    }
    const base0 = v128.load(mean), base1 = v128.load(mean, 16)
    for (let b = 0; b < word(head, 33); b += 2, x += K << 3, mean += 64, variance += 64) {
      let m00 = base0, m01 = base1, m10 = base0, m11 = base1
      let v00 = splat(FLOOR), v01 = v00, v10 = v00, v11 = v00
      for (let type = 0; type < 4; type++) {
        const first = word(head, 4 + type), last = word(head, 5 + type)
        let a00 = splat(0), a01 = a00, a10 = a00, a11 = a00
        let q00 = a00, q01 = a00, q10 = a00, q11 = a00
        let c = panel + (first << 5)
        const end = panel + (last << 5)
        let at = x + (first << 3)
        while (c < end) {
          const c0 = v128.load(c), c1 = v128.load(c, 16)
          let s = v128.load32_splat(at)
          let t = mul(s, c0)
          a00 = add(a00, t)
          q00 = add(q00, mul(t, t))
          t = mul(s, c1)
          a01 = add(a01, t)
          q01 = add(q01, mul(t, t))
          s = v128.load32_splat(at, 4)
          t = mul(s, c0)
          a10 = add(a10, t)
          q10 = add(q10, mul(t, t))
          t = mul(s, c1)
          a11 = add(a11, t)
          q11 = add(q11, mul(t, t))
          c += 32
          at += 8
        }
        const s0 = v128.load(weights + ((type * N + j) << 2)), s1 = v128.load(weights + ((type * N + j) << 2), 16)
        m00 = add(m00, mul(s0, a00))
        m01 = add(m01, mul(s1, a01))
        m10 = add(m10, mul(s0, a10))
        m11 = add(m11, mul(s1, a11))
        const w0 = mul(s0, s0), w1 = mul(s1, s1)
        v00 = add(v00, mul(w0, f32x4.sub(a00, q00)))
        v01 = add(v01, mul(w1, f32x4.sub(a01, q01)))
        v10 = add(v10, mul(w0, f32x4.sub(a10, q10)))
        v11 = add(v11, mul(w1, f32x4.sub(a11, q11)))
      }
      v128.store(mean, m00)
      v128.store(mean, m01, 16)
      v128.store(mean, m10, 32)
      v128.store(mean, m11, 48)
      v128.store(variance, v00)
      v128.store(variance, v01, 16)
      v128.store(variance, v10, 32)
      v128.store(variance, v11, 48)
      neurons(mean, variance, out)
      neurons(mean + 16, variance + 16, out + 16)
      out += stride
      neurons(mean + 32, variance + 32, out)
      neurons(mean + 48, variance + 48, out + 16)
      out += stride
    }
  }
}

@inline
function strip(to: usize, v: v128): void {
  v128.store32_lane(to, v, 0)
  v128.store32_lane(to, v, 1, 16)
  v128.store32_lane(to, v, 2, 32)
  v128.store32_lane(to, v, 3, 48)
}

/** From the errors of the neurons: P = s g - s^2 h and H = s^2 h for every type, and the gradient of the leaks. */
export function spread(head: usize): void {
  const B = word(head, 0), N = word(head, 2), used = word(head, 3), stride = word(head, 9) << 2
  const wanted = word(head, 31) != 0, weights: usize = word(head, 23)
  const leaks: usize = word(head, 17) + word(head, 15)
  const size = <usize>(B * N) << 2
  for (let j = 0; j < N; j += 4) {
    const inside = (((j >> 3) * B) * 8 + (j & 7)) << 2
    let sum = splat(0)
    for (let b = 0; b < word(head, 33); b++) {
      const at = <usize>(inside + (b << 5))
      const row = <usize>((((b >> 2) * N + j) * 4 + (b & 3)) << 2)
      const error = v128.load(<usize>word(head, 12) + b * stride + ((word(head, 10) + j) << 2))
      const g = mul(error, v128.load(<usize>word(head, 25) + at))
      const h = mul(g, v128.load(<usize>word(head, 26) + at))
      sum = add(sum, g)
      for (let type = 0; type < 4; type++) {
        const s = v128.load(weights + ((type * N + j) << 2))
        const H = mul(mul(s, s), h)
        const P = f32x4.sub(mul(s, g), H)
        v128.store(<usize>word(head, 27) + type * size + at, P)
        v128.store(<usize>word(head, 28) + type * size + at, H)
        if (!wanted) continue
        strip(<usize>word(head, 29) + type * size + row, P)
        strip(<usize>word(head, 30) + type * size + row, H)
      }
    }
    const at = leaks + (j << 3)
    if (j < used) store<f64>(at, f32x4.extract_lane(sum, 0))
    if (j + 1 < used) store<f64>(at + 8, f32x4.extract_lane(sum, 1))
    if (j + 2 < used) store<f64>(at + 16, f32x4.extract_lane(sum, 2))
    if (j + 3 < used) store<f64>(at + 24, f32x4.extract_lane(sum, 3))
  }
}

/** A block of 4 x 8 sums of products, a strip of 4 against a panel of 8, to `out`; `squared` takes the panel's squares. */
@inline
function block(strip: usize, panel: usize, count: i32, out: usize, squared: bool): void {
  let a00 = splat(0), a01 = a00, a10 = a00, a11 = a00
  let a20 = a00, a21 = a00, a30 = a00, a31 = a00
  const end = strip + (count << 4)
  while (strip < end) {
    let p0 = v128.load(panel), p1 = v128.load(panel, 16)
    if (squared) {
      p0 = mul(p0, p0)
      p1 = mul(p1, p1)
    }
    let s = v128.load32_splat(strip)
    a00 = add(a00, mul(s, p0))
    a01 = add(a01, mul(s, p1))
    s = v128.load32_splat(strip, 4)
    a10 = add(a10, mul(s, p0))
    a11 = add(a11, mul(s, p1))
    s = v128.load32_splat(strip, 8)
    a20 = add(a20, mul(s, p0))
    a21 = add(a21, mul(s, p1))
    s = v128.load32_splat(strip, 12)
    a30 = add(a30, mul(s, p0))
    a31 = add(a31, mul(s, p1))
    strip += 16
    panel += 32
  }
  v128.store(out, a00)
  v128.store(out, a01, 16)
  v128.store(out, a10, 32)
  v128.store(out, a11, 48)
  v128.store(out, a20, 64)
  v128.store(out, a21, 80)
  v128.store(out, a30, 96)
  v128.store(out, a31, 112)
}

@inline
function keep(to: usize, left: i32, d: v128): void {
  if (left >= 4) {
    v128.store(to, f64x2.promote_low_f32x4(d))
    v128.store(to, f64x2.promote_low_f32x4(v128.shuffle<i32>(d, d, 2, 3, 2, 3)), 16)
    return
  }
  if (left > 0) store<f64>(to, f32x4.extract_lane(d, 0))
  if (left > 1) store<f64>(to + 8, f32x4.extract_lane(d, 1))
  if (left > 2) store<f64>(to + 16, f32x4.extract_lane(d, 2))
}

/** Gradient of the crossings: sum over the batch of x P + 2 c x^2 H. */
export function crossings(head: usize): void {
  const B = word(head, 0), K = word(head, 1), N = word(head, 2), used = word(head, 3), rows = word(head, 33)
  const theta: usize = word(head, 14), gradient: usize = word(head, 17), size = <usize>(B * N) << 2
  const room: usize = word(head, 32)
  const two = splat(2)
  for (let j = 0; j < N; j += 8) {
    for (let type = 0; type < 4; type++) {
      const from = type * size + j * B * 4
      for (let k = word(head, 4 + type); k < word(head, 5 + type); k += 4) {
        const at = <usize>(k * B) << 2
        block(<usize>word(head, 21) + at, <usize>word(head, 27) + from, rows, room, false)
        block(<usize>word(head, 22) + at, <usize>word(head, 28) + from, rows, room + 128, false)
        const c = <usize>word(head, 18) + ((j * K + k * 8) << 2)
        for (let n = 0; n < 4; n++) {
          const row = load<i32>(theta + ((k + n) << 2))
          if (row < 0) continue
          const to = gradient + row + (j << 3)
          const in0 = room + (n << 5), c0 = c + (n << 5)
          keep(to, used - j, add(v128.load(in0), mul(two, mul(v128.load(c0), v128.load(in0, 128)))))
          keep(to + 32, used - j - 4, add(v128.load(in0, 16), mul(two, mul(v128.load(c0, 16), v128.load(in0, 144)))))
        }
      }
    }
  }
}

/** Adds what the axons hand on to `error`: sum over the neurons of c P + 2 x c^2 H. */
export function axons(head: usize): void {
  const B = word(head, 0), K = word(head, 1), N = word(head, 2), stride = word(head, 9) << 2
  const sources: usize = word(head, 13), error: usize = word(head, 12), size = <usize>(B * N) << 2
  const x: usize = word(head, 20), room: usize = word(head, 32)
  for (let type = 0; type < 4; type++) {
    for (let k = word(head, 4 + type); k < word(head, 5 + type); k += 8) {
      const panel = <usize>word(head, 19) + k * N * 4
      for (let b = 0; b < word(head, 33); b += 4) {
        const from = type * size + ((b * N) << 2)
        block(<usize>word(head, 29) + from, panel, N, room, false)
        block(<usize>word(head, 30) + from, panel, N, room + 128, true)
        for (let n = 0; n < 4; n++) {
          const row = error + (b + n) * stride
          for (let m = 0; m < 8; m++) {
            const source = load<i32>(sources + ((k + m) << 2))
            if (source < 0) continue
            const at = room + (((n << 3) + m) << 2)
            const v = load<f32>(x + (((((b + n) >> 1) * K + k + m) * 2 + (n & 1)) << 2))
            store<f32>(row + source, load<f32>(row + source) + load<f32>(at) + 2 * v * load<f32>(at, 128))
          }
        }
      }
    }
  }
}
