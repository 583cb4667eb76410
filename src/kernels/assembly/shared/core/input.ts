// The input of every neuron in one tick, by any of the paths.

import { blocks } from '../threefry'
import { resolveBits, resolveRows } from './crossbar'
import { AXON, BITS, CHANCE, COUNTS, CROSSBAR, DEGREE, KEY0, KEY1, LIST, MAGNITUDE, OPERATIONS, RANK, READY, RHO, ROWS, SHORT, SIGN, SLOTS, SUMS, TABLE, TYPE, WHOLE, ZEROS, get } from './layout'

/** Blocks of random numbers before those of the synapses. */
const NEURON_BLOCKS = 128
/** Rows of weights from -256 to 255 that a sum of 16 bits holds for certain. */
const CHUNK = 128

@inline
function widen(to: usize, sums: v128, more: bool): void {
  const low = i32x4.extend_low_i16x8_s(sums), high = i32x4.extend_high_i16x8_s(sums)
  v128.store(to, more ? i32x4.add(v128.load(to), low) : low)
  v128.store(to, more ? i32x4.add(v128.load(to, 16), high) : high, 16)
}

/** Adds four rows at a time, which takes each from end to end: rows of many cores come from far, and in order they come fast. */
@inline
function addFour(sums: usize, list: usize, bytes: usize, more: bool): void {
  let a = get(list, 0), b = get(list, 4), c = get(list, 8), d = get(list, 12)
  for (const end = sums + bytes; sums < end; sums += 32, a += 32, b += 32, c += 32, d += 32) {
    const low = i16x8.add(i16x8.add(v128.load(a), v128.load(b)), i16x8.add(v128.load(c), v128.load(d)))
    const high = i16x8.add(i16x8.add(v128.load(a, 16), v128.load(b, 16)), i16x8.add(v128.load(c, 16), v128.load(d, 16)))
    v128.store(sums, more ? i16x8.add(v128.load(sums), low) : low)
    v128.store(sums, more ? i16x8.add(v128.load(sums, 16), high) : high, 16)
  }
}

/** Adds up to `CHUNK` rows, a number that four divides. */
@inline
function addRows(head: usize, core: usize, list: usize, end: usize, more: bool): void {
  let short = head + SHORT, sums = head + SUMS
  const bytes = 2 * get(core, WHOLE)
  addFour(short, list, bytes, false)
  for (list += 16; list < end; list += 16) addFour(short, list, bytes, true)
  for (const stop = short + bytes; short < stop; short += 16, sums += 32) widen(sums, v128.load(short), more)
}

/** Event by event: adds the row of every axon at which a spike arrives. */
export function byEvents(head: usize, core: usize, arriving: usize): void {
  resolveRows(core, arriving)
  const list = head + LIST, slots = get(core, SLOTS)
  let end = list, crossings: u32 = 0
  for (let w: usize = 0; w < slots; w++) {
    const first = get(core + w * 4, RANK)
    for (let x = load<u64>(arriving + w * 8); x != 0; x &= x - 1, end += 4) {
      const rank = first + (ctz(x) as usize)
      store<u32>(end, (core + ROWS + rank * 512) as u32)
      crossings += load<u16>(core + rank * 2, DEGREE)
    }
  }
  count(head, crossings)
  // Rows of zeros make the last four whole.
  while (((end - list) & 15) != 0 || end == list) {
    store<u32>(end, (head + ZEROS) as u32)
    end += 4
  }
  const middle = min(list + 4 * CHUNK, end)
  addRows(head, core, list, middle, false)
  if (end > middle) addRows(head, core, middle, end, true)
}

@inline
function count(head: usize, crossings: u32): void {
  store<f64>(head, load<f64>(head, OPERATIONS) + (crossings as f64), OPERATIONS)
}

/** Eight bits to each half of a vector of bytes: all ones where a bit is set. */
@inline
function spread(bits: u32): v128 {
  const pattern = i8x16(1, 2, 4, 8, 16, 32, 64, -128, 1, 2, 4, 8, 16, 32, 64, -128)
  const bytes = i16x8.splat(bits as i16)
  return i8x16.eq(v128.and(i8x16.shuffle(bytes, bytes, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1), pattern), pattern)
}

/** Adds the signs of the weights of 16 synapses that are as large as their random numbers. */
@inline
function addSigns(sums: usize, bits: u32, sign: usize, magnitude: usize, rho: usize): void {
  const hit = v128.and(i8x16.ge_u(v128.load(magnitude), v128.load(rho)), v128.and(v128.load(sign), spread(bits)))
  const low = i16x8.extend_low_i8x16_s(hit), high = i16x8.extend_high_i8x16_s(hit)
  widen(sums, low, true)
  widen(sums + 32, high, true)
}

