// Leak, threshold and reset of four neurons at a time.

import { blocks } from '../threefry'
import { ADD, BELOW, DRAWING, HOLD, KEEP, KEY0, KEY1, LEAK, LOW, MASK, MODES, NEURON, POTENTIAL, RANDOM_LEAK, RECORD, REVERSED, RHO, SPIKES, SUMS, TAKE, TOP, VALUE, WHOLE, WIDENED, get } from './layout'

@inline function add(a: v128, b: v128): v128 { return i32x4.add(a, b) }
@inline function sub(a: v128, b: v128): v128 { return i32x4.sub(a, b) }
@inline function and(a: v128, b: v128): v128 { return v128.and(a, b) }
/** 20 bits with their sign. */
@inline function saturated(v: v128): v128 { return i32x4.max_s(i32x4.min_s(v, i32x4.splat(524287)), i32x4.splat(-524288)) }
@inline function sign(v: v128): v128 { return sub(i32x4.gt_s(i32x4.splat(0), v), i32x4.gt_s(v, i32x4.splat(0))) }

/** Random numbers of the neurons that draw any, eight at a time. */
export function drawNumbers(head: usize, core: usize, tick: u32): void {
  const key0 = load<u32>(core, KEY0), key1 = load<u32>(core, KEY1), rho = head + RHO
  for (let x = load<u32>(core, DRAWING); x != 0; x &= x - 1) {
    const group = ctz(x)
    const block = i32x4.add(i32x4.splat(4 * group), i32x4(0, 1, 2, 3))
    blocks(key0, key1, i32x4.splat(tick), block, rho + ((group * 32) as usize))
  }
}

/** All ones where a bit of the modes is set. */
@inline function mode(modes: v128, bit: i32): v128 { return i32x4.shr_s(bit == 0 ? modes : i32x4.shl(modes, bit), 31) }

/** The leak of a neuron acts as its sign where it is as large as its random number, if it is stochastic. */
@inline
function leakOf(leak: v128, modes: v128, rho: v128): v128 {
  const hit = i32x4.ge_s(i32x4.abs(leak), and(rho, i32x4.splat(255)))
  return v128.bitselect(and(sign(leak), hit), leak, mode(modes, RANDOM_LEAK))
}

/** Four neurons; their spikes as ones. `full` knows random numbers and reversed leaks. */
@inline
function four(sums: usize, potential: usize, record: usize, rho: usize, full: bool): v128 {
  let v = saturated(add(v128.load(potential), v128.load(sums)))
  let top = v128.load(record, TOP), low = v128.load(record, LOW)
  const modes = v128.load(record, MODES)
  if (full) {
    const words = v128.load(rho), leak = leakOf(v128.load(record, LEAK), modes, words)
    const before = sign(v), negative = i32x4.shr_s(v, 31), reversed = mode(modes, REVERSED)
    // With reversal the leak is times the sign of the potential; what would cross zero stops there.
    const away = sub(v128.xor(leak, negative), negative)
    const leaked = saturated(add(v, v128.bitselect(and(away, i32x4.ne(before, i32x4.splat(0))), leak, reversed)))
    const crossed = and(i32x4.eq(sign(leaked), i32x4.neg(before)), i32x4.ne(before, i32x4.splat(0)))
    v = v128.andnot(leaked, and(crossed, reversed))
    const eta = and(i32x4.shr_u(words, 8), v128.load(record, MASK))
    top = add(top, eta)
    low = sub(low, and(eta, mode(modes, WIDENED)))
  } else {
    v = saturated(add(v, v128.load(record, LEAK)))
  }
  const fires = i32x4.ge_s(v, top), below = i32x4.lt_s(v, low)
  const reset = add(and(sub(v, and(top, mode(modes, TAKE))), mode(modes, KEEP)), v128.load(record, VALUE))
  const held = add(and(sub(v, and(low, mode(modes, ADD))), mode(modes, HOLD)), v128.load(record, BELOW))
  v128.store(potential, v128.bitselect(reset, v128.bitselect(held, v, below), fires))
  return fires
}

@inline
function pass(head: usize, core: usize, full: bool): void {
  let sums = head + SUMS, potential = core + POTENTIAL, record = core + NEURON, rho = head + RHO, spikes = core + SPIKES
  for (const end = sums + 4 * get(core, WHOLE); sums < end; sums += 64, potential += 64, rho += 64, record += 4 * RECORD, spikes += 2) {
    const a = four(sums, potential, record, rho, full)
    const b = four(sums + 16, potential + 16, record + RECORD, rho + 16, full)
    const c = four(sums + 32, potential + 32, record + 2 * RECORD, rho + 32, full)
    const d = four(sums + 48, potential + 48, record + 3 * RECORD, rho + 48, full)
    const all = i8x16.narrow_i16x8_s(i16x8.narrow_i32x4_s(a, b), i16x8.narrow_i32x4_s(c, d))
    store<u16>(spikes, i8x16.bitmask(all) as u16)
  }
}

/** Neurons without random numbers and reversed leaks. */
export function plainNeurons(head: usize, core: usize): void { pass(head, core, false) }
export function allNeurons(head: usize, core: usize): void { pass(head, core, true) }
