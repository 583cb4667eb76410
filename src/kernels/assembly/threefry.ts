// Runs of Threefry-2x32 blocks.

import { blocks } from './shared/threefry'

/**
 * Words of the counters (first + n / per, n % per) for n < count, two per counter, to `out`.
 * Writes whole groups of four counters: `out` needs room for count rounded up.
 */
export function fill(key0: u32, key1: u32, first: u32, per: u32, count: u32, out: usize): void {
  let c0 = first
  let c1: u32 = 0
  for (let n: u32 = 0; n < count; n += 4) {
    let x = i32x4.splat(0)
    let y = i32x4.splat(0)
    x = i32x4.replace_lane(x, 0, c0)
    y = i32x4.replace_lane(y, 0, c1)
    if (++c1 == per) { c1 = 0; c0++ }
    x = i32x4.replace_lane(x, 1, c0)
    y = i32x4.replace_lane(y, 1, c1)
    if (++c1 == per) { c1 = 0; c0++ }
    x = i32x4.replace_lane(x, 2, c0)
    y = i32x4.replace_lane(y, 2, c1)
    if (++c1 == per) { c1 = 0; c0++ }
    x = i32x4.replace_lane(x, 3, c0)
    y = i32x4.replace_lane(y, 3, c1)
    if (++c1 == per) { c1 = 0; c0++ }
    blocks(key0, key1, x, y, out)
    out += 32
  }
}
