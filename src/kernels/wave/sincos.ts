const SHIFT = 6755399441055744 // 1.5 * 2^52: adding it rounds to a whole number
const TWO_OVER_PI = 0.6366197723675814
const HALF_PI_HIGH = 1.5707963267341256 // upper 33 bits of pi / 2, so that n * HALF_PI_HIGH is exact (as in fdlibm)
const HALF_PI_LOW = 6.077100506506192e-11

/**
 * sin x in double precision, within 2e-16 for |x| up to 1.6e6; beyond, to half the distance of numbers at x.
 *
 * Made of additions and multiplications in a fixed order, so that every engine and the SIMD kernels give the same bits,
 * which `Math.sin` does not promise. Polynomials of fdlibm's k_sin.c and k_cos.c.
 */
export function sin(x: number): number {
  const n = x * TWO_OVER_PI + SHIFT - SHIFT
  const r = x - n * HALF_PI_HIGH - n * HALF_PI_LOW
  const quadrant = n & 3
  const value = (quadrant & 1) === 0 ? nearSin(r) : nearCos(r)
  return (quadrant & 2) === 0 ? value : -value
}

/** cos x, as `sin`. */
export function cos(x: number): number {
  const n = x * TWO_OVER_PI + SHIFT - SHIFT
  const r = x - n * HALF_PI_HIGH - n * HALF_PI_LOW
  const quadrant = (n + 1) & 3
  const value = (quadrant & 1) === 0 ? nearSin(r) : nearCos(r)
  return (quadrant & 2) === 0 ? value : -value
}

/** sin r for |r| up to pi / 4. */
function nearSin(r: number): number {
  const z = r * r
  const tail =
    0.00833333333332249 +
    z * (-0.0001984126982985795 + z * (2.7557313707070068e-6 + z * (-2.5050760253406863e-8 + z * 1.58969099521155e-10)))
  return r + z * r * (-0.16666666666666632 + z * tail)
}

/** cos r for |r| up to pi / 4. */
function nearCos(r: number): number {
  const z = r * r
  const tail =
    z *
    (0.0416666666666666 +
      z *
        (-0.001388888888887411 +
          z *
            (2.480158728947673e-5 +
              z * (-2.7557314351390663e-7 + z * (2.087572321298175e-9 + z * -1.1359647557788195e-11)))))
  const half = 0.5 * z
  const whole = 1 - half
  return whole + (1 - whole - half + z * tail)
}
