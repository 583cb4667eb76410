import { exp } from '../exp.ts'

/** 1 / sqrt(2 pi). */
const DENSITY = 0.3989422804014327
/** Beyond it the tail is below 1.2e-19: nothing beside 1. */
const FAR = 9

/**
 * Q(z) / (density(z) t) as a polynomial of t - 0.7, with t = 1 / (1 + z / 5) and Q the upper tail, for 0 <= z <= 9:
 * fitted by us at Chebyshev points with 40 digits, relative error 3e-14.
 */
const TAIL = [
  0.5713522156095688, 1.2679177763262557, 2.171151784736321, 2.874821154294671, 2.8693343742420723, 1.9960833473012216,
  0.7262774622286867, -0.1693925381346665, -0.3246875583410574, -0.05788552600289373, 0.10948049284316927,
  0.042697366070099885, -0.0412453185023819, -0.017711925086908782, 0.014112303927078029,
]

/** Density of the standard normal distribution. */
export function normalDensity(z: number): number {
  return DENSITY * exp(-0.5 * z * z)
}

/**
 * Probability that a standard normal number is below z; relative error of either tail below 1e-13 up to |z| = 9, where it
 * stays. The same bits on every engine: additions, multiplications and one division.
 */
export function normalCumulative(z: number): number {
  const size = Math.min(Math.abs(z), FAR)
  const t = 1 / (1 + 0.2 * size)
  const u = t - 0.7
  let sum = 0
  for (let n = TAIL.length - 1; n >= 0; n--) sum = sum * u + TAIL[n]
  const tail = normalDensity(size) * t * sum
  return z < 0 ? tail : 1 - tail
}
