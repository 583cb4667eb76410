// Elongations of bonds from the displacements of nodes: t . (u_i - u_j), both axes in one vector. Oracle: elongate in
// src/kernels/elongation.ts. `ends`: byte offsets of both nodes, int32; everything else float64.

/** `count` bonds of one row of displacements; the largest size among them, no number if one is none. */
export function elongate(ends: usize, direction: usize, count: i32, u: usize, into: usize): f64 {
  let most: f64 = 0
  const end = into + ((count as usize) << 3)
  for (; into < end; into += 8, ends += 8, direction += 16) {
    const apart = f64x2.sub(v128.load(u + (load<u32>(ends) as usize)), v128.load(u + (load<u32>(ends, 4) as usize)))
    const along = f64x2.mul(v128.load(direction), apart)
    const e = f64x2.extract_lane(along, 0) + f64x2.extract_lane(along, 1)
    store<f64>(into, e)
    most = max<f64>(most, abs<f64>(e))
  }
  return most
}
