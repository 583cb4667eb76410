// Steps of a lattice of oscillators, two sites at a time: a kick and the drift after it in one pass over the memory.
// Oracle: src/kernels/wave/lattice.ts; the arithmetic of every site is the oracle's, operation by operation.
//
// A row of C sites is cut in two halves that lie side by side: vector j holds sites j and j + H, H = C / 2 rounded up, so
// that neighbours are in neighbouring vectors. Everything of two sites is one record of vectors: q, p, k of the bond to the
// right, w, then what the form needs: l of the bond down, learning momentum (of the bonds: to the right, then down). A
// record more ends the row with the neighbours of its last vector: the first site on a ring, else the last site itself,
// so that its bond has no length; an odd row has a site like this at its very end too.

import { cosineOf, nearCos, nearSin, reduced, sineOf, turnsOf } from './shared/sincos'

const STAGES = 0, TABLE = 4, ROWS = 8, HALF = 12, LAST = 16, RINGS = 20, KIND = 24, ACTION = 28, DOWN = 32
const RECORDS = 36, FIRST = 40, UP = 44, MOBILE = 48, ODD = 52, G = 56, ALPHA = 64, BETA = 72, INERTIA = 80
/** Where `run` leaves the times of the next pass: a kick, the drift after it, and that of the learning field. */
const KICK = 88, DRIFT = 96, SLOW = 104
/** Bits of RINGS. */
const ACROSS = 1, ALONG = 2
/** Bits of KIND. */
const SINE = 1, CUBIC = 2
/** Places in a record. */
const P = 16, K = 32, W = 48, L = 64

@inline function get(head: usize, word: i32): usize { return load<u32>(head + word) as usize }
@inline function add(a: v128, b: v128): v128 { return f64x2.add(a, b) }
@inline function sub(a: v128, b: v128): v128 { return f64x2.sub(a, b) }
@inline function mul(a: v128, b: v128): v128 { return f64x2.mul(a, b) }
@inline function pair(a: f64, b: f64): v128 { return f64x2.replace_lane(f64x2.splat(a), 1, b) }

/** Bytes of a record, and where the momentum stands in it. */
@inline function size(action: i32, down: bool): usize { return (64 + (down ? 16 : 0) + (action == 0 ? 0 : action == 1 && down ? 32 : 16)) as usize }
@inline function place(down: bool): usize { return (down ? 80 : 64) as usize }

@inline
function tension(k: v128, d: v128, cubic: bool, alpha: v128, beta: v128): v128 {
  return cubic ? mul(d, add(k, mul(d, add(alpha, mul(beta, d))))) : mul(k, d)
}

/** Tension of the bonds from the last row down to the first: zero with open ends. Keeps the first row's sites as they are. */
function over(head: usize, record: usize, cubic: bool): void {
  const bytes = (get(head, HALF) + 1) * record, alpha = v128.load64_splat(head + ALPHA), beta = v128.load64_splat(head + BETA)
  let up = get(head, UP), q = get(head, RECORDS), first = get(head, FIRST), last = q + (get(head, ROWS) - 1) * bytes
  const ring = (load<i32>(head, RINGS) & ALONG) != 0
  for (const end = q + bytes; q < end; q += record, last += record, first += record, up += 16) {
    v128.store(first, v128.load(q))
    v128.store(up, ring ? tension(v128.load(last, L), sub(v128.load(q), v128.load(last)), cubic, alpha, beta) : f64x2.splat(0.0))
  }
}

/** plain: phi-4 sites and linear bonds; action: 0 not asked for, 1 of the bonds, 2 of the sites; down: there are several rows. */
@inline
function pass(head: usize, plain: bool, action: i32, down: bool): void {
  const record = size(action, down), m = place(down), n = m + 16
  const kind = load<i32>(head, KIND), rings = load<i32>(head, RINGS)
  const pendulum = !plain && (kind & SINE) != 0, cubic = !plain && (kind & CUBIC) != 0
  const half = get(head, HALF) * record, bytes = half + record, last = get(head, LAST)
  const time = v128.load64_splat(head + KICK), after = v128.load64_splat(head + DRIFT), one = f64x2.splat(0.5)
  const g = v128.load64_splat(head + G), alpha = v128.load64_splat(head + ALPHA), beta = v128.load64_splat(head + BETA)
  const mobile = action != 0 && load<i32>(head, MOBILE) != 0
  const slow = v128.load64_splat(head + SLOW)
  const ring = (rings & ACROSS) != 0, odd = load<i32>(head, ODD) != 0
  if (down) over(head, record, cubic)
  let at = get(head, RECORDS)
  for (const stop = at + get(head, ROWS) * bytes; at < stop; at += record) {
    const end = at + half, closing = load<f64>(ring ? at : at + last)
    if (odd) store<f64>(end - record, closing, 8)
    const middle = load<f64>(at, 8)
    v128.store(end, pair(middle, closing))
    // The bonds that lead to the first site of either half.
    const before = tension(pair(load<f64>(at + last, K), load<f64>(end - record, K)),
      pair(load<f64>(at) - load<f64>(at + last), middle - load<f64>(end - record)), cubic, alpha, beta)
    let west = ring ? before : f64x2.replace_lane(before, 0, 0.0)
    let here = v128.load(at)
    let up = down ? get(head, UP) : 0
    let below = down ? (at + bytes < stop ? at + bytes : (rings & ALONG) != 0 ? get(head, FIRST) : at) : 0
    for (; at < end; at += record) {
      const next = v128.load(at + record)
      const d = sub(next, here)
      const k = v128.load(at, K)
      const east = tension(k, d, cubic, alpha, beta)
      let force = sub(east, west)
      west = east
      if (action == 1) {
        const moment = sub(v128.load(at + m), mul(time, mul(one, mul(d, d))))
        v128.store(at + m, moment)
        if (mobile) v128.store(at, add(k, mul(slow, moment)), K)
      }
      if (down) {
        const e = sub(v128.load(below), here)
        const l = v128.load(at, L)
        const south = tension(l, e, cubic, alpha, beta)
        force = add(force, sub(south, v128.load(up)))
        v128.store(up, south)
        up += 16
        below += record
        if (action == 1) {
          const moment = sub(v128.load(at + n), mul(time, mul(one, mul(e, e))))
          v128.store(at + n, moment)
          if (mobile) v128.store(at, add(l, mul(slow, moment)), L)
        }
      }
      const w = v128.load(at, W)
      let on: v128, share: v128
      if (pendulum) {
        const turns = turnsOf(here), r = reduced(here, turns), s = nearSin(r), c = nearCos(r)
        on = mul(w, sineOf(s, c, turns))
        share = sub(f64x2.splat(1.0), cosineOf(s, c, turns))
      } else {
        const square = mul(here, here)
        on = mul(here, add(w, mul(g, square)))
        share = mul(one, square)
      }
      const p = add(v128.load(at, P), mul(time, sub(force, on)))
      v128.store(at, p, P)
      v128.store(at, add(here, mul(after, p)))
      if (action == 2) {
        const moment = sub(v128.load(at + m), mul(time, share))
        v128.store(at + m, moment)
        if (mobile) v128.store(at, add(w, mul(slow, moment)), W)
      }
      here = next
    }
  }
}

