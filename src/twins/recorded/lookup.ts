import type { Port } from '../../contract/sheet.ts'

/** Part of a continuous port's range within which two numbers are the same: what writing a number down may lose. */
const SAME = 1e-12

/** Rows of numbers that are found again by their values, within half a step of the hardware each. */
export class Rows {
  readonly count: number
  readonly #width: number
  readonly #data: Float64Array
  /** How far two numbers of the same row may differ. */
  readonly #within: Float64Array
  /** Row numbers by their first number, rising. */
  readonly #order: Uint32Array

  constructor(data: Float64Array, count: number, ports: readonly Port[]) {
    const width = ports.length
    this.count = count
    this.#width = width
    this.#data = data
    // A machine cannot tell values within half a step; a hair more, for what rounding does to a half.
    this.#within = Float64Array.from(ports, ({ step, min, max }) =>
      step > 0 ? 0.5 * (1 + 1e-9) * step : SAME * (max - min),
    )
    this.#order = Uint32Array.from({ length: count }, (_, row) => row)
    if (width > 0) this.#order.sort((a, b) => data[a * width] - data[b * width])
  }

  /** Numbers of all rows like the one that begins at `at`. */
  find(values: Float64Array, at: number): number[] {
    const [data, width, order] = [this.#data, this.#width, this.#order]
    if (width === 0) return this.count > 0 ? [0] : []
    const first = values[at]
    const end = first + this.#within[0]
    const found: number[] = []
    for (let n = this.#from(first - this.#within[0]); n < order.length && data[order[n] * width] <= end; n++)
      if (this.#like(order[n], values, at)) found.push(order[n])
    return found.sort((a, b) => a - b)
  }

  /** The row with the least distance, each number in the range of its port, and where it differs most. */
  nearest(values: Float64Array, at: number, ports: readonly Port[]): { row: number; column: number; value: number } {
    const [data, width] = [this.#data, this.#width]
    let [best, least] = [0, Infinity]
    const off = (row: number, i: number) =>
      Math.abs(data[row * width + i] - values[at + i]) / (ports[i].max - ports[i].min)
    for (let row = 0; row < this.count; row++) {
      let sum = 0
      for (let i = 0; i < width && sum < least; i++) sum += off(row, i) ** 2
      if (sum >= least) continue
      least = sum
      best = row
    }
    const columns = Array.from({ length: width }, (_, i) => off(best, i))
    const column = columns.indexOf(Math.max(...columns))
    return { row: best, column, value: data[best * width + column] }
  }

  #from(value: number): number {
    let [low, high] = [0, this.#order.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.#data[this.#order[middle] * this.#width] < value) low = middle + 1
      else high = middle
    }
    return low
  }

  #like(row: number, values: Float64Array, at: number): boolean {
    for (let i = 0; i < this.#width; i++)
      if (Math.abs(this.#data[row * this.#width + i] - values[at + i]) > this.#within[i]) return false
    return true
  }
}
