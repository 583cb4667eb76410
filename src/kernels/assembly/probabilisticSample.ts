// Sums of single bits, 128 presentations at a time. Oracle: ../core/chip-oracle.ts.
//
// A list says what is added up: for every plane (2^plane) a count and that many addresses of signals, one bit per
// presentation, 16 bytes per 128 of them. Numbers lie in planes: word p of a sum holds the bits of 2^p.

@inline
function carry(a: v128, b: v128, c: v128): v128 {
  return v128.or(v128.and(a, b), v128.and(v128.xor(a, b), c))
}

@inline
function odd(a: v128, b: v128, c: v128): v128 {
  return v128.xor(v128.xor(a, b), c)
}

/** Adds up block `w` of a list; leaves the sum in the first words of `room`, one of each plane. */
@inline
function total(list: usize, planes: i32, w: usize, room: usize, carries: i32): void {
  // Carries into a plane, and those out of it: two lists behind the sum that take turns.
  let from = room + ((<usize>planes) << 4)
  let to = from + ((<usize>carries) << 4)
  let end = from
  for (let p = 0; p < planes; p++) {
    const count = load<i32>(list)
    let put = to
    let sum = i32x4.splat(0)
    list += 4
    const stop = list + (((<usize>count) & ~1) << 2)
    for (; list < stop; list += 8) {
      const b = v128.load(<usize>load<u32>(list) + w), c = v128.load(<usize>load<u32>(list, 4) + w)
      v128.store(put, carry(sum, b, c))
      sum = odd(sum, b, c)
      put += 16
    }
    let one = i32x4.splat(0)
    if (count & 1) {
      one = v128.load(<usize>load<u32>(list) + w)
      list += 4
    }
    let get = from
    for (; get + 16 < end; get += 32) {
      const b = v128.load(get), c = v128.load(get, 16)
      v128.store(put, carry(sum, b, c))
      sum = odd(sum, b, c)
      put += 16
    }
    const last = get < end ? v128.load(get) : i32x4.splat(0)
    v128.store(put, carry(sum, one, last))
    v128.store(room + ((<usize>p) << 4), odd(sum, one, last))
    end = put + 16
    const held = from
    from = to
    to = held
  }
}

/** A neuron: its spikes to `out` and their opposite to `opposite`, where the sum of its list is at least `need`. */
export function fire(
  list: usize, planes: i32, blocks: i32, need: i32, out: usize, opposite: usize, room: usize, carries: i32,
): void {
  const all = i32x4.splat(-1)
  for (let w: usize = 0; w < (<usize>blocks) << 4; w += 16) {
    total(list, planes, w, room, carries)
    // Bit by bit from the lowest: equal so far counts as enough.
    let enough = all
    for (let p = 0; p < planes; p++) {
      const s = v128.load(room + ((<usize>p) << 4))
      enough = (need >> p) & 1 ? v128.and(enough, s) : v128.or(enough, s)
    }
    v128.store(out + w, enough)
    v128.store(opposite + w, v128.not(enough))
  }
}

/** The sum of a list, plane by plane, each of `blocks` words, to `out`. */
export function count(list: usize, planes: i32, blocks: i32, out: usize, room: usize, carries: i32): void {
  for (let w: usize = 0; w < (<usize>blocks) << 4; w += 16) {
    total(list, planes, w, room, carries)
    for (let p = 0; p < planes; p++)
      v128.store(out + (((<usize>p) * (<usize>blocks)) << 4) + w, v128.load(room + ((<usize>p) << 4)))
  }
}
