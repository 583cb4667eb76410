import { cos, sin } from './sincos.ts'

/** Fourier transform of complex rows of a fixed power-of-two length, in place, real and imaginary parts in two arrays. */
export interface Fft {
  readonly length: number
  /** Sum of z_n exp(-2 pi i k n / length) for the `length` numbers from `first` on, `stride` apart. */
  forward(re: Float64Array, im: Float64Array, first?: number, stride?: number): void
  /** The inverse, with its factor 1 / length. */
  inverse(re: Float64Array, im: Float64Array, first?: number, stride?: number): void
  /** `forward` that leaves number k in place `order[k]`: for what comes between a transform and its inverse. */
  descend(re: Float64Array, im: Float64Array, first?: number, stride?: number): void
  /** From the order that `descend` leaves back to the start, without the factor 1 / length. */
  ascend(re: Float64Array, im: Float64Array, first?: number, stride?: number): void
  /** The bits of every place reversed. */
  readonly order: Int32Array
  /**
   * exp(-2 pi i k / L) of the stages of `descend`, one after the other: of a first stage of pairs, where there is one, cosines
   * then sines for k < L / 2; of a stage of fours the same of k, 2 k and 3 k for k < L / 4.
   */
  readonly twiddles: Float64Array
}

type Run = (re: Float64Array, im: Float64Array, first: number, stride: number) => void

/**
 * Plans a transform: radix 4, decimation in frequency on the way down and in time on the way up, one stage of radix 2 where
 * the length is no power of four; twiddles made once. `length` is a power of two.
 */
export function fft(length: number): Fft {
  const pairs = Math.log2(length) % 2 === 1
  const twiddles = twiddlesOf(length, pairs)
  const order = reversed(length)
  const fours = pairs ? length / 2 : length
  const descend: Run = (re, im, first, stride) => {
    if (pairs) pairsDown(re, im, first, stride, length / 2, twiddles)
    for (let m = fours / 4, at = pairs ? length : 0; m >= 1; at += 6 * m, m /= 4)
      for (let start = 0; start < length; start += 4 * m)
        foursDown(re, im, first + start * stride, stride, m, twiddles, at)
  }
  const ascend: Run = (re, im, first, stride) => {
    for (let m = 1, at = twiddles.length - 6; m < fours; m *= 4, at -= 6 * m)
      for (let start = 0; start < length; start += 4 * m)
        foursUp(re, im, first + start * stride, stride, m, twiddles, at)
    if (pairs) pairsUp(re, im, first, stride, length / 2, twiddles)
  }
  const exchange: Run = (re, im, first, stride) => {
    for (let n = 0; n < length; n++)
      if (n < order[n]) {
        swap(re, first + n * stride, first + order[n] * stride)
        swap(im, first + n * stride, first + order[n] * stride)
      }
  }
  return {
    length,
    order,
    twiddles,
    descend: (re, im, first = 0, stride = 1) => descend(re, im, first, stride),
    ascend: (re, im, first = 0, stride = 1) => ascend(re, im, first, stride),
    forward(re, im, first = 0, stride = 1) {
      descend(re, im, first, stride)
      exchange(re, im, first, stride)
    },
    inverse(re, im, first = 0, stride = 1) {
      exchange(re, im, first, stride)
      ascend(re, im, first, stride)
      const scale = 1 / length
      for (let n = 0, at = first; n < length; n++, at += stride) {
        re[at] *= scale
        im[at] *= scale
      }
    },
  }
}

function twiddlesOf(length: number, pairs: boolean): Float64Array {
  const list: number[] = []
  const add = (count: number, factor: number, whole: number) => {
    const angles = Array.from({ length: count }, (_, k) => (2 * Math.PI * factor * k) / whole)
    list.push(...angles.map(cos), ...angles.map((angle) => -sin(angle)))
  }
  if (pairs) add(length / 2, 1, length)
  for (let m = (pairs ? length / 2 : length) / 4; m >= 1; m /= 4) for (const factor of [1, 2, 3]) add(m, factor, 4 * m)
  return Float64Array.from(list)
}

