import { createCode } from '../../src/codes/code.ts'
import type { Code } from '../../src/contract/block.ts'
import { type Layout, toCount } from '../../src/wire/index.ts'
import { roundShift } from '../../src/wire/scaling.ts'

const MOST = 2 ** 31 - 1 - 0x8000
const LEAST = -(2 ** 31)
/** Sixteen bits below one count. */
const FRACTION = 65536

/** Follows a device's parameters to the last bit through APPLY; see "The chip's integer arithmetic". */
export class FixedTheta {
  readonly #layout: Layout
  readonly #theta: Float64Array
  #exact = true

  constructor(layout: Layout) {
    this.#layout = layout
    this.#theta = new Float64Array(layout.paramCount)
  }

  /** Whether the host knows the fractions: from a write on, until the device learned by itself. */
  get exact(): boolean {
    return this.#exact
  }

  forget(): void {
    this.#exact = false
  }

  load(theta: Float64Array): void {
    this.#each((i, step) => {
      this.#theta[i] = toCount(theta[i], step) * FRACTION
    })
    this.#exact = true
  }

  /** Does what the device does with whole-number coefficients of `2^-exponent`. */
  apply(code: Code, exponent: number, coefficients: ArrayLike<number>): void {
    const theta = this.#theta
    const source = createCode(code.family, code.seed, theta.length)
    const values = new Float64Array(theta.length)
    const sine = code.family === 'sinusoid'
    for (let k = 0; k < coefficients.length; k++) {
      source.fill(code.first + k, values)
      let i = 0
      this.#layout.banks.forEach(({ width, step }, b) => {
        const inc = roundShift(coefficients[k] * toCount(code.amplitudes[b], step), exponent)
        for (const end = i + width; i < end; i++) {
          const move = sine ? Math.floor((inc * Math.round(values[i] * 32767)) / 32768) : inc * values[i]
          theta[i] = Math.max(LEAST, Math.min(MOST, theta[i] + move))
        }
      })
    }
  }

  /** What the converters hold, in bank units. */
  read(into: Float64Array): void {
    this.#each((i, step) => {
      into[i] = Math.floor((this.#theta[i] + FRACTION / 2) / FRACTION) * step
    })
  }

  #each(visit: (index: number, step: number) => void): void {
    let i = 0
    for (const { width, step } of this.#layout.banks) for (const end = i + width; i < end; i++) visit(i, step)
  }
}
