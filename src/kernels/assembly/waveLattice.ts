// Steps of a lattice of oscillators, two neighbours at a time: a kick and the drift after it in one pass over the memory.
// Oracle: src/kernels/wave/lattice.ts; the arithmetic of every site is the oracle's, operation by operation.
//
// All arrays float64, a row every `stride` bytes (an even number of sites and one more vector). Behind the last site of a row
// stands a ghost of its neighbour: the first site on a ring, else the last site itself, so that its bond has no length.

import { cosineOf, nearCos, nearSin, reduced, sineOf, turnsOf } from './shared/sincos'

const STAGES = 0, TABLE = 4, ROWS = 8, COLUMNS = 12, STRIDE = 16, RINGS = 20, KIND = 24, ACTION = 28
const Q = 32, P = 36, RIGHT = 40, DOWN = 44, SITES = 48, LEARNED = 52, MOMENTUM = 56, LEARNED_BYTES = 60
const FIRST = 64, UP = 68, MOBILE = 72, G = 80, ALPHA = 88, BETA = 96, INERTIA = 104
/** Bits of RINGS. */
const ACROSS = 1, ALONG = 2
/** Bits of KIND. */
const SINE = 1, CUBIC = 2

@inline function get(head: usize, word: i32): usize { return load<u32>(head + word) as usize }
@inline function add(a: v128, b: v128): v128 { return f64x2.add(a, b) }
@inline function sub(a: v128, b: v128): v128 { return f64x2.sub(a, b) }
@inline function mul(a: v128, b: v128): v128 { return f64x2.mul(a, b) }
/** The upper lane of a and the lower lane of b. */
@inline function across(a: v128, b: v128): v128 { return v128.shuffle<f64>(a, b, 1, 2) }

@inline
function tension(k: v128, d: v128, cubic: bool, alpha: v128, beta: v128): v128 {
  return cubic ? mul(d, add(k, mul(d, add(alpha, mul(beta, d))))) : mul(k, d)
}

/** The last bond of a row on a ring, which pulls at its first site; in the upper lane. */
@inline
function around(q: usize, k: usize, last: usize, ring: bool, cubic: bool, alpha: v128, beta: v128): v128 {
  return ring ? tension(v128.load64_splat(k + last), sub(v128.load64_splat(q), v128.load64_splat(q + last)), cubic, alpha, beta) : f64x2.splat(0.0)
}

/** Tension of the bonds from the last row down to the first: zero with open ends. */
function over(head: usize, cubic: bool): void {
  const up = get(head, UP), stride = get(head, STRIDE), last = (load<i32>(head, ROWS) - 1) as usize * stride
  const q = get(head, Q), k = get(head, DOWN) + last
  const ring = (load<i32>(head, RINGS) & ALONG) != 0
  const alpha = v128.load64_splat(head + ALPHA), beta = v128.load64_splat(head + BETA)
  for (let at: usize = 0; at < stride; at += 16)
    v128.store(up + at, ring ? tension(v128.load(k + at), sub(v128.load(q + at), v128.load(q + last + at)), cubic, alpha, beta) : f64x2.splat(0.0))
  memory.copy(get(head, FIRST), q, stride)
}

/** plain: phi-4 sites and linear bonds; action: 0 not asked for, 1 of the bonds, 2 of the sites; down: there are several rows. */
@inline
function pass(head: usize, kick: f64, drift: f64, plain: bool, action: i32, down: bool): void {
  const kind = load<i32>(head, KIND), rings = load<i32>(head, RINGS)
  const pendulum = !plain && (kind & SINE) != 0, cubic = !plain && (kind & CUBIC) != 0
  const rows = load<i32>(head, ROWS), stride = get(head, STRIDE), last = (load<i32>(head, COLUMNS) - 1) as usize * 8
  const time = f64x2.splat(kick), after = f64x2.splat(drift), half = f64x2.splat(0.5)
  const g = v128.load64_splat(head + G), alpha = v128.load64_splat(head + ALPHA), beta = v128.load64_splat(head + BETA)
  const mobile = action != 0 && load<i32>(head, MOBILE) != 0
  const slow = f64x2.splat(drift / load<f64>(head, INERTIA))
  let q = get(head, Q), p = get(head, P), k = get(head, RIGHT), w = get(head, SITES)
  let l = get(head, DOWN), m = get(head, MOMENTUM)
  const whole = rows as usize * stride, end = q + whole
  const vectors = (last + 16) & ~15
  if (down) over(head, cubic)
  for (; q < end; q += stride, p += stride, k += stride, w += stride, l += stride, m += stride) {
    const ring = (rings & ACROSS) != 0
    store<f64>(q + last, load<f64>(ring ? q : q + last), 8)
    let west = around(q, k, last, ring, cubic, alpha, beta)
    let here = v128.load(q)
    const up = down ? get(head, UP) : 0
    const below = down ? (q + stride < end ? q + stride : (rings & ALONG) != 0 ? get(head, FIRST) : q) : 0
    for (let at: usize = 0; at < vectors; at += 16) {
      const next = v128.load(q + at, 16)
      const d = sub(across(here, next), here)
      let kHere = v128.load(k + at)
      const east = tension(kHere, d, cubic, alpha, beta)
      let force = sub(east, across(west, east))
      west = east
      if (action == 1) {
        const moment = sub(v128.load(m + at), mul(time, mul(half, mul(d, d))))
        v128.store(m + at, moment)
        if (mobile) v128.store(k + at, add(kHere, mul(slow, moment)))
      }
      if (down) {
        const e = sub(v128.load(below + at), here)
        let lHere = v128.load(l + at)
        const south = tension(lHere, e, cubic, alpha, beta)
        force = add(force, sub(south, v128.load(up + at)))
        v128.store(up + at, south)
        if (action == 1) {
          const moment = sub(v128.load(m + whole + at), mul(time, mul(half, mul(e, e))))
          v128.store(m + whole + at, moment)
          if (mobile) v128.store(l + at, add(lHere, mul(slow, moment)))
        }
      }
      let wHere = v128.load(w + at)
      let on: v128, share: v128
      if (pendulum) {
        const n = turnsOf(here), r = reduced(here, n), s = nearSin(r), c = nearCos(r)
        on = mul(wHere, sineOf(s, c, n))
        share = sub(f64x2.splat(1.0), cosineOf(s, c, n))
      } else {
        const square = mul(here, here)
        on = mul(here, add(wHere, mul(g, square)))
        share = mul(half, square)
      }
      const pHere = add(v128.load(p + at), mul(time, sub(force, on)))
      v128.store(p + at, pHere)
      v128.store(q + at, add(here, mul(after, pHere)))
      if (action == 2) {
        const moment = sub(v128.load(m + at), mul(time, share))
        v128.store(m + at, moment)
        if (mobile) v128.store(w + at, add(wHere, mul(slow, moment)))
      }
      here = next
    }
  }
}

