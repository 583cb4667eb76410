import type { Readings } from '../contract/sheet.ts'
import type { AnyDevice, Bench } from './bench.ts'
import { demand } from './law.ts'

/** One way to bring about readings, and how to call it in a message. */
export interface Way {
  readonly label: string
  readonly run: (device: AnyDevice) => Promise<Float64Array>
}

/**
 * Demands that two ways give the same readings.
 *
 * A repeatable machine must agree bit for bit, each way on a machine in its first state (so that seeded noise and drift
 * are the same). Any other is measured many times, both ways by turns, and the means must agree within the stated noise.
 * `of` is what is read, the outputs unless said otherwise.
 */
export async function same(bench: Bench, a: Way, b: Way, of: Readings = bench.sheet.sense): Promise<void> {
  if (bench.sheet.repeatable) {
    const first = await bench.device(a.run)
    const second = await bench.device(b.run)
    const at = firstDifference(first, second)
    demand(
      at < 0,
      `${b.label} to read as ${a.label}, bit for bit`,
      at === first.length || at === second.length
        ? `${second.length} readings instead of ${first.length}`
        : `${second[at]} instead of ${first[at]} ${of.unit} at ${where(of, at)}`,
    )
    return
  }
  const repeats = bench.options.repeats ?? 64
  const [meanA, meanB] = await bench.device(async (device) => {
    const sums: [Float64Array, Float64Array] = [new Float64Array(0), new Float64Array(0)]
    for (let n = 0; n < repeats; n++) {
      for (const [w, way] of [a, b].entries()) {
        const values = await way.run(device)
        if (n === 0) sums[w] = new Float64Array(values.length)
        for (let i = 0; i < values.length; i++) sums[w][i] += values[i] / repeats
      }
    }
    return sums
  })
  const tolerance = meanTolerance(bench, repeats, of)
  closeTo(of, meanB, meanA, tolerance, `${b.label} to read as ${a.label} (means of ${repeats})`)
}

/** Allowed difference of two means of `repeats` readings: k sigma sqrt(2 / n), rounding to steps included. */
export function meanTolerance(bench: Bench, repeats: number, { noise, step }: Readings = bench.sheet.sense): number {
  const sigma = Math.hypot(noise, step / Math.sqrt(12))
  return (bench.options.sigmas ?? 5) * sigma * Math.sqrt(2 / repeats)
}

/** Demands equal length and a difference of at most `tolerance` everywhere. */
export function closeTo(
  of: Readings,
  seen: Float64Array,
  wanted: Float64Array,
  tolerance: number,
  expected: string,
): void {
  demand(seen.length === wanted.length, expected, `${seen.length} numbers instead of ${wanted.length}`)
  for (let i = 0; i < seen.length; i++) {
    demand(
      Math.abs(seen[i] - wanted[i]) <= tolerance,
      `${expected} within ${tolerance}`,
      `${seen[i]} instead of ${wanted[i]} at ${where(of, i)}`,
    )
  }
}

/** Index of the first element that differs, the shorter length if one is longer, -1 if equal. NaN equals nothing. */
export function firstDifference(a: Float64Array, b: Float64Array): number {
  const shorter = Math.min(a.length, b.length)
  for (let i = 0; i < shorter; i++) if (a[i] !== b[i]) return i
  return a.length === b.length ? -1 : shorter
}

/** Whether two sets of readings of one machine differ by more than its noise explains. */
export function differs(bench: Bench, a: Float64Array, b: Float64Array, { noise } = bench.sheet.sense): boolean {
  return a.some((value, i) => Math.abs(value - b[i]) > 2 * (bench.options.sigmas ?? 5) * noise)
}

function where({ width }: Readings, index: number): string {
  return `slot ${Math.floor(index / width)}, reading ${index % width}`
}
