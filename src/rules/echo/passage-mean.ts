import { norm } from '../../reference/norm.ts'
import type { Health } from '../rule.ts'

/** Mean over passages of a gradient of which single entries may be missing. */
export class PassageMean {
  readonly #sum: Float64Array
  /** Passages that an entry lacks because a reading was invalid. */
  readonly #missed: Float64Array
  #passages = 0

  /** The sum goes to `gradient`, which is cleared. */
  constructor(gradient: Float64Array) {
    this.#sum = gradient.fill(0)
    this.#missed = new Float64Array(gradient.length)
  }

  add(gradient: Float64Array): void {
    this.#passages++
    for (let i = 0; i < gradient.length; i++) {
      if (Number.isFinite(gradient[i])) this.#sum[i] += gradient[i]
      else this.#missed[i]++
    }
  }

  /** Turns the sum into the mean, 0 where nothing was read; `deviation` is the standard deviation of one passage's entry. */
  finish(deviation: number): Pick<Health, 'gradientError' | 'discarded'> {
    const mean = this.#sum
    let discarded = 0
    let squares = 0
    for (let i = 0; i < mean.length; i++) {
      const count = this.#passages - this.#missed[i]
      discarded += this.#missed[i]
      if (count === 0) continue
      mean[i] /= count
      squares += deviation ** 2 / count
    }
    const seen = norm(mean)
    const error = Math.sqrt(squares)
    // What was seen holds the noise too: the gradient's own size is what is left without it, where anything is.
    const size = seen > error ? Math.sqrt(seen ** 2 - squares) : seen
    return {
      ...(error > 0 && size > 0 && { gradientError: error / size }),
      ...(discarded > 0 && { discarded }),
    }
  }
}
