import type { Receipt } from '../../contract/backend.ts'
import type { Readings } from '../../contract/sheet.ts'
import type { Estimate, Health } from '../rule.ts'

/** Adds up the gradient over the rows of a lesson from pairs of local readings, and how well they stood out. */
export class Products {
  readonly #port: Readings
  readonly #rows: number
  readonly #gradient: Float64Array
  /** Rows that a parameter's gradient lacks because a reading was invalid. */
  readonly #missed: Float64Array
  #squares = 0
  #read = 0

  /** The sum goes to `gradient`, which is cleared. */
  constructor(port: Readings, rows: number, gradient: Float64Array) {
    this.#port = port
    this.#rows = rows
    this.#gradient = gradient.fill(0)
    this.#missed = new Float64Array(gradient.length)
  }

  /**
   * Adds q a / scale of one row, q from `local` and a from `change`, both rows x parameters. `shared` is the variance of
   * noise that q and -a have in common, which the mean of their product lacks.
   */
  add(row: number, local: Float64Array, change: Float64Array, scale: number, shared = 0): void {
    const gradient = this.#gradient
    const at = row * gradient.length
    const share = 1 / scale
    let squares = 0
    let read = 0
    for (let i = 0; i < gradient.length; i++) {
      const a = change[at + i]
      const product = local[at + i] * a + shared
      // What is no number, or infinite, does not cancel with itself.
      if (product - product !== 0) {
        this.#missed[i]++
        continue
      }
      gradient[i] += product * share
      squares += a * a
      read++
    }
    this.#squares += squares
    this.#read += read
  }

  /** The mean over the rows; what could not be read does not enter, and counts as discarded. */
  estimate(cost: number, receipts: readonly Receipt[]): Estimate {
    const gradient = this.#gradient
    let discarded = 0
    for (let i = 0; i < gradient.length; i++) {
      const rows = this.#rows - this.#missed[i]
      gradient[i] = rows === 0 ? 0 : gradient[i] / rows
      discarded += this.#missed[i]
    }
    const sum = (field: 'slots' | 'clipped' | 'saturated' | 'retries') =>
      receipts.reduce((total, receipt) => total + receipt[field], 0)
    const rms = this.#read === 0 ? 0 : Math.sqrt(this.#squares / this.#read)
    const { step, noise } = this.#port
    const health: Health = {
      ...(step > 0 && { signalSteps: rms / step }),
      ...(noise > 0 && { signalToNoise: rms / noise }),
      ...(discarded > 0 && { discarded }),
    }
    return {
      cost,
      gradient,
      slots: sum('slots'),
      clipped: sum('clipped'),
      saturated: sum('saturated'),
      retries: sum('retries'),
      health,
    }
  }
}
