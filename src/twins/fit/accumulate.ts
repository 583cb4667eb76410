import type { SparseRow } from './rows.ts'

/** Rows that are added at once: each number of the matrix is then fetched and written a quarter as often. */
const TOGETHER = 4

/**
 * Adds weight j^T j of many rows j to a symmetric matrix, lower triangle, row by row.
 *
 * Rows whose numbers lie next to each other at the same place wait for three more of their kind. `flush` adds those that still wait.
 */
export class Accumulator {
  readonly #into: Float64Array
  readonly #size: number
  /** The rows that wait, one after the other, `#count` numbers each. */
  readonly #values: Float64Array
  readonly #weights = new Float64Array(TOGETHER)
  #waiting = 0
  #first = 0
  #count = 0

  constructor(into: Float64Array, size: number) {
    this.#into = into
    this.#size = size
    this.#values = new Float64Array(TOGETHER * size)
  }

  add(row: SparseRow, weight: number): void {
    const { count, index, value } = row
    if (count === 0) return
    const first = index[0]
    if (index[count - 1] - first !== count - 1) {
      this.#scattered(row, weight)
      return
    }
    if (first !== this.#first || count !== this.#count) {
      this.flush()
      this.#first = first
      this.#count = count
    }
    const values = this.#values
    const at = this.#waiting * count
    for (let a = 0; a < count; a++) values[at + a] = value[a]
    this.#weights[this.#waiting++] = weight
    if (this.#waiting === TOGETHER) this.#four()
  }

  flush(): void {
    if (this.#waiting === 0) return
    // Rows of zeros take the empty places.
    this.#values.fill(0, this.#waiting * this.#count, TOGETHER * this.#count)
    this.#weights.fill(0, this.#waiting)
    this.#four()
  }

  #four(): void {
    const [into, size, values, count, first] = [this.#into, this.#size, this.#values, this.#count, this.#first]
    const [w0, w1, w2, w3] = this.#weights
    const [second, third, fourth] = [count, 2 * count, 3 * count]
    for (let a = 0; a < count; a++) {
      const from = (first + a) * size + first
      const [s0, s1] = [w0 * values[a], w1 * values[second + a]]
      const [s2, s3] = [w2 * values[third + a], w3 * values[fourth + a]]
      for (let b = 0; b <= a; b++)
        into[from + b] += s0 * values[b] + s1 * values[second + b] + s2 * values[third + b] + s3 * values[fourth + b]
    }
    this.#waiting = 0
  }

  #scattered({ count, index, value }: SparseRow, weight: number): void {
    const [into, size] = [this.#into, this.#size]
    for (let a = 0; a < count; a++) {
      const from = index[a] * size
      const weighted = weight * value[a]
      for (let b = 0; b <= a; b++) into[from + index[b]] += weighted * value[b]
    }
  }
}
