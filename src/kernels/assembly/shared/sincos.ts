// sin and cos, two at a time. Oracle: src/kernels/wave/sincos.ts; the same bits up to 2^51 quarter turns.

const SHIFT: f64 = 6755399441055744.0
const TWO_OVER_PI: f64 = 0.6366197723675814
const HALF_PI_HIGH: f64 = 1.5707963267341256
const HALF_PI_LOW: f64 = 6.077100506506192e-11

@inline function splat(x: f64): v128 { return f64x2.splat(x) }
/** c + z x. */
@inline function horner(c: f64, z: v128, x: v128): v128 { return f64x2.add(f64x2.splat(c), f64x2.mul(z, x)) }

@inline
export function nearSin(r: v128): v128 {
  const z = f64x2.mul(r, r)
  const tail = horner(0.00833333333332249, z, horner(-0.0001984126982985795, z, horner(2.7557313707070068e-6, z,
    horner(-2.5050760253406863e-8, z, splat(1.58969099521155e-10)))))
  return f64x2.add(r, f64x2.mul(f64x2.mul(z, r), horner(-0.16666666666666632, z, tail)))
}

@inline
export function nearCos(r: v128): v128 {
  const z = f64x2.mul(r, r)
  const tail = f64x2.mul(z, horner(0.0416666666666666, z, horner(-0.001388888888887411, z, horner(2.480158728947673e-5, z,
    horner(-2.7557314351390663e-7, z, horner(2.087572321298175e-9, z, splat(-1.1359647557788195e-11)))))))
  const half = f64x2.mul(splat(0.5), z)
  const one = splat(1.0), whole = f64x2.sub(one, half)
  return f64x2.add(whole, f64x2.add(f64x2.sub(f64x2.sub(one, whole), half), f64x2.mul(z, tail)))
}

/** Whole quarter turns plus SHIFT: its low bits are those of the whole number. */
@inline export function turnsOf(x: v128): v128 { return f64x2.add(f64x2.mul(x, splat(TWO_OVER_PI)), splat(SHIFT)) }

/** What is left of x without the whole quarter turns. */
@inline
export function reduced(x: v128, turns: v128): v128 {
  const n = f64x2.sub(turns, splat(SHIFT))
  return f64x2.sub(f64x2.sub(x, f64x2.mul(n, splat(HALF_PI_HIGH))), f64x2.mul(n, splat(HALF_PI_LOW)))
}

/** Whether both numbers are so small that `reduced` leaves them as they are. */
@inline export function within(x: v128): bool { return i64x2.all_true(f64x2.le(f64x2.abs(x), splat(0.785))) }

/** The value in its quadrant: the other function in the odd ones, the other sign in the upper two. */
@inline
function turned(even: v128, odd: v128, quadrant: v128): v128 {
  const value = v128.bitselect(odd, even, i64x2.shr_s(i64x2.shl(quadrant, 63), 63))
  return v128.xor(value, v128.and(i64x2.shl(quadrant, 62), i64x2.splat(0x8000000000000000)))
}

/** sin and cos of x from those of what is left of it. */
@inline export function sineOf(nearSine: v128, nearCosine: v128, turns: v128): v128 { return turned(nearSine, nearCosine, turns) }
@inline
export function cosineOf(nearSine: v128, nearCosine: v128, turns: v128): v128 {
  return turned(nearSine, nearCosine, i64x2.add(turns, i64x2.splat(1)))
}
