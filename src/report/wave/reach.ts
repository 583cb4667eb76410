/** Where a scale ends. */
export interface Reach {
  /** The scale goes from -reach to reach. */
  readonly reach: number
  /** Some values lie beyond. */
  readonly beyond: boolean
}

/** Share of the values that a scale holds where a few are far larger than the rest. */
const HELD = 0.995
/** Most numbers of a list that are looked at for it. */
const MOST = 10_000
const STRIDE = 7919

/** A scale that holds all values, or nearly all where the few others would leave the rest without colour. */
export function reachOf(...lists: readonly Float64Array[]): Reach {
  const most = largest(lists)
  const sizes = new Float64Array(lists.reduce((sum, { length }) => sum + Math.min(length, MOST), 0))
  let count = 0
  for (const list of lists) {
    const looked = Math.min(list.length, MOST)
    // A large prime as stride meets all sites and moments, where a small one may meet every second site only.
    const stride = looked < list.length ? STRIDE : 1
    for (let n = 0; n < looked; n++) {
      const value = list[(n * stride) % list.length]
      if (Number.isFinite(value)) sizes[count++] = Math.abs(value)
    }
  }
  const known = sizes.subarray(0, count).sort()
  const held = known[Math.min(count - 1, Math.floor(HELD * count))] ?? 0
  const beyond = held > 0 && most > 1.5 * held
  return { reach: rounded(beyond ? held : most), beyond }
}

/** Size of the largest finite value. */
export function largest(lists: readonly Float64Array[]): number {
  let most = 0
  for (const list of lists) {
    for (const value of list) if (Math.abs(value) > most && Number.isFinite(value)) most = Math.abs(value)
  }
  return most
}

/** The next number with two digits above a value: ticks stay short. */
export function rounded(value: number): number {
  if (!(value > 0)) return 0
  const unit = 10 ** (Math.floor(Math.log10(value)) - 1)
  return Number((Math.ceil(value / unit - 1e-9) * unit).toPrecision(2))
}

/** Round numbers between two ends, about `count` of them. */
export function roundTicks(from: number, to: number, count: number): number[] {
  const rough = (to - from) / count
  if (!(rough > 0)) return [from]
  const decade = 10 ** Math.floor(Math.log10(rough))
  const step = ([1, 2, 5].find((digit) => digit * decade >= rough * 0.999) ?? 10) * decade
  const ticks: number[] = []
  for (let n = Math.ceil(from / step - 1e-9); n * step <= to + 1e-9 * step; n++)
    ticks.push(Number((n * step).toPrecision(12)))
  return ticks
}
