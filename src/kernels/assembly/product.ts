// Dense matrix products, four rows by four columns at a time. Oracle: multiply in src/kernels/product.ts, which adds in the
// same order. All float64.

/** c = a b. `a`: tiles of four rows, k x 4 each; `b`: k x n4, n4 a multiple of four; `c`: 4 tiles x n4. `strip`: room for 4 k. */
export function multiply(a: usize, tiles: i32, k: i32, b: usize, n4: i32, c: usize, strip: usize): void {
  const row = (n4 as usize) << 3
  const length = (k as usize) << 5
  for (let column: usize = 0; column < row; column += 32) {
    // One strip of columns, close together: rows of b lie a large power of two apart often enough.
    for (let at = strip, from = b + column, end = strip + length; at < end; at += 32, from += row) {
      v128.store(at, v128.load(from))
      v128.store(at, v128.load(from, 16), 16)
    }
    let left = a
    let into = c + column
    for (let tile = 0; tile < tiles; tile++) {
      let p0 = f64x2.splat(0.0), p1 = p0, q0 = p0, q1 = p0, r0 = p0, r1 = p0, s0 = p0, s1 = p0
      for (let at = strip, end = strip + length; at < end; at += 32, left += 32) {
        const b0 = v128.load(at)
        const b1 = v128.load(at, 16)
        const p = v128.load64_splat(left)
        p0 = f64x2.add(p0, f64x2.mul(p, b0))
        p1 = f64x2.add(p1, f64x2.mul(p, b1))
        const q = v128.load64_splat(left, 8)
        q0 = f64x2.add(q0, f64x2.mul(q, b0))
        q1 = f64x2.add(q1, f64x2.mul(q, b1))
        const r = v128.load64_splat(left, 16)
        r0 = f64x2.add(r0, f64x2.mul(r, b0))
        r1 = f64x2.add(r1, f64x2.mul(r, b1))
        const s = v128.load64_splat(left, 24)
        s0 = f64x2.add(s0, f64x2.mul(s, b0))
        s1 = f64x2.add(s1, f64x2.mul(s, b1))
      }
      v128.store(into, p0)
      v128.store(into, p1, 16)
      into += row
      v128.store(into, q0)
      v128.store(into, q1, 16)
      into += row
      v128.store(into, r0)
      v128.store(into, r1, 16)
      into += row
      v128.store(into, s0)
      v128.store(into, s1, 16)
      into += row
    }
  }
}
