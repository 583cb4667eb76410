import { powerOfTen, written } from './lattice/numbers.ts'

/** Ticks of an axis and how they are written, as Observable Plot takes them. */
export interface Ticks {
  readonly ticks: number | number[]
  readonly tickFormat: (value: number) => string
}

/** Labels along a logarithmic axis at most. */
const MOST = 6

/** Ticks of the horizontal axis. */
export function xTicks(scale: 'linear' | 'log', points: readonly { readonly x: number }[]) {
  const values = points.map(({ x }) => x)
  if (scale === 'log') return { type: 'log', ...logTicks(values) } as const
  return { ticks: wholeTicks(values) ?? 5, tickFormat: short }
}

/**
 * Ticks of a logarithmic axis: 1, 2 and 5 of every decade the values touch; the 1 alone over more than two decades, and not
 * of every decade where they are many.
 */
export function logTicks(values: readonly number[]): Ticks {
  if (values.length === 0) return { ticks: [], tickFormat: String }
  const low = Math.log10(values.reduce((a, b) => Math.min(a, b)))
  const high = Math.log10(values.reduce((a, b) => Math.max(a, b)))
  const every = Math.ceil((high - low) / MOST)
  const ticks: number[] = []
  for (let decade = Math.floor(low); decade <= high; decade++) {
    if (every > 1 && decade % every !== 0) continue
    for (const digit of high - low > 2 ? [1] : [1, 2, 5]) {
      const tick = Number(`${digit}e${decade}`)
      if (Math.log10(tick) >= low && Math.log10(tick) <= high) ticks.push(tick)
    }
  }
  const plain = ticks.every((tick) => tick >= 1e-3 && tick <= 1e3)
  return { ticks, tickFormat: plain || high - low <= 2 ? (value) => written(value) : power }
}

/** A power of ten in raised digits, also where plain digits would do: along an axis all are written alike. */
const power = (value: number) => (value === 1 ? '1' : powerOfTen(Math.round(Math.log10(value))))

/** A tick as short as can be: 0.2, 5, 1.5k, 20k, 3M. */
function short(value: number): string {
  const [per, letter] = Math.abs(value) >= 1e6 ? [1e6, 'M'] : Math.abs(value) >= 1000 ? [1000, 'k'] : [1, '']
  return `${Number((value / per).toPrecision(6))}${letter}`
}

/** Every whole number from end to end, where the values lie on a few of them: half an epoch is nothing to point at. */
function wholeTicks(values: readonly number[]): number[] | undefined {
  const low = values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY)
  const high = values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY)
  if (!values.every(Number.isInteger) || high - low > 6) return undefined
  return Array.from({ length: Math.max(0, high - low + 1) }, (_, n) => low + n)
}
