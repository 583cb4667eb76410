/** Fourier transform of complex rows of a fixed power-of-two length, in place, real and imaginary parts in two arrays. */
export interface Fft {
  readonly length: number
  /** Sum of z_n exp(-2 pi i k n / length) for the `length` numbers from `first` on, `stride` apart. */
  forward(re: Float64Array, im: Float64Array, first?: number, stride?: number): void
  /** The inverse, with its factor 1 / length. */
  inverse(re: Float64Array, im: Float64Array, first?: number, stride?: number): void
}

/** Plans a transform: radix 2, decimation in time, twiddles made once. `length` is a power of two. */
export function fft(length: number): Fft {
  const cosines = new Float64Array(length / 2)
  const sines = new Float64Array(length / 2)
  for (let k = 0; k < length / 2; k++) {
    cosines[k] = Math.cos((2 * Math.PI * k) / length)
    sines[k] = Math.sin((2 * Math.PI * k) / length)
  }
  const swaps = reversals(length)

  /** `sign` -1 forward, +1 back. */
  const run = (re: Float64Array, im: Float64Array, first: number, stride: number, sign: 1 | -1) => {
    for (let n = 0; n < swaps.length; n += 2) swap(re, im, first + swaps[n] * stride, first + swaps[n + 1] * stride)
    for (let half = 1; half < length; half *= 2) {
      const turn = length / (2 * half)
      for (let start = 0; start < length; start += 2 * half) {
        for (let k = 0; k < half; k++) {
          const c = cosines[k * turn]
          const s = sign * sines[k * turn]
          const a = first + (start + k) * stride
          const b = a + half * stride
          const x = c * re[b] - s * im[b]
          const y = c * im[b] + s * re[b]
          re[b] = re[a] - x
          im[b] = im[a] - y
          re[a] += x
          im[a] += y
        }
      }
    }
  }
  return {
    length,
    forward: (re, im, first = 0, stride = 1) => run(re, im, first, stride, -1),
    inverse(re, im, first = 0, stride = 1) {
      run(re, im, first, stride, 1)
      const scale = 1 / length
      for (let n = 0, at = first; n < length; n++, at += stride) {
        re[at] *= scale
        im[at] *= scale
      }
    },
  }
}

/** Pairs of places that change seats in bit-reversed order. */
function reversals(length: number): readonly number[] {
  const pairs: number[] = []
  for (let i = 0, j = 0; i < length; i++) {
    if (i < j) pairs.push(i, j)
    let bit = length >> 1
    for (; bit > 0 && (j & bit) !== 0; bit >>= 1) j ^= bit
    j |= bit
  }
  return pairs
}

function swap(re: Float64Array, im: Float64Array, a: number, b: number): void {
  const [x, y] = [re[a], im[a]]
  re[a] = re[b]
  im[a] = im[b]
  re[b] = x
  im[b] = y
}
