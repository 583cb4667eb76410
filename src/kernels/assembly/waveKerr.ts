// Steps of an array of Kerr cavities with ports, two neighbouring modes at a time. Oracle: src/kernels/wave/kerr.ts.
//
// All arrays float64. Modes: the cavities row by row, every row an even number of them, then the ports, an even number too;
// real parts, imaginary parts and detunings alike. What fills up is zero and stays it. A hop: exp(-i t A) along a row (real,
// imaginary part, transposed, rows as long as those of the cavities), then along a column (real, imaginary part).

import { nearCos, nearSin, reduced, sineOf, cosineOf, turnsOf, within } from './shared/sincos'

const STAGES = 0, ROWS = 4, COLUMNS = 8, STRIDE = 12, RE = 16, IM = 20, DETUNING = 24, MODES = 28, BETWEEN = 32
const PORTS = 36, PORT_COUNT = 40, PORT_MODES = 44, TIMES = 48, HOPS = 52, G = 56

@inline function get(head: usize, word: i32): usize { return load<u32>(head + word) as usize }
@inline function add(a: v128, b: v128): v128 { return f64x2.add(a, b) }
@inline function sub(a: v128, b: v128): v128 { return f64x2.sub(a, b) }
@inline function mul(a: v128, b: v128): v128 { return f64x2.mul(a, b) }

/** Hops within the rows, then within the columns. */
export function hop(head: usize, matrix: usize): void {
  const rows = load<i32>(head, ROWS), columns = load<i32>(head, COLUMNS), stride = get(head, STRIDE)
  const re = get(head, RE), im = get(head, IM), size = rows as usize * stride
  // Between the two: real parts, then imaginary parts.
  const between = get(head, BETWEEN), apart = columns as usize * stride
  const zero = f64x2.splat(0.0)
  for (let row: usize = 0; row < size; row += stride) {
    for (let at: usize = 0; at < stride; at += 16) {
      let x = zero, y = zero, u = matrix + at
      for (let j = row; j < row + ((columns * 8) as usize); j += 8, u += stride) {
        const a = v128.load(u), b = v128.load(u + apart)
        const c = v128.load64_splat(re + j), d = v128.load64_splat(im + j)
        x = add(x, sub(mul(a, c), mul(b, d)))
        y = add(y, add(mul(a, d), mul(b, c)))
      }
      v128.store(between + row + at, x)
      v128.store(between + size + row + at, y)
    }
  }
  const across = matrix + 2 * apart, width = (rows * 8) as usize, other = rows as usize * width
  let u = across
  for (let row: usize = 0; row < size; row += stride, u += width) {
    for (let at: usize = 0; at < stride; at += 16) {
      let x = zero, y = zero, z = between + at
      for (let j = u; j < u + width; j += 8, z += stride) {
        const a = v128.load64_splat(j), b = v128.load64_splat(j + other)
        const c = v128.load(z), d = v128.load(z + size)
        x = add(x, sub(mul(a, c), mul(b, d)))
        y = add(y, add(mul(a, d), mul(b, c)))
      }
      v128.store(re + row + at, x)
      v128.store(im + row + at, y)
    }
  }
}

/** z *= exp(-i time (g |z|^2 + detuning)) for all modes. */
@inline
function turn(head: usize, time: v128): void {
  const re = get(head, RE), im = get(head, IM), detuning = get(head, DETUNING), g = v128.load64_splat(head + G)
  const end = (load<i32>(head, MODES) * 8) as usize
  for (let at: usize = 0; at < end; at += 16) {
    const x = v128.load(re + at), y = v128.load(im + at)
    const angle = mul(time, add(mul(g, add(mul(x, x), mul(y, y))), v128.load(detuning + at)))
    let s: v128, c: v128
    if (within(angle)) {
      s = nearSin(angle); c = nearCos(angle)
    } else {
      const n = turnsOf(angle), r = reduced(angle, n), p = nearSin(r), q = nearCos(r)
      s = sineOf(p, q, n); c = cosineOf(p, q, n)
    }
    v128.store(re + at, add(mul(c, x), mul(s, y)))
    v128.store(im + at, sub(mul(c, y), mul(s, x)))
  }
}

/** Half a Kerr phase, the ports' rotation, half a Kerr phase; `times`: half the time, cos and sin of the rotation. */
export function kick(head: usize, times: usize): void {
  const half = v128.load64_splat(times)
  turn(head, half)
  const re = get(head, RE), im = get(head, IM)
  const c = load<f64>(times, 8), s = load<f64>(times, 16)
  let port = get(head, PORTS), mode = get(head, PORT_MODES)
  for (const end = port + ((load<i32>(head, PORT_COUNT) * 4) as usize); port < end; port += 4, mode += 8) {
    const i = load<u32>(port) as usize
    const a = load<f64>(re + mode), b = load<f64>(im + mode), x = load<f64>(re + i), y = load<f64>(im + i)
    store<f64>(re + mode, c * a + s * y)
    store<f64>(im + mode, c * b - s * x)
    store<f64>(re + i, c * x + s * b)
    store<f64>(im + i, c * y - s * a)
  }
  turn(head, half)
}

/** `steps` steps. `HOPS`: addresses of the first hop, the joint one, and that after every kick; `TIMES`: four numbers a kick. */
export function run(head: usize, steps: i32): void {
  if (steps <= 0) return
  const hops = get(head, HOPS), stages = load<i32>(head, STAGES)
  hop(head, get(hops, 0))
  while (steps-- > 0) {
    let times = get(head, TIMES)
    for (let s = 1; s <= stages; s++, times += 32) {
      kick(head, times)
      hop(head, get(hops, s < stages || steps == 0 ? 4 * s + 4 : 4))
    }
  }
}