// Functions of their own, and exported so that they stay it: the engine compiles a function well once it was called often.
export function chain(head: usize): void { pass(head, true, 0, false) }
export function chainBonds(head: usize): void { pass(head, true, 1, false) }
export function chainSites(head: usize): void { pass(head, true, 2, false) }
export function grid(head: usize): void { pass(head, true, 0, true) }
export function gridBonds(head: usize): void { pass(head, true, 1, true) }
export function gridSites(head: usize): void { pass(head, true, 2, true) }
export function anyChain(head: usize): void { pass(head, false, 0, false) }
export function anyChainBonds(head: usize): void { pass(head, false, 1, false) }
export function anyChainSites(head: usize): void { pass(head, false, 2, false) }
export function anyGrid(head: usize): void { pass(head, false, 0, true) }
export function anyGridBonds(head: usize): void { pass(head, false, 1, true) }
export function anyGridSites(head: usize): void { pass(head, false, 2, true) }

@inline
function step(head: usize, form: i32): void {
  switch (form) {
    case 0: chain(head); break
    case 1: chainBonds(head); break
    case 2: chainSites(head); break
    case 3: grid(head); break
    case 4: gridBonds(head); break
    case 5: gridSites(head); break
    case 6: anyChain(head); break
    case 7: anyChainBonds(head); break
    case 8: anyChainSites(head); break
    case 9: anyGrid(head); break
    case 10: anyGridBonds(head); break
    case 11: anyGridSites(head); break
  }
}

/** to += time from, places in every record. */
@inline
function move(head: usize, record: usize, to: usize, from: usize, time: f64): void {
  const t = f64x2.splat(time)
  let at = get(head, RECORDS)
  for (const end = at + get(head, ROWS) * (get(head, HALF) + 1) * record; at < end; at += record)
    v128.store(at + to, add(v128.load(at + to), mul(t, v128.load(at + from))))
}

/** `steps` steps; the table has the first drift, the joint one, then every kick with the drift after it. */
export function run(head: usize, steps: i32): void {
  if (steps <= 0) return
  const stages = load<i32>(head, STAGES), table = get(head, TABLE), action = load<i32>(head, ACTION), down = load<i32>(head, DOWN) != 0
  const form = action + (down ? 3 : 0) + (load<i32>(head, KIND) != 0 ? 6 : 0), record = size(action, down), m = place(down)
  const first = load<f64>(table), joint = load<f64>(table, 8), end = table + ((stages * 16) as usize)
  move(head, record, 0, P, first)
  if (action != 0 && load<i32>(head, MOBILE) != 0) {
    const slow = first / load<f64>(head, INERTIA)
    move(head, record, action == 1 ? K : W, m, slow)
    if (action == 1 && down) move(head, record, L, m + 16, slow)
  }
  while (steps-- > 0) {
    for (let at = table; at < end; at += 16) {
      const drift = at + 16 < end || steps == 0 ? load<f64>(at, 24) : joint
      store<f64>(head, load<f64>(at, 16), KICK)
      store<f64>(head, drift, DRIFT)
      store<f64>(head, drift / load<f64>(head, INERTIA), SLOW)
      step(head, form)
    }
  }
}

/** Copies `rows` rows of `width` numbers into place `to` of the records, or back from there. */
export function copy(head: usize, list: usize, to: usize, rows: i32, width: i32, back: bool): void {
  const record = size(load<i32>(head, ACTION), load<i32>(head, DOWN) != 0), half = load<i32>(head, HALF)
  let at = get(head, RECORDS) + to
  for (let r = 0; r < rows; r++, at += record * ((half as usize) + 1)) {
    for (let lane = 0; lane < 2; lane++) {
      let place = at + ((lane * 8) as usize)
      const count = min(half, width - lane * half)
      for (let c = 0; c < count; c++, list += 8, place += record) {
        if (back) store<f64>(list, load<f64>(place))
        else store<f64>(place, load<f64>(list))
      }
    }
  }
}
