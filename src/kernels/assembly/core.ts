// Ticks of a chip of spiking cores. Oracles: src/kernels/core/oracle.ts and chip-oracle.ts, spike by spike.

import { forget, takeCrossbar } from './shared/core/crossbar'
import { addChance, byEvents, byPopcount } from './shared/core/input'
import { CORES, FIRST, LINES, MOST, NEEDS, NOW, NUMBERS, OWED, PATH, READY, REVERSAL, RING, ROUTES, SIZE, SLOTS, SPIKES, STALE, SYNAPSES, get } from './shared/core/layout'
import { allNeurons, drawNumbers, plainNeurons } from './shared/core/neurons'

// Functions of their own, and exported so that they stay it: the engine compiles a function well once it was called often.
export { allNeurons, byEvents, byPopcount, forget, plainNeurons, takeCrossbar }

/** Ways to the input: chosen by cost, or one of them. */
const AUTO = 0, POPCOUNT = 2
/** What it takes to make a stale row, and all words for counting, in rows added. */
const ROW = 2, WORDS = 200

/** Whether to count. Words are made once adding rows has cost as much more as making them takes. */
@inline
function counting(head: usize, core: usize, arriving: usize): bool {
  if ((load<u32>(core, NEEDS) & SYNAPSES) != 0) return false
  const path = load<u32>(head, PATH)
  if (path != AUTO) return path == POPCOUNT
  const slots = get(core, SLOTS)
  let spikes: i64 = 0, stale: i64 = 0
  for (let w: usize = 0; w < slots; w++) {
    const x = load<u64>(arriving + w * 8)
    spikes += popcnt(x)
    stale += popcnt(x & load<u64>(core + w * 8, STALE))
  }
  const cost = (spikes + ROW * stale) as i32, most = load<i32>(head, MOST) << (slots == 8 ? 1 : 0)
  if (cost <= most) return false
  if (load<u32>(core, READY) != 0) return true
  const owed = load<i32>(core, OWED) + cost - most
  store<i32>(core, owed, OWED)
  return owed >= WORDS
}

export function tickCore(head: usize, core: usize, tick: u32): void {
  const arriving = core + RING + get(head, NOW), needs = load<u32>(core, NEEDS)
  if (counting(head, core, arriving)) byPopcount(head, core, arriving)
  else byEvents(head, core, arriving)
  if ((needs & SYNAPSES) != 0) addChance(head, core, arriving, tick)
  memory.fill(arriving, 0, 64)
  if ((needs & NUMBERS) != 0) drawNumbers(head, core, tick)
  if ((needs & (NUMBERS | REVERSAL)) != 0) allNeurons(head, core)
  else plainNeurons(head, core)
}

/**
 * Sends the spikes of a core on their ways and counts those on lines; how many these are. A way is the place of its axon in
 * the first set of a ring, 0 for none; its bit there; 64 times the delay; its line, -1 for none.
 */
export function send(head: usize, core: usize): i32 {
  const now = load<u32>(head, NOW), lines = get(head, LINES)
  let counted = 0
  for (let w: usize = 0; w < 4; w++) {
    for (let x = load<u64>(core + w * 8, SPIKES); x != 0; x &= x - 1) {
      const way = core + ROUTES + (w * 64 + (ctz(x) as usize)) * 16
      const place = get(way, 0), line = load<i32>(way, 12)
      if (place != 0) {
        const to = place + (((now + load<u32>(way, 8)) & 1023) as usize)
        store<u32>(to, load<u32>(to) | load<u32>(way, 4))
      }
      if (line >= 0) {
        const at = lines + line * 4
        store<i32>(at, load<i32>(at) + 1)
        counted++
      }
    }
  }
  return counted
}

/** One tick of all cores, then their spikes go out; how many were counted. */
export function tick(head: usize, number: u32): i32 {
  const end = head + FIRST + get(head, CORES) * SIZE
  for (let core = head + FIRST; core < end; core += SIZE) tickCore(head, core, number)
  let counted = 0
  for (let core = head + FIRST; core < end; core += SIZE) counted += send(head, core)
  store<u32>(head, (load<u32>(head, NOW) + 64) & 1023, NOW)
  return counted
}
