// What the paths through a tick read, made from the crossings when it is asked for.

import { AXON, AXONS, BITS, BLOCK, CROSSBAR, DEGREE, NEURONS, RANK, READY, OWED, ROWS, SLOTS, STAGE, STALE, TYPE, WEIGHT, get } from './layout'

@inline function some(bits: u64): u64 { return bits >= 64 ? ~0 : (1 << bits) - 1 }

/** Takes over the crossings that lie in the stage, axon by axon: sorts them by rank and leaves out neurons that are not used. */
export function takeCrossbar(head: usize, core: usize): void {
  const neurons = load<u32>(core, NEURONS) as i32
  const m0 = some(max(neurons, 0)), m1 = some(max(neurons - 64, 0)), m2 = some(max(neurons - 128, 0)), m3 = some(max(neurons - 192, 0))
  for (let rank: usize = 0; rank < 256; rank++) {
    const from = head + STAGE + (load<u8>(core + rank, AXON) as usize) * 32, to = core + rank * 32
    const a = load<u64>(from) & m0, b = load<u64>(from, 8) & m1, c = load<u64>(from, 16) & m2, d = load<u64>(from, 24) & m3
    store<u64>(to, a, CROSSBAR)
    store<u64>(to, b, CROSSBAR + 8)
    store<u64>(to, c, CROSSBAR + 16)
    store<u64>(to, d, CROSSBAR + 24)
    store<u16>(core + rank * 2, (popcnt(a) + popcnt(b) + popcnt(c) + popcnt(d)) as u16, DEGREE)
  }
  forget(core)
}

/** Nothing made from crossings and weights holds any more. */
export function forget(core: usize): void {
  memory.fill(core + STALE, 0xff, 64)
  store<u32>(core, 0, READY)
  store<u32>(core, 0, OWED)
}

/** Weights at the crossings of one axon, 16 bits per neuron. */
@inline
function resolve(core: usize, rank: usize, type: usize): void {
  const pattern = i16x8(1, 2, 4, 8, 16, 32, 64, 128)
  let bits = core + CROSSBAR + rank * 32, weight = core + WEIGHT + type * 512, row = core + ROWS + rank * 512
  for (const end = row + 512; row < end; row += 16, weight += 16, bits++) {
    const closed = i16x8.eq(v128.and(v128.load8_splat(bits), pattern), pattern)
    v128.store(row, v128.and(closed, v128.load(weight)))
  }
}

/** Makes the rows of the axons in `arriving` that are stale. */
export function resolveRows(core: usize, arriving: usize): void {
  const slots = get(core, SLOTS)
  for (let w: usize = 0; w < slots; w++) {
    const stale = load<u64>(core + w * 8, STALE)
    let x = load<u64>(arriving + w * 8) & stale
    if (x == 0) continue
    store<u64>(core + w * 8, stale & ~x, STALE)
    const rank = get(core + w * 4, RANK), type = get(core + w * 4, TYPE)
    for (; x != 0; x &= x - 1) resolve(core, rank + (ctz(x) as usize), type)
  }
}

/** Two rows at a time exchange the halves of their groups of 2 `by` bits with the rows `by` further on. */
@inline
function exchange(block: usize, by: i32, mask: u64): void {
  const kept = i64x2.splat(mask), step = (by * 8) as usize
  for (let group: usize = 0; group < 512; group += 2 * step) {
    for (let at = block + group, end = at + step; at < end; at += 16) {
      const low = v128.load(at), high = v128.load(at + step)
      const moved = v128.and(v128.xor(i64x2.shr_u(low, by), high), kept)
      v128.store(at + step, v128.xor(high, moved))
      v128.store(at, v128.xor(low, i64x2.shl(moved, by)))
    }
  }
}

/** Transposes 64 x 64 bits. */
function transpose(block: usize): void {
  exchange(block, 32, 0x00000000ffffffff)
  exchange(block, 16, 0x0000ffff0000ffff)
  exchange(block, 8, 0x00ff00ff00ff00ff)
  exchange(block, 4, 0x0f0f0f0f0f0f0f0f)
  exchange(block, 2, 0x3333333333333333)
  for (let at = block; at < block + 512; at += 16) {
    const low = load<u64>(at), high = load<u64>(at, 8), moved = ((low >> 1) ^ high) & 0x5555555555555555
    store<u64>(at, high ^ moved, 8)
    store<u64>(at, low ^ (moved << 1))
  }
}

/** Makes the words of axons of every neuron. */
export function resolveBits(head: usize, core: usize): void {
  const slots = get(core, SLOTS), block = head + BLOCK, neurons = get(core, NEURONS)
  for (let w: usize = 0; w < slots; w++) {
    const axons = get(core + w * 4, AXONS), rank = get(core + w * 4, RANK)
    for (let group: usize = 0; group * 64 < neurons; group++) {
      const from = core + CROSSBAR + rank * 32 + group * 8
      for (let n: usize = 0; n < axons; n++) store<u64>(block + n * 8, load<u64>(from + n * 32))
      memory.fill(block + axons * 8, 0, 512 - axons * 8)
      transpose(block)
      const to = core + BITS + (group * 64 * slots + w) * 8
      for (let n: usize = 0; n < 64; n++) store<u64>(to + n * slots * 8, load<u64>(block + n * 8))
    }
  }
  store<u32>(core, 1, READY)
}
