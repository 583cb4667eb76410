import { InsituError } from '../errors.ts'

/**
 * Solves (A + i B) x = f for a dense complex matrix by elimination with row exchange: the yardstick for complex-step
 * derivatives, not for speed. `a`, `b` are n x n row-major and are overwritten; f is real. Returns real and imaginary part.
 */
export function complexSolve(
  a: Float64Array,
  b: Float64Array,
  f: Float64Array,
): { readonly re: Float64Array; readonly im: Float64Array } {
  const n = f.length
  const re = f.slice()
  const im = new Float64Array(n)
  for (let c = 0; c < n; c++) {
    const pivot = largest(a, b, c, n)
    exchange(a, c, pivot, n)
    exchange(b, c, pivot, n)
    for (const x of [re, im]) [x[c], x[pivot]] = [x[pivot], x[c]]
    const size = a[c * n + c] ** 2 + b[c * n + c] ** 2
    if (!(size > 0)) throw new InsituError('INTERNAL', `complex solve: column ${c} of ${n} is singular`)
    for (let r = c + 1; r < n; r++) {
      const [x, y] = [a[r * n + c], b[r * n + c]]
      if (x === 0 && y === 0) continue
      const p = (x * a[c * n + c] + y * b[c * n + c]) / size
      const q = (y * a[c * n + c] - x * b[c * n + c]) / size
      for (let k = c; k < n; k++) {
        const [u, v] = [a[c * n + k], b[c * n + k]]
        a[r * n + k] -= p * u - q * v
        b[r * n + k] -= p * v + q * u
      }
      re[r] -= p * re[c] - q * im[c]
      im[r] -= p * im[c] + q * re[c]
    }
  }
  for (let r = n - 1; r >= 0; r--) {
    let [x, y] = [re[r], im[r]]
    for (let k = r + 1; k < n; k++) {
      x -= a[r * n + k] * re[k] - b[r * n + k] * im[k]
      y -= a[r * n + k] * im[k] + b[r * n + k] * re[k]
    }
    const [u, v] = [a[r * n + r], b[r * n + r]]
    const size = u * u + v * v
    re[r] = (x * u + y * v) / size
    im[r] = (y * u - x * v) / size
  }
  return { re, im }
}

function largest(a: Float64Array, b: Float64Array, c: number, n: number): number {
  let at = c
  let most = -1
  for (let r = c; r < n; r++) {
    const size = a[r * n + c] ** 2 + b[r * n + c] ** 2
    if (size > most) [at, most] = [r, size]
  }
  return at
}

function exchange(m: Float64Array, r: number, s: number, n: number): void {
  if (r === s) return
  const row = m.slice(r * n, (r + 1) * n)
  m.copyWithin(r * n, s * n, (s + 1) * n)
  m.set(row, s * n)
}
