import type { Prediction } from './predict.ts'

/** Standard deviations of the mean square that chance is left. */
const CHANCE = 6

/** How far readings lie from a prediction, in its own standard deviations, and how far chance may take a right one. */
export class Distance {
  #squares = 0
  #shares = 0
  #readings = 0

  /** Adds the first `count` readings; `noise` is what the prediction does not know of. */
  add(sense: Float64Array, { mean, deviation, fromParameters }: Prediction, count: number, noise: number): void {
    for (let i = 0; i < count; i++) {
      const scale = Math.hypot(deviation[i], noise)
      const off = sense[i] - mean[i]
      this.#readings++
      // A bank of which nothing is known says nothing of its readings; nor does one without errors where no noise is stated.
      if (scale === Number.POSITIVE_INFINITY || scale === 0) continue
      this.#squares += (off / scale) ** 2
      this.#shares += (fromParameters[i] / scale) ** 2
    }
  }

  /** Root mean square in standard deviations. */
  get deviation(): number {
    return Math.sqrt(this.#squares / this.#readings)
  }

  /**
   * The largest that chance leaves of it: a mean square of n independent readings scatters by sqrt(2 / n) about 1, and as far as
   * errors of parameters make it up, which readings have in common, by up to sqrt(2).
   */
  get allowed(): number {
    const share = this.#shares / this.#readings
    return Math.sqrt(1 + CHANCE * Math.SQRT2 * (share + 1 / Math.sqrt(this.#readings)))
  }
}
