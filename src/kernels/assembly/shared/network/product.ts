// Products of matrices whose right side lies in strips of eight columns, [n / 8][k][8]: four rows by eight columns at a time.
// The left matrix lies in blocks of four rows, [rows / 4][columns][4], and serves as it is, transposed, and as the result of
// the third product. All float32; every count of rows and columns of the left matrix is a multiple of four.

@inline function mac(sum: v128, a: v128, b: v128): v128 { return f32x4.add(sum, f32x4.mul(a, b)) }

/** c = a b; c: [strips][rows][8]. */
export function multiply(a: usize, rows: i32, columns: i32, b: usize, strips: i32, c: usize): void {
  const strip = (columns as usize) << 5
  for (let s = 0; s < strips; s++, b += strip) {
    let left = a
    for (let i = 0; i < rows; i += 4, c += 128) {
      let p0 = f32x4.splat(0), p1 = p0, q0 = p0, q1 = p0, r0 = p0, r1 = p0, s0 = p0, s1 = p0
      for (let at = b, end = b + strip; at < end; at += 64, left += 32) {
        let b0 = v128.load(at), b1 = v128.load(at, 16), x = v128.load32_splat(left)
        p0 = mac(p0, x, b0)
        p1 = mac(p1, x, b1)
        x = v128.load32_splat(left, 4)
        q0 = mac(q0, x, b0)
        q1 = mac(q1, x, b1)
        x = v128.load32_splat(left, 8)
        r0 = mac(r0, x, b0)
        r1 = mac(r1, x, b1)
        x = v128.load32_splat(left, 12)
        s0 = mac(s0, x, b0)
        s1 = mac(s1, x, b1)
        b0 = v128.load(at, 32)
        b1 = v128.load(at, 48)
        x = v128.load32_splat(left, 16)
        p0 = mac(p0, x, b0)
        p1 = mac(p1, x, b1)
        x = v128.load32_splat(left, 20)
        q0 = mac(q0, x, b0)
        q1 = mac(q1, x, b1)
        x = v128.load32_splat(left, 24)
        r0 = mac(r0, x, b0)
        r1 = mac(r1, x, b1)
        x = v128.load32_splat(left, 28)
        s0 = mac(s0, x, b0)
        s1 = mac(s1, x, b1)
      }
      v128.store(c, p0)
      v128.store(c, p1, 16)
      v128.store(c, q0, 32)
      v128.store(c, q1, 48)
      v128.store(c, r0, 64)
      v128.store(c, r1, 80)
      v128.store(c, s0, 96)
      v128.store(c, s1, 112)
    }
  }
}

/** c = a^T b, a: rows x columns, b: [strips][rows][8], c: [strips][columns][8]. */
export function multiplyTransposed(a: usize, rows: i32, columns: i32, b: usize, strips: i32, c: usize): void {
  const strip = (rows as usize) << 5, block = (columns as usize) << 4
  for (let s = 0; s < strips; s++, b += strip) {
    for (let i = 0; i < columns; i += 4, c += 128) {
      let p0 = f32x4.splat(0), p1 = p0, q0 = p0, q1 = p0, r0 = p0, r1 = p0, s0 = p0, s1 = p0
      let left = a + ((i as usize) << 4)
      for (let at = b, end = b + strip; at < end; at += 128, left += block) {
        let b0 = v128.load(at), b1 = v128.load(at, 16), x = v128.load32_splat(left)
        p0 = mac(p0, x, b0)
        p1 = mac(p1, x, b1)
        x = v128.load32_splat(left, 16)
        q0 = mac(q0, x, b0)
        q1 = mac(q1, x, b1)
        x = v128.load32_splat(left, 32)
        r0 = mac(r0, x, b0)
        r1 = mac(r1, x, b1)
        x = v128.load32_splat(left, 48)
        s0 = mac(s0, x, b0)
        s1 = mac(s1, x, b1)
        b0 = v128.load(at, 32)
        b1 = v128.load(at, 48)
        x = v128.load32_splat(left, 4)
        p0 = mac(p0, x, b0)
        p1 = mac(p1, x, b1)
        x = v128.load32_splat(left, 20)
        q0 = mac(q0, x, b0)
        q1 = mac(q1, x, b1)
        x = v128.load32_splat(left, 36)
        r0 = mac(r0, x, b0)
        r1 = mac(r1, x, b1)
        x = v128.load32_splat(left, 52)
        s0 = mac(s0, x, b0)
        s1 = mac(s1, x, b1)
        b0 = v128.load(at, 64)
        b1 = v128.load(at, 80)
        x = v128.load32_splat(left, 8)
        p0 = mac(p0, x, b0)
        p1 = mac(p1, x, b1)
        x = v128.load32_splat(left, 24)
        q0 = mac(q0, x, b0)
        q1 = mac(q1, x, b1)
        x = v128.load32_splat(left, 40)
        r0 = mac(r0, x, b0)
        r1 = mac(r1, x, b1)
        x = v128.load32_splat(left, 56)
        s0 = mac(s0, x, b0)
        s1 = mac(s1, x, b1)
        b0 = v128.load(at, 96)
        b1 = v128.load(at, 112)
        x = v128.load32_splat(left, 12)
        p0 = mac(p0, x, b0)
        p1 = mac(p1, x, b1)
        x = v128.load32_splat(left, 28)
        q0 = mac(q0, x, b0)
        q1 = mac(q1, x, b1)
        x = v128.load32_splat(left, 44)
        r0 = mac(r0, x, b0)
        r1 = mac(r1, x, b1)
        x = v128.load32_splat(left, 60)
        s0 = mac(s0, x, b0)
        s1 = mac(s1, x, b1)
      }
      v128.store(c, p0)
      v128.store(c, p1, 16)
      v128.store(c, q0, 32)
      v128.store(c, q1, 48)
      v128.store(c, r0, 64)
      v128.store(c, r1, 80)
      v128.store(c, s0, 96)
      v128.store(c, s1, 112)
    }
  }
}

