import type { Readings } from '../contract/sheet.ts'
import type { AnyDevice, Bench, Change } from './bench.ts'
import { demand } from './law.ts'

/** One way to bring about readings, and how to call it in a message. */
export interface Way {
  readonly label: string
  readonly run: (device: AnyDevice) => Promise<Float64Array>
  /** What stands between the machine and its handle, if anything does. */
  readonly through?: Change
}

/**
 * Demands that two ways give the same readings.
 *
 * A repeatable machine must agree bit for bit, each way on a machine in its first state (so that seeded noise and drift
 * are the same). Any other is measured many times, both ways by turns, and the means must agree within the stated noise.
 * A reading that could not be taken is NaN: a repeatable machine must then lose the same ones; any other leaves them out
 * of the means, and must lose as many either way as chance explains. That none at all was taken is not agreement.
 * `of` is what is read, the outputs unless said otherwise.
 */
export async function same(bench: Bench, a: Way, b: Way, of: Readings = bench.sheet.sense): Promise<void> {
  const expected = `${b.label} to read as ${a.label}`
  if (bench.sheet.repeatable) {
    const first = await bench.device(a.run, {}, a.through)
    const second = await bench.device(b.run, {}, b.through)
    const at = firstDifference(first, second)
    demand(
      at < 0,
      `${expected}, bit for bit`,
      at === first.length || at === second.length
        ? `${second.length} readings instead of ${first.length}`
        : `${second[at]} instead of ${first[at]} ${of.unit} at ${where(of, at)}`,
    )
    demand(!second.every(Number.isNaN), expected, 'no reading taken either way')
    return
  }
  await sameOnAverage(bench, a, b, of)
}

/** Demands that the means of many goes of two ways agree within the stated noise. */
export async function sameOnAverage(bench: Bench, a: Way, b: Way, of: Readings = bench.sheet.sense): Promise<void> {
  const expected = `${b.label} to read as ${a.label}`
  const [meansA, meansB] = await bench.devices(
    async (devices) => {
      const means: Means[] = []
      for (let n = 0; n < bench.repeats; n++) {
        for (const [w, way] of [a, b].entries()) {
          const values = await way.run(devices[w])
          means[w] ??= new Means(values.length)
          means[w].addAll(values, expected)
        }
      }
      return means
    },
    {},
    a.through,
    b.through,
  )
  closeTo(bench, of, meansB, meansA, `${expected} (means of ${bench.repeats})`)
}

/** Means of readings of which some could not be taken: each over those that were. */
export class Means {
  readonly #sums: Float64Array
  /** How many readings are behind each mean. */
  readonly taken: Uint32Array

  constructor(length: number) {
    this.#sums = new Float64Array(length)
    this.taken = new Uint32Array(length)
  }

  get length(): number {
    return this.taken.length
  }

  /** NaN where nothing was taken. */
  at(index: number): number {
    return this.#sums[index] / this.taken[index]
  }

  add(index: number, value: number): void {
    if (Number.isNaN(value)) return
    this.#sums[index] += value
    this.taken[index]++
  }

  addAll(values: Float64Array, expected: string): void {
    demand(values.length === this.length, expected, `${values.length} readings, before that ${this.length}`)
    for (let i = 0; i < values.length; i++) this.add(i, values[i])
  }
}

/** Allowed difference of two means of `n` and `m` readings: k sigma sqrt(1 / n + 1 / m), rounding to steps included. */
export function meanTolerance(bench: Bench, n: number, m: number, of: Readings = bench.sheet.sense): number {
  return bench.sigmas * Math.hypot(of.noise, of.step / Math.sqrt(12)) * Math.sqrt(1 / n + 1 / m)
}

/** Demands as many means, from as many readings and with the same values as noise and chance allow. */
export function closeTo(bench: Bench, of: Readings, seen: Means, wanted: Means, expected: string): void {
  demand(seen.length === wanted.length, expected, `${seen.length} numbers instead of ${wanted.length}`)
  let compared = 0
  for (let i = 0; i < seen.length; i++) {
    const [n, m] = [seen.taken[i], wanted.taken[i]]
    // If both ways lose alike, each reading taken fell to either with the same chance.
    demand(
      Math.abs(n - m) <= bench.sigmas * Math.sqrt(n + m),
      expected,
      `${n} taken instead of ${m} at ${where(of, i)}`,
    )
    if (n === 0 || m === 0) continue
    compared++
    const tolerance = meanTolerance(bench, n, m, of)
    demand(
      Math.abs(seen.at(i) - wanted.at(i)) <= tolerance,
      `${expected} within ${tolerance}`,
      `${seen.at(i)} instead of ${wanted.at(i)} at ${where(of, i)}`,
    )
  }
  demand(compared > 0, expected, 'no reading taken both ways')
}

/**
 * Index of the first element that differs, the shorter length if one is longer, -1 if equal. NaN, a reading that could
 * not be taken, equals NaN alone.
 */
export function firstDifference(a: Float64Array, b: Float64Array): number {
  const shorter = Math.min(a.length, b.length)
  for (let i = 0; i < shorter; i++) if (a[i] !== b[i] && !(Number.isNaN(a[i]) && Number.isNaN(b[i]))) return i
  return a.length === b.length ? -1 : shorter
}

/** Whether two sets of readings of one machine differ by more than its noise explains. */
export function differs(bench: Bench, a: Float64Array, b: Float64Array, { noise } = bench.sheet.sense): boolean {
  return a.some((value, i) => Math.abs(value - b[i]) > 2 * bench.sigmas * noise)
}

function where({ width }: Readings, index: number): string {
  return `slot ${Math.floor(index / width)}, reading ${index % width}`
}
