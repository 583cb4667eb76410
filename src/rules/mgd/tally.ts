import type { Receipt } from '../../contract/backend.ts'
import type { DataSheet } from '../../contract/sheet.ts'
import { type Cost, costNoise, type Targets } from '../../cost/cost.ts'
import type { Estimate, Health } from '../rule.ts'

/** Adds up what one window saw: receipts, costs and the size of the signal. */
export class Tally {
  readonly #sheet: DataSheet
  /** Variance of a cost change over that of one cost, for reading noise and for noise of the settings. */
  readonly #readingShare: number
  readonly #addedShare: number
  #slots = 0
  #clipped = 0
  #saturated = 0
  #retries = 0
  #cost = 0
  #costs = 0
  #discarded = 0
  #changes = 0
  #changeSquares = 0
  #signals = 0
  #signalSquares = 0
  #noise = 0

  constructor(sheet: DataSheet, difference: 'baseline' | 'opposite', noisyBaseline: boolean) {
    this.#sheet = sheet
    // A difference of two costs has twice the variance of one, half of a difference a quarter of that.
    this.#readingShare = difference === 'opposite' ? 0.5 : 2
    this.#addedShare = difference === 'opposite' ? 0.5 : noisyBaseline ? 2 : 1
  }

  receipt(receipt: Receipt): void {
    this.#slots += receipt.slots
    this.#clipped += receipt.clipped
    this.#saturated += receipt.saturated
    this.#retries += receipt.retries
  }

  /** How much of a cost over `rows` rows is reading noise, by the sheet. */
  noise(cost: Cost, sense: Float64Array, slots: number, targets: Targets, rows: number): void {
    const { noise, width } = this.#sheet.sense
    if (noise === 0) return
    this.#noise = costNoise(cost, this.#sheet, sense, slots, targets, new Float64Array(slots * width)) / Math.sqrt(rows)
  }

  cost(value: number): void {
    this.#cost += value
    this.#costs++
  }

  change(value: number): void {
    this.#changes++
    this.#changeSquares += value * value
  }

  discarded(): void {
    this.#discarded++
  }

  /** Adds scale * (a - b) of `count` readings to the size of the signal. */
  signal(a: Float64Array, atA: number, b: Float64Array, atB: number, count: number, scale: number): void {
    let sum = 0
    for (let i = 0; i < count; i++) {
      const change = a[atA + i] - b[atB + i]
      sum += change * change
    }
    this.#signalSquares += scale * scale * sum
    this.#signals += count
  }

  /** `addedNoise` is cost noise of the settings; `angleDeg` a measured angle that took `angleSlots` slots. */
  estimate(gradient: Float64Array | undefined, addedNoise: number, angleSlots = 0, angleDeg?: number): Estimate {
    const { step } = this.#sheet.sense
    const noise = Math.sqrt(this.#readingShare * this.#noise ** 2 + this.#addedShare * addedNoise ** 2)
    const health: { -readonly [K in keyof Health]: Health[K] } = {}
    if (step > 0) health.signalSteps = Math.sqrt(this.#signalSquares / this.#signals) / step
    if (noise > 0) health.signalToNoise = Math.sqrt(this.#changeSquares / this.#changes) / noise
    if (angleDeg !== undefined) health.angleDeg = angleDeg
    if (this.#discarded > 0) health.discarded = this.#discarded
    return {
      cost: this.#cost / this.#costs,
      gradient,
      slots: this.#slots + angleSlots,
      clipped: this.#clipped,
      saturated: this.#saturated,
      retries: this.#retries,
      health,
    }
  }
}
