// Layers without products of matrices, and Adam. Planes of `count` numbers begin `plane` bytes apart, a multiple of 16.

@inline function add(a: v128, b: v128): v128 { return f32x4.add(a, b) }
@inline function sub(a: v128, b: v128): v128 { return f32x4.sub(a, b) }
@inline function mul(a: v128, b: v128): v128 { return f32x4.mul(a, b) }
@inline
function total(a: v128): f32 {
  return f32x4.extract_lane(a, 0) + f32x4.extract_lane(a, 1) + f32x4.extract_lane(a, 2) + f32x4.extract_lane(a, 3)
}

/** The first `left` numbers of a vector, then zeros. */
@inline
function first(a: v128, left: i32): v128 {
  if (left >= 4) return a
  return v128.and(a, i32x4.gt_s(i32x4.splat(left), i32x4(0, 1, 2, 3)))
}

/** z = leaky(gain (x - mean) / deviation + shift), mean and deviation over the plane; `stats`: mean, 1 / deviation. */
export function normalise(
  x: usize, plane: usize, channels: i32, count: i32, gain: usize, shift: usize, epsilon: f32, slope: f32, stats: usize, z: usize,
): void {
  for (let c = 0; c < channels; c++, x += plane, z += plane, gain += 4, shift += 4, stats += 8) {
    let s = f32x4.splat(0), t = s
    let n = 0
    for (let at = x; n < count; n += 8, at += 32) {
      s = add(s, first(v128.load(at), count - n))
      if (count - n > 4) t = add(t, first(v128.load(at, 16), count - n - 4))
    }
    const mean = total(add(s, t)) / (count as f32), m = f32x4.splat(mean)
    s = f32x4.splat(0)
    t = s
    n = 0
    for (let at = x; n < count; n += 8, at += 32) {
      const a = first(sub(v128.load(at), m), count - n)
      s = add(s, mul(a, a))
      if (count - n > 4) {
        const b = first(sub(v128.load(at, 16), m), count - n - 4)
        t = add(t, mul(b, b))
      }
    }
    const inverse: f32 = 1 / sqrt<f32>(total(add(s, t)) / (count as f32) + epsilon)
    store<f32>(stats, mean)
    store<f32>(stats, inverse, 4)
    const scale: f32 = load<f32>(gain) * inverse
    const g = f32x4.splat(scale), b = f32x4.splat(load<f32>(shift)), low = f32x4.splat(slope), zero = f32x4.splat(0)
    for (let at = x, to = z, end = x + plane; at < end; at += 16, to += 16) {
      const y = add(mul(g, sub(v128.load(at), m)), b)
      v128.store(to, v128.bitselect(y, mul(low, y), f32x4.gt(y, zero)))
    }
  }
}

/** Slopes by x (`dx`, which may be `dz`), gain and shift. */
export function normaliseBack(
  x: usize, z: usize, plane: usize, channels: i32, count: i32, gain: usize, stats: usize, slope: f32, dz: usize, dgain: usize, dshift: usize, dx: usize,
): void {
  const low = f32x4.splat(slope), one = f32x4.splat(1), zero = f32x4.splat(0)
  for (let c = 0; c < channels; c++, x += plane, z += plane, dz += plane, dx += plane, gain += 4, stats += 8, dgain += 4, dshift += 4) {
    const m = f32x4.splat(load<f32>(stats)), inverse = load<f32>(stats, 4)
    let s = zero, t = zero
    let n = 0
    for (let at: usize = 0; n < count; n += 4, at += 16) {
      const up = v128.bitselect(one, low, f32x4.gt(v128.load(z + at), zero))
      const d = first(mul(v128.load(dz + at), up), count - n)
      s = add(s, d)
      t = add(t, mul(d, first(sub(v128.load(x + at), m), count - n)))
    }
    const along = total(s), turn = total(t) * inverse
    store<f32>(dshift, along)
    store<f32>(dgain, turn)
    const g = f32x4.splat(load<f32>(gain) * inverse), a = f32x4.splat(along / (count as f32))
    const b = f32x4.splat((turn * inverse) / (count as f32))
    for (let at: usize = 0; at < plane; at += 16) {
      const up = v128.bitselect(one, low, f32x4.gt(v128.load(z + at), zero))
      const d = mul(v128.load(dz + at), up)
      v128.store(dx + at, mul(g, sub(sub(d, a), mul(b, sub(v128.load(x + at), m)))))
    }
  }
}