// Functions of their own, and exported so that they stay it: the engine compiles a function well once it was called often.
export function chain(head: usize, kick: f64, drift: f64): void { pass(head, kick, drift, true, 0, false) }
export function chainBonds(head: usize, kick: f64, drift: f64): void { pass(head, kick, drift, true, 1, false) }
export function chainSites(head: usize, kick: f64, drift: f64): void { pass(head, kick, drift, true, 2, false) }
export function grid(head: usize, kick: f64, drift: f64): void { pass(head, kick, drift, true, 0, true) }
export function gridBonds(head: usize, kick: f64, drift: f64): void { pass(head, kick, drift, true, 1, true) }
export function gridSites(head: usize, kick: f64, drift: f64): void { pass(head, kick, drift, true, 2, true) }
export function anyChain(head: usize, kick: f64, drift: f64): void { pass(head, kick, drift, false, 0, false) }
export function anyChainBonds(head: usize, kick: f64, drift: f64): void { pass(head, kick, drift, false, 1, false) }
export function anyChainSites(head: usize, kick: f64, drift: f64): void { pass(head, kick, drift, false, 2, false) }
export function anyGrid(head: usize, kick: f64, drift: f64): void { pass(head, kick, drift, false, 0, true) }
export function anyGridBonds(head: usize, kick: f64, drift: f64): void { pass(head, kick, drift, false, 1, true) }
export function anyGridSites(head: usize, kick: f64, drift: f64): void { pass(head, kick, drift, false, 2, true) }

@inline
function step(head: usize, kick: f64, drift: f64, form: i32): void {
  switch (form) {
    case 0: chain(head, kick, drift); break
    case 1: chainBonds(head, kick, drift); break
    case 2: chainSites(head, kick, drift); break
    case 3: grid(head, kick, drift); break
    case 4: gridBonds(head, kick, drift); break
    case 5: gridSites(head, kick, drift); break
    case 6: anyChain(head, kick, drift); break
    case 7: anyChainBonds(head, kick, drift); break
    case 8: anyChainSites(head, kick, drift); break
    case 9: anyGrid(head, kick, drift); break
    case 10: anyGridBonds(head, kick, drift); break
    case 11: anyGridSites(head, kick, drift); break
  }
}

/** a += time b. */
function along(a: usize, b: usize, bytes: usize, time: f64): void {
  const t = f64x2.splat(time)
  for (const end = a + bytes; a < end; a += 16, b += 16) v128.store(a, add(v128.load(a), mul(t, v128.load(b))))
}

/** `steps` steps; the table has the first drift, the joint one, then every kick with the drift after it. */
export function run(head: usize, steps: i32): void {
  if (steps <= 0) return
  const stages = load<i32>(head, STAGES), table = get(head, TABLE)
  const form = load<i32>(head, ACTION) + (load<i32>(head, ROWS) > 1 ? 3 : 0) + (load<i32>(head, KIND) != 0 ? 6 : 0)
  const first = load<f64>(table), joint = load<f64>(table, 8), end = table + ((stages * 16) as usize)
  along(get(head, Q), get(head, P), load<i32>(head, ROWS) as usize * get(head, STRIDE), first)
  if (load<i32>(head, ACTION) != 0 && load<i32>(head, MOBILE) != 0)
    along(get(head, LEARNED), get(head, MOMENTUM), get(head, LEARNED_BYTES), first / load<f64>(head, INERTIA))
  while (steps-- > 0)
    for (let at = table; at < end; at += 16)
      step(head, load<f64>(at, 16), at + 16 < end || steps == 0 ? load<f64>(at, 24) : joint, form)
}