/** Adds what the stochastic synapses give, event by event; each has its random number by its place. */
export function addChance(head: usize, core: usize, arriving: usize, tick: u32): void {
  const rho = head + RHO, slots = get(core, SLOTS), key0 = load<u32>(core, KEY0), key1 = load<u32>(core, KEY1)
  for (let w: usize = 0; w < slots; w++) {
    const type = get(core + w * 4, TYPE), groups = load<u32>(core + type * 4, CHANCE), first = get(core + w * 4, RANK)
    if (groups == 0) continue
    for (let x = load<u64>(arriving + w * 8); x != 0; x &= x - 1) {
      const rank = first + (ctz(x) as usize), axon = load<u8>(core + rank, AXON) as u32
      for (let left = groups; left != 0; left &= left - 1) {
        const group = ctz(left), bits = load<u32>(core + rank * 32 + ((group * 4) as usize), CROSSBAR)
        if (bits == 0) continue
        const block = NEURON_BLOCKS + 32 * axon + 4 * group
        blocks(key0, key1, i32x4.splat(tick), i32x4.add(i32x4.splat(block), i32x4(0, 1, 2, 3)), rho)
        const column = (group * 32) as usize, sums = head + SUMS + column * 4
        const sign = core + SIGN + type * 256 + column, magnitude = core + MAGNITUDE + type * 256 + column
        addSigns(sums, bits, sign, magnitude, rho)
        addSigns(sums + 64, bits >> 16, sign + 16, magnitude + 16, rho + 16)
      }
    }
  }
}

/** Four counts of up to 64 side by side. */
@inline
function counts(bits: usize, a: u64, b: u64, c: u64, d: u64): u64 {
  return popcnt(load<u64>(bits) & a) | (popcnt(load<u64>(bits, 8) & b) << 16)
    | (popcnt(load<u64>(bits, 16) & c) << 32) | (popcnt(load<u64>(bits, 24) & d) << 48)
}

@inline
function even(a: v128, b: v128): v128 { return v128.shuffle<i32>(a, b, 0, 2, 4, 6) }
@inline
function odd(a: v128, b: v128): v128 { return v128.shuffle<i32>(a, b, 1, 3, 5, 7) }
@inline
function pairs(a: v128, b: v128): v128 { return i32x4.add(even(a, b), odd(a, b)) }
@inline
function product(at: usize, table: usize): v128 { return i32x4.dot_i16x8_s(v128.load(at), v128.load(table)) }
@inline
function total(at: usize): v128 { return i32x4.dot_i16x8_s(v128.load(at), i16x8.splat(1)) }

/** Four words per neuron. */
function fourWords(head: usize, core: usize, arriving: usize): v128 {
  const neurons = get(core, WHOLE)
  const a = load<u64>(arriving), b = load<u64>(arriving, 8), c = load<u64>(arriving, 16), d = load<u64>(arriving, 24)
  let at = head + COUNTS
  for (let bits = core + BITS, end = bits + neurons * 32; bits < end; bits += 32, at += 8) store<u64>(at, counts(bits, a, b, c, d))
  let sums = head + SUMS, table = core + TABLE, all = i32x4.splat(0)
  at = head + COUNTS
  for (const end = sums + neurons * 4; sums < end; sums += 16, at += 32, table += 32) {
    v128.store(sums, pairs(product(at, table), product(at + 16, table + 16)))
    all = i32x4.add(all, i32x4.add(total(at), total(at + 16)))
  }
  return all
}

/** Eight words per neuron. */
function eightWords(head: usize, core: usize, arriving: usize): v128 {
  const neurons = get(core, WHOLE)
  const a = load<u64>(arriving), b = load<u64>(arriving, 8), c = load<u64>(arriving, 16), d = load<u64>(arriving, 24)
  const e = load<u64>(arriving, 32), f = load<u64>(arriving, 40), g = load<u64>(arriving, 48), h = load<u64>(arriving, 56)
  let at = head + COUNTS
  for (let bits = core + BITS, end = bits + neurons * 64; bits < end; bits += 64, at += 16) {
    store<u64>(at, counts(bits, a, b, c, d))
    store<u64>(at, counts(bits + 32, e, f, g, h), 8)
  }
  let sums = head + SUMS, table = core + TABLE, all = i32x4.splat(0)
  at = head + COUNTS
  for (const end = sums + neurons * 4; sums < end; sums += 16, at += 64, table += 64) {
    const low = pairs(product(at, table), product(at + 16, table + 16))
    const high = pairs(product(at + 32, table + 32), product(at + 48, table + 48))
    v128.store(sums, pairs(low, high))
    all = i32x4.add(all, i32x4.add(i32x4.add(total(at), total(at + 16)), i32x4.add(total(at + 32), total(at + 48))))
  }
  return all
}

/** Neuron by neuron: counts the spikes of every type at its crossings. */
export function byPopcount(head: usize, core: usize, arriving: usize): void {
  if (load<u32>(core, READY) == 0) resolveBits(head, core)
  const all = get(core, SLOTS) == 4 ? fourWords(head, core, arriving) : eightWords(head, core, arriving)
  count(head, i32x4.extract_lane(all, 0) + i32x4.extract_lane(all, 1) + i32x4.extract_lane(all, 2) + i32x4.extract_lane(all, 3))
}