/** The sums over the four lanes of four vectors, side by side. */
@inline
function sums(a: v128, b: v128, c: v128, d: v128): v128 {
  const x = f32x4.add(v128.shuffle<f32>(a, b, 0, 4, 1, 5), v128.shuffle<f32>(a, b, 2, 6, 3, 7))
  const y = f32x4.add(v128.shuffle<f32>(c, d, 0, 4, 1, 5), v128.shuffle<f32>(c, d, 2, 6, 3, 7))
  return f32x4.add(v128.shuffle<f32>(x, y, 0, 1, 4, 5), v128.shuffle<f32>(x, y, 2, 3, 6, 7))
}

/** a = a + c b^T, c: [strips][rows][8], b: [strips][columns][8]: sums over the columns of the strips. */
export function accumulate(c: usize, rows: i32, b: usize, columns: i32, strips: i32, a: usize): void {
  const down = (rows as usize) << 5, along = (columns as usize) << 5
  const whole = (strips as usize) * along
  for (let i = 0; i < rows; i += 4, c += 128) {
    for (let j = b, last = b + along; j < last; j += 64, a += 32) {
      let p0 = f32x4.splat(0), p1 = p0, q0 = p0, q1 = p0, r0 = p0, r1 = p0, s0 = p0, s1 = p0
      for (let left = c, right = j, end = j + whole; right < end; left += down, right += along) {
        let b0 = v128.load(right), b1 = v128.load(right, 32), x = v128.load(left)
        p0 = mac(p0, x, b0)
        p1 = mac(p1, x, b1)
        x = v128.load(left, 32)
        q0 = mac(q0, x, b0)
        q1 = mac(q1, x, b1)
        x = v128.load(left, 64)
        r0 = mac(r0, x, b0)
        r1 = mac(r1, x, b1)
        x = v128.load(left, 96)
        s0 = mac(s0, x, b0)
        s1 = mac(s1, x, b1)
        b0 = v128.load(right, 16)
        b1 = v128.load(right, 48)
        x = v128.load(left, 16)
        p0 = mac(p0, x, b0)
        p1 = mac(p1, x, b1)
        x = v128.load(left, 48)
        q0 = mac(q0, x, b0)
        q1 = mac(q1, x, b1)
        x = v128.load(left, 80)
        r0 = mac(r0, x, b0)
        r1 = mac(r1, x, b1)
        x = v128.load(left, 112)
        s0 = mac(s0, x, b0)
        s1 = mac(s1, x, b1)
      }
      v128.store(a, f32x4.add(v128.load(a), sums(p0, q0, r0, s0)))
      v128.store(a, f32x4.add(v128.load(a, 16), sums(p1, q1, r1, s1)), 16)
    }
  }
}
