// Threefry-2x32 with 20 rounds on four counters at once. Oracle: src/random/threefry.ts.

@inline
function rotate(x: v128, n: i32): v128 {
  return v128.or(i32x4.shl(x, n), i32x4.shr_u(x, 32 - n))
}

/** Words of the four counters (x, y), two per counter, to `out`: 32 bytes. */
@inline
export function blocks(key0: u32, key1: u32, x: v128, y: v128, out: usize): void {
  const k0 = i32x4.splat(key0)
  const k1 = i32x4.splat(key1)
  const k2 = i32x4.splat(0x1bd11bda ^ key0 ^ key1)
  x = i32x4.add(x, k0)
  y = i32x4.add(y, k1)

  x = i32x4.add(x, y); y = v128.xor(rotate(y, 13), x)
  x = i32x4.add(x, y); y = v128.xor(rotate(y, 15), x)
  x = i32x4.add(x, y); y = v128.xor(rotate(y, 26), x)
  x = i32x4.add(x, y); y = v128.xor(rotate(y, 6), x)
  x = i32x4.add(x, k1); y = i32x4.add(y, i32x4.add(k2, i32x4.splat(1)))
  x = i32x4.add(x, y); y = v128.xor(rotate(y, 17), x)
  x = i32x4.add(x, y); y = v128.xor(rotate(y, 29), x)
  x = i32x4.add(x, y); y = v128.xor(rotate(y, 16), x)
  x = i32x4.add(x, y); y = v128.xor(rotate(y, 24), x)
  x = i32x4.add(x, k2); y = i32x4.add(y, i32x4.add(k0, i32x4.splat(2)))
  x = i32x4.add(x, y); y = v128.xor(rotate(y, 13), x)
  x = i32x4.add(x, y); y = v128.xor(rotate(y, 15), x)
  x = i32x4.add(x, y); y = v128.xor(rotate(y, 26), x)
  x = i32x4.add(x, y); y = v128.xor(rotate(y, 6), x)
  x = i32x4.add(x, k0); y = i32x4.add(y, i32x4.add(k1, i32x4.splat(3)))
  x = i32x4.add(x, y); y = v128.xor(rotate(y, 17), x)
  x = i32x4.add(x, y); y = v128.xor(rotate(y, 29), x)
  x = i32x4.add(x, y); y = v128.xor(rotate(y, 16), x)
  x = i32x4.add(x, y); y = v128.xor(rotate(y, 24), x)
  x = i32x4.add(x, k1); y = i32x4.add(y, i32x4.add(k2, i32x4.splat(4)))
  x = i32x4.add(x, y); y = v128.xor(rotate(y, 13), x)
  x = i32x4.add(x, y); y = v128.xor(rotate(y, 15), x)
  x = i32x4.add(x, y); y = v128.xor(rotate(y, 26), x)
  x = i32x4.add(x, y); y = v128.xor(rotate(y, 6), x)
  x = i32x4.add(x, k2); y = i32x4.add(y, i32x4.add(k0, i32x4.splat(5)))

  // Lanes (x0, y0, x1, y1) and (x2, y2, x3, y3).
  v128.store(out, v128.shuffle<i32>(x, y, 0, 4, 1, 5))
  v128.store(out, v128.shuffle<i32>(x, y, 2, 6, 3, 7), 16)
}
