import type { MovedReading } from '../news.ts'
import type { SharedScatter } from './scatter.ts'
import { chiSquareTail } from './tail.ts'

/** What a window of steps says. */
export interface WindowVerdict {
  /** Root mean square of reading minus expectation, in sigma, and what it is where nothing has moved. */
  readonly deviation: number
  readonly usual: number
  /** How often a machine that has not moved shows as much. */
  readonly chance: number
  readonly readings: readonly MovedReading[]
}

/** Sums of reading minus expectation over the steps of one window. */
export class DriftWindow {
  readonly #sigma: Float64Array
  readonly #sums: Float64Array
  readonly #squares: Float64Array
  #rows = 0
  steps = 0

  constructor(sigma: Float64Array) {
    this.#sigma = sigma
    this.#sums = new Float64Array(sigma.length)
    this.#squares = new Float64Array(sigma.length)
  }

  add(sense: Float64Array, expected: Float64Array): void {
    const width = this.#sigma.length
    for (let i = 0; i < sense.length; i++) {
      const c = i % width
      const off = (sense[i] - expected[i]) / this.#sigma[c]
      this.#sums[c] += off
      this.#squares[c] += off * off
    }
    this.#rows += sense.length / width
    this.steps++
  }

  clear(): void {
    this.#sums.fill(0)
    this.#squares.fill(0)
    this.#rows = 0
    this.steps = 0
  }

  /**
   * Judges the window. Without a drift the n readings in it, each over its sigma, are normal with the covariance 1 + M, M what the
   * errors of the calibration make of them; chi^2 then has the mean n (1 + own) and the variance 2 n (1 + 2 own) + 2 n^2 shared,
   * and is taken for a scaled chi^2 with those two moments (Satterthwaite 1946). Sigma^2 is an estimate itself, from `spare` readings,
   * and adds what that is uncertain. `slack` is by how much the variance of a reading may grow before that counts as drift.
   */
  judge({ own, shared }: SharedScatter, slack: number, spare = Number.POSITIVE_INFINITY): WindowVerdict {
    const count = this.#rows * this.#sigma.length
    const square = this.#squares.reduce((sum, one) => sum + one, 0)
    // Mean and further relative variance of the ratio of two chi^2, as of Fisher's F; few readings to spare tell next to nothing.
    const [behind, further] = spare > 5 ? [1 / (1 - 2 / spare), 2 / (spare - 4)] : [5, 2]
    const mean = behind * (1 + slack) * count * (1 + own)
    const known = (behind * (1 + slack)) ** 2 * (2 * count * (1 + 2 * own) + 2 * count * count * shared)
    const variance = known + further * mean * mean
    const freedom = (2 * mean * mean) / variance
    const readings = Array.from(this.#squares, (one, reading) => ({
      reading,
      deviation: Math.sqrt(one / this.#rows),
      mean: this.#sums[reading] / this.#rows,
    })).sort((a, b) => b.deviation - a.deviation)
    return {
      deviation: Math.sqrt(square / count),
      usual: Math.sqrt(1 + own),
      chance: chiSquareTail((square / mean) * freedom, freedom),
      readings,
    }
  }
}
