import { loadKernel } from './module.ts'
import { productWasm } from './wasm/product.ts'

interface Exports {
  multiply(a: number, tiles: number, k: number, b: number, n4: number, c: number, strip: number): void
}

/** Sizes of a product of dense matrices: m x k times k x n. */
export interface ProductShape {
  readonly m: number
  readonly k: number
  readonly n: number
  /** The left matrix lies transposed, k x m; default as it is, m x k. */
  readonly transposed?: boolean
}

/** Writes left times right, both row by row, into `into`: m x n. */
export type Product = (left: Float64Array, right: Float64Array, into: Float64Array) => void

/** Up to this many multiplications the plain loop is the faster: the copies into and out of the kernel's memory cost more. */
const SMALL = 3000
const BASE = 1024

/** A product of matrices of one size, in WebAssembly where that pays; the same bits either way. */
export function product(shape: ProductShape): Product {
  // Of fewer than four columns most of the kernel's work would be for nothing.
  if (shape.n < 4 || shape.m * shape.k * shape.n <= SMALL)
    return (left, right, into) => multiply(shape, left, right, into)
  return simdProduct(shape)
}

/** The plain loop: the oracle of the kernel. */
export function multiply(
  { m, k, n, transposed = false }: ProductShape,
  left: Float64Array,
  right: Float64Array,
  into: Float64Array,
): void {
  const [down, along] = transposed ? [1, m] : [k, 1]
  into.fill(0, 0, m * n)
  for (let i = 0; i < m; i++) {
    for (let p = 0; p < k; p++) {
      const a = left[i * down + p * along]
      for (let o = 0, at = i * n, from = p * n; o < n; o++) into[at++] += a * right[from++]
    }
  }
}

function simdProduct({ m, k, n, transposed = false }: ProductShape): Product {
  const kernel = loadKernel<Exports>(productWasm)
  const tiles = Math.ceil(m / 4)
  const n4 = 4 * Math.ceil(n / 4)
  const leftAt = BASE
  const rightAt = leftAt + 32 * tiles * k
  const intoAt = rightAt + 8 * k * n4
  const strip = intoAt + 32 * tiles * n4
  kernel.reserve(strip + 32 * k)
  const [down, along] = transposed ? [1, m] : [k, 1]
  const tiled = kernel.f64.subarray(leftAt / 8, rightAt / 8)
  const wide = kernel.f64.subarray(rightAt / 8, intoAt / 8)
  const out = kernel.f64.subarray(intoAt / 8, strip / 8)
  return (left, right, into) => {
    for (let i = 0; i < m; i++) {
      const first = (i >> 2) * 4 * k + (i & 3)
      for (let p = 0; p < k; p++) tiled[first + 4 * p] = left[i * down + p * along]
    }
    if (n === n4) wide.set(right)
    else for (let p = 0; p < k; p++) wide.set(right.subarray(p * n, (p + 1) * n), p * n4)
    kernel.exports.multiply(leftAt, tiles, k, rightAt, n4, intoAt, strip)
    if (n === n4) into.set(out.subarray(0, m * n))
    else for (let i = 0; i < m; i++) into.set(out.subarray(i * n4, i * n4 + n), i * n)
  }
}
