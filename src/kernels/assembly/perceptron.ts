// Layers of a perceptron, two neurons at a time, sums in the order of the inputs. Oracle: sim/chip/forward.ts;
// e^x as src/kernels/exp.ts. All arrays are float64 unless said otherwise; every array is followed by 64 free bytes,
// because the last neurons of a layer are loaded in whole vectors.

const SHIFT: f64 = 6755399441055744.0
const LN2_HIGH: f64 = 0.6931471803691238 / 64.0
const LN2_LOW: f64 = 1.9082149292705877e-10 / 64.0
const LOG2E_64: f64 = 64.0 * 1.4426950408889634

/** e^x; `fractions` holds 2^(j / 64), j < 64. */
@inline
function exp2(x: v128, fractions: usize): v128 {
  const held = f64x2.min(f64x2.max(x, f64x2.splat(-708.0)), f64x2.splat(708.0))
  const n = f64x2.sub(f64x2.add(f64x2.mul(held, f64x2.splat(LOG2E_64)), f64x2.splat(SHIFT)), f64x2.splat(SHIFT))
  const r = f64x2.sub(f64x2.sub(held, f64x2.mul(n, f64x2.splat(LN2_HIGH))), f64x2.mul(n, f64x2.splat(LN2_LOW)))
  const r2 = f64x2.mul(r, r)
  const third = f64x2.add(f64x2.splat(1.0 / 24.0), f64x2.mul(r, f64x2.splat(1.0 / 120.0)))
  const second = f64x2.add(f64x2.add(f64x2.splat(0.5), f64x2.mul(r, f64x2.splat(1.0 / 6.0))), f64x2.mul(r2, third))
  const p = f64x2.add(r, f64x2.mul(r2, second))
  const whole = i32x4.trunc_sat_f64x2_s_zero(n)
  let f = v128.load64_zero(fractions + (((i32x4.extract_lane(whole, 0) & 63) as usize) << 3))
  f = v128.load64_lane(fractions + (((i32x4.extract_lane(whole, 1) & 63) as usize) << 3), f, 1)
  const power = i64x2.shl(i64x2.add(i64x2.extend_low_i32x4_s(i32x4.shr_s(whole, 6)), i64x2.splat(1023)), 52)
  return f64x2.mul(f64x2.add(f, f64x2.mul(f, p)), power)
}

/** kind 0 sigmoid, 1 tanh, 2 relu; the four constants of two neurons at `at` in arrays of `stride` bytes. */
@inline
function activate(kind: i32, z: v128, constants: usize, stride: usize, at: usize, fractions: usize): v128 {
  const scale = v128.load(constants + at)
  const slope = v128.load(constants + stride + at)
  const shift = v128.load(constants + 2 * stride + at)
  const lift = v128.load(constants + 3 * stride + at)
  const one = f64x2.splat(1.0)
  const u = f64x2.mul(slope, f64x2.sub(shift, z))
  if (kind == 0) return f64x2.add(f64x2.div(scale, f64x2.add(one, exp2(u, fractions))), lift)
  if (kind == 1) {
    const two = f64x2.splat(2.0)
    const y = f64x2.sub(f64x2.div(two, f64x2.add(one, exp2(f64x2.mul(two, u), fractions))), one)
    return f64x2.add(f64x2.mul(scale, y), lift)
  }
  return f64x2.add(f64x2.mul(scale, f64x2.max(f64x2.sub(f64x2.splat(0.0), u), f64x2.splat(0.0))), lift)
}

/**
 * One pass. `net`: int32 kind, layer count, stride of the constants in bytes, whether the outputs of all layers are wanted,
 * then inputs and outputs of every layer. Outputs go to `into`, one layer after the other if those of all are wanted; else
 * hidden ones go to `scratch` and `scratch + half`.
 */