/** y = the largest of every 2 x 2 numbers. */
export function pool(x: usize, plane: usize, channels: i32, rows: i32, columns: i32, y: usize, small: usize): void {
  const line = (columns as usize) << 2
  for (let c = 0; c < channels; c++, x += plane, y += small) {
    let to = y, top = x
    for (let r = 0; r < rows; r += 2, top += 2 * line)
      for (let at = top, end = top + line; at < end; at += 8, to += 4) {
        const under = at + line
        store<f32>(to, max<f32>(max<f32>(load<f32>(at), load<f32>(at, 4)), max<f32>(load<f32>(under), load<f32>(under, 4))))
      }
  }
}

/** Adds the slopes by y to those by the first of the largest. */
export function poolBack(
  x: usize, plane: usize, channels: i32, rows: i32, columns: i32, y: usize, dy: usize, small: usize, dx: usize,
): void {
  const line = (columns as usize) << 2
  for (let c = 0; c < channels; c++, x += plane, dx += plane, y += small, dy += small) {
    let from: usize = 0, top: usize = 0
    for (let r = 0; r < rows; r += 2, top += 2 * line)
      for (let at = top, end = top + line; at < end; at += 8, from += 4) {
        const most = load<f32>(y + from), under = at + line
        const place = load<f32>(x + at) == most ? at : load<f32>(x + at, 4) == most ? at + 4 : load<f32>(x + under) == most ? under : under + 4
        store<f32>(dx + place, load<f32>(dx + place) + load<f32>(dy + from))
      }
  }
}

/** y = bias + the sum of weights times planes; the bias lies behind the weights. */
export function blend(x: usize, plane: usize, channels: i32, w: usize, y: usize): void {
  const bias = f32x4.splat(load<f32>(w + ((channels as usize) << 2)))
  for (let at: usize = 0; at < plane; at += 16) {
    let sum = bias
    let from = x + at
    for (let c: usize = 0; c < (channels as usize); c++, from += plane) sum = add(sum, mul(v128.load32_splat(w + 4 * c), v128.load(from)))
    v128.store(y + at, sum)
  }
}

export function blendBack(x: usize, plane: usize, channels: i32, count: i32, w: usize, dy: usize, dw: usize, dx: usize): void {
  for (let c = 0; c <= channels; c++, x += plane, dx += plane, w += 4, dw += 4) {
    let sum = f32x4.splat(0)
    if (c == channels) {
      for (let n = 0; n < count; n += 4) sum = add(sum, first(v128.load(dy + ((n as usize) << 2)), count - n))
    } else {
      const weight = v128.load32_splat(w)
      for (let n = 0; n < count; n += 4) {
        const at = (n as usize) << 2, d = v128.load(dy + at)
        sum = add(sum, first(mul(d, v128.load(x + at)), count - n))
        v128.store(dx + at, mul(weight, d))
      }
    }
    store<f32>(dw, total(sum))
  }
}

/** Adam: `one`, `two` are the factors that undo the bias of the moments towards zero. */
export function adam(
  theta: usize, gradient: usize, first: usize, second: usize, count: i32, rate: f32, beta1: f32, beta2: f32, one: f32, two: f32, epsilon: f32,
): void {
  const b1 = f32x4.splat(beta1), c1 = f32x4.splat(1 - beta1), b2 = f32x4.splat(beta2), c2 = f32x4.splat(1 - beta2)
  const step = f32x4.splat(rate * one), correct = f32x4.splat(two), e = f32x4.splat(epsilon)
  for (let at: usize = 0, end = (count as usize) << 2; at < end; at += 16) {
    const g = v128.load(gradient + at)
    const m = add(mul(b1, v128.load(first + at)), mul(c1, g))
    const v = add(mul(b2, v128.load(second + at)), mul(c2, mul(g, g)))
    v128.store(first + at, m)
    v128.store(second + at, v)
    v128.store(theta + at, sub(v128.load(theta + at), f32x4.div(mul(step, m), add(f32x4.sqrt(mul(v, correct)), e))))
  }
}
