/** Chance that a standard normal number is at least `z` away from 0; relative error below 2e-7 (Press et al., erfc by Chebyshev). */
export function twoSided(z: number): number {
  const x = Math.abs(z) / Math.SQRT2
  const t = 1 / (1 + 0.5 * x)
  const series = [
    -1.26551223, 1.00002368, 0.37409196, 0.09678418, -0.18628806, 0.27886807, -1.13520398, 1.48851587, -0.82215223,
    0.17087277,
  ]
  const sum = series.reduceRight((total, c) => c + t * total, 0)
  return t * Math.exp(sum - x * x)
}

/** The distance from 0 that a standard normal number passes with the chance `p`, by halving. */
export function distanceAt(p: number): number {
  let [low, high] = [0, 40]
  for (let n = 0; n < 60; n++) {
    const middle = (low + high) / 2
    if (twoSided(middle) > p) low = middle
    else high = middle
  }
  return (low + high) / 2
}