/** Places k and k + m of a block of 2 m: the sum, and the difference turned by w^k. */
function pairsDown(
  re: Float64Array,
  im: Float64Array,
  first: number,
  stride: number,
  m: number,
  w: Float64Array,
): void {
  for (let k = 0, a = first, b = first + m * stride; k < m; k++, a += stride, b += stride) {
    const x = re[a] - re[b]
    const y = im[a] - im[b]
    re[a] += re[b]
    im[a] += im[b]
    re[b] = w[k] * x - w[m + k] * y
    im[b] = w[k] * y + w[m + k] * x
  }
}

function pairsUp(re: Float64Array, im: Float64Array, first: number, stride: number, m: number, w: Float64Array): void {
  for (let k = 0, a = first, b = first + m * stride; k < m; k++, a += stride, b += stride) {
    const x = w[k] * re[b] + w[m + k] * im[b]
    const y = w[k] * im[b] - w[m + k] * re[b]
    re[b] = re[a] - x
    im[b] = im[a] - y
    re[a] += x
    im[a] += y
  }
}

/** Places k, k + m, k + 2 m, k + 3 m of a block of 4 m become the bins 0, 2, 1 and 3 modulo 4; `at`: the stage's twiddles. */
function foursDown(
  re: Float64Array,
  im: Float64Array,
  first: number,
  stride: number,
  m: number,
  w: Float64Array,
  at: number,
): void {
  const step = m * stride
  for (let k = 0, a = first; k < m; k++, a += stride, at++) {
    const [b, c, d] = [a + step, a + 2 * step, a + 3 * step]
    const sx = re[a] + re[c]
    const sy = im[a] + im[c]
    const tx = re[a] - re[c]
    const ty = im[a] - im[c]
    const ux = re[b] + re[d]
    const uy = im[b] + im[d]
    const vx = re[b] - re[d]
    const vy = im[b] - im[d]
    re[a] = sx + ux
    im[a] = sy + uy
    re[b] = sx - ux
    im[b] = sy - uy
    re[c] = tx + vy
    im[c] = ty - vx
    re[d] = tx - vy
    im[d] = ty + vx
    if (m === 1) continue
    turn(re, im, b, w[at + 2 * m], w[at + 3 * m])
    turn(re, im, c, w[at], w[at + m])
    turn(re, im, d, w[at + 4 * m], w[at + 5 * m])
  }
}

function foursUp(
  re: Float64Array,
  im: Float64Array,
  first: number,
  stride: number,
  m: number,
  w: Float64Array,
  at: number,
): void {
  const step = m * stride
  for (let k = 0, a = first; k < m; k++, a += stride, at++) {
    const [b, c, d] = [a + step, a + 2 * step, a + 3 * step]
    if (m > 1) {
      turn(re, im, b, w[at + 2 * m], -w[at + 3 * m])
      turn(re, im, c, w[at], -w[at + m])
      turn(re, im, d, w[at + 4 * m], -w[at + 5 * m])
    }
    const sx = re[a] + re[b]
    const sy = im[a] + im[b]
    const tx = re[a] - re[b]
    const ty = im[a] - im[b]
    const ux = re[c] + re[d]
    const uy = im[c] + im[d]
    const vx = re[c] - re[d]
    const vy = im[c] - im[d]
    re[a] = sx + ux
    im[a] = sy + uy
    re[c] = sx - ux
    im[c] = sy - uy
    re[b] = tx - vy
    im[b] = ty + vx
    re[d] = tx + vy
    im[d] = ty - vx
  }
}

/** Times c + i s. */
function turn(re: Float64Array, im: Float64Array, at: number, c: number, s: number): void {
  const x = re[at]
  const y = im[at]
  re[at] = c * x - s * y
  im[at] = c * y + s * x
}

function reversed(length: number): Int32Array {
  const places = new Int32Array(length)
  for (let bit = 1, top = length >> 1; bit < length; bit *= 2, top >>= 1)
    for (let n = 0; n < bit; n++) places[bit + n] = places[n] + top
  return places
}

function swap(list: Float64Array, a: number, b: number): void {
  const value = list[a]
  list[a] = list[b]
  list[b] = value
}
