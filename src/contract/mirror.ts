import { expandDense } from '../codes/expand.ts'
import { InsituError } from '../errors.ts'
import type { Delta, Track } from './block.ts'
import { rowsFor } from './block.ts'
import { limitError } from './check.ts'
import type { DataSheet } from './sheet.ts'
import { bankOffsets, nameOf, safeTheta } from './sheet.ts'

/** Allowed rounding when theta + delta is compared with a limit, relative to the range. */
const ROUNDING = 1e-12

/** What the host knows of the stored parameters, and how far each bank is from its limits. */
export class Mirror {
  /** Last stored values; the safe values before the first store. */
  readonly theta: Float64Array
  /** Values of a write that failed: the machine holds these or `theta`, so both must keep the limits. */
  #doubt: Float64Array | undefined
  /** What moved the parameters to nobody knows where, if anything did. */
  #lost: string | undefined
  readonly #sheet: DataSheet
  readonly #offsets: readonly number[]
  readonly #slack: Float64Array

  constructor(sheet: DataSheet) {
    this.#sheet = sheet
    this.#offsets = bankOffsets(sheet)
    this.#slack = new Float64Array(sheet.banks.length)
    this.theta = safeTheta(sheet)
    this.set(this.theta)
  }

  /** The machine holds `theta`. */
  set(theta: Float64Array): void {
    if (theta !== this.theta) this.theta.set(theta)
    this.#doubt = undefined
    this.#lost = undefined
    this.#slack.fill(Number.POSITIVE_INFINITY)
    this.#tighten(theta)
  }

  /** A write of `theta` failed: perturbations must fit around both values until a write succeeds. */
  doubt(theta: Float64Array): void {
    this.#doubt = theta.slice()
    this.#tighten(theta)
  }

  /** The parameters have moved unread: no perturbation is known to fit until `set`. */
  lose(since: string): void {
    this.#lost = since
    this.#slack.fill(0)
  }

  #tighten(theta: Float64Array): void {
    const { banks } = this.#sheet
    for (let b = 0; b < banks.length; b++) {
      const { min, max } = banks[b]
      const end = this.#offsets[b + 1]
      let lowest = Number.POSITIVE_INFINITY
      let highest = Number.NEGATIVE_INFINITY
      for (let i = this.#offsets[b]; i < end; i++) {
        const value = theta[i]
        if (value < lowest) lowest = value
        if (value > highest) highest = value
      }
      const slack = Math.min(max - highest, lowest - min)
      this.#slack[b] = Math.min(this.#slack[b], slack + ROUNDING * (max - min))
    }
  }

  /** Whether a perturbation by amplitudes keeps every parameter within its limits. */
  fits(amplitudes: readonly number[]): boolean {
    for (let b = 0; b < amplitudes.length; b++) if (amplitudes[b] > this.#slack[b]) return false
    return true
  }

  /**
   * Brings theta + delta within the limits: throws `LIMIT` (refuse), or returns a delta cut short and the number of
   * parameter rows that were moved (clip).
   */
  limit(delta: Delta, slots: number, policy: 'refuse' | 'clip'): { delta: Delta; clipped: number } {
    if (delta.kind !== 'track' && this.fits(delta.amplitudes)) return { delta, clipped: 0 }
    if (this.#lost !== undefined) throw this.#unknown()
    const dense = expandDense(delta, slots, this.#sheet)
    const rows = rowsFor(slots, dense.hold)
    // Nothing can be clipped around values that are not known for sure.
    if (this.#doubt !== undefined) this.#limitDense(this.#doubt, dense, rows, undefined)
    const out = policy === 'clip' ? dense.data.slice() : undefined
    const clipped = this.#limitDense(this.theta, dense, rows, out)
    if (clipped === 0 || out === undefined) return { delta, clipped: 0 }
    return { delta: { kind: 'track', data: out, hold: dense.hold }, clipped }
  }

  #unknown(): InsituError {
    return new InsituError(
      'LIMIT',
      `${nameOf(this.#sheet)}: its parameters are unknown since ${this.#lost}, so no perturbation is known to keep the limits; nothing was sent`,
      { device: this.#sheet.machine, hint: 'store the parameters again, or read its learning field if it has one' },
    )
  }

  #limitDense(theta: Float64Array, track: Track, rowCount: number, out: Float64Array | undefined): number {
    const params = theta.length
    let moved = 0
    this.#sheet.banks.forEach((bank, b) => {
      const tolerance = ROUNDING * (bank.max - bank.min)
      for (let row = 0; row < rowCount; row++) {
        for (let i = this.#offsets[b]; i < this.#offsets[b + 1]; i++) {
          const value = theta[i] + track.data[row * params + i]
          if (value <= bank.max + tolerance && value >= bank.min - tolerance) continue
          if (out === undefined) throw limitError(this.#sheet, `theta[${i}] + delta (${bank.name})`, value, bank)
          out[row * params + i] = (value > bank.max ? bank.max : bank.min) - theta[i]
          moved++
        }
      }
    })
    return moved
  }
}