function pass(net: usize, constants: usize, fractions: usize, weights: usize, signal: usize, into: usize, scratch: usize, half: usize): void {
  const kind = load<i32>(net)
  const layers = load<i32>(net, 4)
  const stride = load<i32>(net, 8) as usize
  const all = load<i32>(net, 12) != 0
  let bias = weights
  for (let l = 0; l < layers; l++) bias += (load<i32>(net + 16 + 8 * l) * load<i32>(net + 20 + 8 * l) * 8) as usize
  let neuron: usize = 0
  for (let l = 0; l < layers; l++) {
    const inputs = load<i32>(net + 16 + 8 * l)
    const outputs = load<i32>(net + 20 + 8 * l)
    const row = (outputs * 8) as usize
    const to = all ? into + neuron : l == layers - 1 ? into : scratch + (l & 1 ? half : 0)
    let o = 0
    for (; o + 4 <= outputs; o += 4) {
      let a = f64x2.splat(0.0)
      let b = f64x2.splat(0.0)
      let c = f64x2.splat(0.0)
      let d = f64x2.splat(0.0)
      const wide = o + 8 <= outputs
      let w = weights + ((o * 8) as usize)
      const end = signal + ((inputs * 8) as usize)
      if (wide) {
        for (let s = signal; s < end; s += 8, w += row) {
          const x = v128.load64_splat(s)
          a = f64x2.add(a, f64x2.mul(x, v128.load(w)))
          b = f64x2.add(b, f64x2.mul(x, v128.load(w, 16)))
          c = f64x2.add(c, f64x2.mul(x, v128.load(w, 32)))
          d = f64x2.add(d, f64x2.mul(x, v128.load(w, 48)))
        }
      } else {
        for (let s = signal; s < end; s += 8, w += row) {
          const x = v128.load64_splat(s)
          a = f64x2.add(a, f64x2.mul(x, v128.load(w)))
          b = f64x2.add(b, f64x2.mul(x, v128.load(w, 16)))
        }
      }
      const at = (o * 8) as usize
      v128.store(to + at, activate(kind, f64x2.sub(a, v128.load(bias + at)), constants, stride, neuron + at, fractions))
      v128.store(to + at, activate(kind, f64x2.sub(b, v128.load(bias + at, 16)), constants, stride, neuron + at + 16, fractions), 16)
      if (wide) {
        v128.store(to + at, activate(kind, f64x2.sub(c, v128.load(bias + at, 32)), constants, stride, neuron + at + 32, fractions), 32)
        v128.store(to + at, activate(kind, f64x2.sub(d, v128.load(bias + at, 48)), constants, stride, neuron + at + 48, fractions), 48)
        o += 4
      }
    }
    for (; o < outputs; o += 2) {
      let a = f64x2.splat(0.0)
      let w = weights + ((o * 8) as usize)
      for (let j = 0; j < inputs; j++, w += row) a = f64x2.add(a, f64x2.mul(v128.load64_splat(signal + ((j * 8) as usize)), v128.load(w)))
      const at = (o * 8) as usize
      const y = activate(kind, f64x2.sub(a, v128.load(bias + at)), constants, stride, neuron + at, fractions)
      // The other half of the vector may belong to the next slot's readings.
      if (o + 1 < outputs) v128.store(to + at, y)
      else v128.store64_lane(to + at, y, 0)
    }
    weights += (inputs * outputs * 8) as usize
    bias += row
    neuron += row
    signal = to
  }
}

/** Slots `from` to `to` under constant weights; `drive` and `into` are those of the whole block. */
export function held(
  net: usize, constants: usize, fractions: usize, weights: usize, from: i32, to: i32,
  drive: usize, driveHold: i32, inputs: i32, into: usize, outputs: i32, scratch: usize, half: usize,
): void {
  for (let t = from; t < to; t++) {
    const at = drive + (((t / driveHold) * inputs * 8) as usize)
    pass(net, constants, fractions, weights, at, into + ((t * outputs * 8) as usize), scratch, half)
  }
}

/** weights_i = pairs[2 i + bit i of words]. */
@inline
function perturb(pairs: usize, words: usize, count: i32, weights: usize): void {
  for (let i = 0; i < count; i += 32) {
    let bits = load<u32>(words)
    words += 4
    const end = min(count - i, 32)
    for (let b = 0; b < end; b++) {
      store<f64>(weights, load<f64>(pairs + (((bits & 1) as usize) << 3)))
      bits >>= 1
      pairs += 16
      weights += 8
    }
  }
}

/** A block under signs; row r of `words` (uint32, `width` a row) holds for `hold` slots. */
export function signs(
  net: usize, constants: usize, fractions: usize, weights: usize, count: i32, pairs: usize, words: usize, width: i32,
  hold: i32, slots: i32, drive: usize, driveHold: i32, inputs: i32, into: usize, outputs: i32, scratch: usize, half: usize,
): void {
  for (let t = 0; t < slots; t++) {
    if (t % hold == 0) {
      perturb(pairs, words, count, weights)
      words += (width * 4) as usize
    }
    const at = drive + (((t / driveHold) * inputs * 8) as usize)
    pass(net, constants, fractions, weights, at, into + ((t * outputs * 8) as usize), scratch, half)
  }
}
