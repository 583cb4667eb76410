/**
 * Chance that chi^2 of `freedom` degrees is at least `value`, by the cube root of Wilson and Hilferty (1931); `freedom` need
 * not be whole. Right to a few per cent of itself down to 1e-6 from 10 degrees on.
 */
export function chiSquareTail(value: number, freedom: number): number {
  const spread = 2 / (9 * freedom)
  return normalTail((Math.cbrt(value / freedom) - (1 - spread)) / Math.sqrt(spread))
}

/** Chance that a standard normal number is at least `z`: a series near 0, Laplace's continued fraction beyond. */
export function normalTail(z: number): number {
  if (z < 0) return 1 - normalTail(-z)
  const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)
  if (z < 2.5) {
    // Phi(z) - 1/2 = density (z + z^3/3 + z^5/(3 5) + ...).
    let [term, sum] = [z, z]
    for (let n = 3; n < 120; n += 2) {
      term *= (z * z) / n
      sum += term
    }
    return 0.5 - density * sum
  }
  let fraction = z
  for (let n = 80; n > 0; n--) fraction = z + n / fraction
  return density / fraction
}
