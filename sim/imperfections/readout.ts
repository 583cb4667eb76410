import type { Receipt } from '../../src/contract/backend.ts'
import type { Block, Code } from '../../src/contract/block.ts'
import type { DataSheet } from '../../src/contract/sheet.ts'
import { type Draws, draws } from '../../src/random/draws.ts'
import { STREAM } from '../../src/random/streams.ts'
import type { CodedBody } from '../body.ts'
import { joined } from '../state.ts'

export interface ReadoutOptions {
  /** Random walk of each output's zero, in sense units per square root of a second. */
  readonly drift: number
  readonly seed: number
}

/**
 * What stands between a machine and its readings: drift, then noise, then a converter with a range and a step.
 * Noise, range and step are those of the body's sheet, so that the sheet is honest by construction.
 */
export class Readout implements CodedBody {
  readonly sheet: DataSheet
  readonly families: CodedBody['families']
  readonly #body: CodedBody
  readonly #noise: Draws
  readonly #walk: Draws
  readonly #stride: number
  readonly #zero: Float64Array
  #slot = 0

  constructor(body: CodedBody, options: ReadoutOptions) {
    this.#body = body
    this.sheet = body.sheet
    this.families = body.families
    this.#noise = draws(options.seed, STREAM.readNoise)
    this.#walk = draws(options.seed, STREAM.drift)
    this.#stride = options.drift * Math.sqrt(body.sheet.slotSeconds)
    this.#zero = new Float64Array(body.sheet.sense.width)
  }

  get theta(): Float64Array {
    return this.#body.theta
  }

  store(theta: Float64Array): void {
    this.#body.store(theta)
  }

  apply(code: Code, coefficients: Float64Array): number {
    return this.#body.apply(code, coefficients)
  }

  run(block: Block, into: Float64Array): Receipt {
    const receipt = this.#body.run(block, into)
    const count = block.slots * this.sheet.sense.width
    if (this.#stride > 0) this.#drift(into, block.slots)
    if (this.sheet.sense.noise > 0) this.#disturb(into, count)
    this.#slot += block.slots
    const saturated = this.#convert(into, count)
    return saturated === 0 ? receipt : { ...receipt, saturated: receipt.saturated + saturated }
  }

  save(): Float64Array {
    return joined([this.#slot], this.#zero, this.#body.save())
  }

  load(state: Float64Array): void {
    const { width } = this.sheet.sense
    this.#slot = state[0]
    this.#zero.set(state.subarray(1, 1 + width))
    this.#body.load(state.subarray(1 + width))
  }

  #drift(into: Float64Array, slots: number): void {
    const { width } = this.sheet.sense
    for (let t = 0; t < slots; t++) {
      for (let o = 0; o < width; o++) {
        this.#zero[o] += this.#stride * this.#walk.normal((this.#slot + t) * width + o)
        into[t * width + o] += this.#zero[o]
      }
    }
  }

  #disturb(into: Float64Array, count: number): void {
    const { noise, width } = this.sheet.sense
    const first = this.#slot * width
    for (let i = 0; i < count; i++) into[i] += noise * this.#noise.normal(first + i)
  }

  /** Rounds to the step and holds at the range; returns how many readings hit an end. */
  #convert(into: Float64Array, count: number): number {
    const { min, max, step } = this.sheet.sense
    let saturated = 0
    for (let i = 0; i < count; i++) {
      const value = step === 0 ? into[i] : Math.floor(into[i] / step + 0.5) * step
      if (value > max) {
        into[i] = max
        saturated++
      } else if (value < min) {
        into[i] = min
        saturated++
      } else into[i] = value
    }
    return saturated
  }
}
