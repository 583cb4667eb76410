import type { Receipt } from '../../src/contract/backend.ts'
import type { Block, Code, Family } from '../../src/contract/block.ts'
import { type DataSheet, paramCount, safeTheta } from '../../src/contract/sheet.ts'
import type { CodedBody } from '../body.ts'
import { convert } from '../converter.ts'
import { DeltaRows } from '../delta-rows.ts'
import { joined } from '../state.ts'
import type { Detector } from './detector.ts'
import type { EncoderOptics } from './encoder-optics.ts'

export interface EncoderParts {
  readonly sheet: DataSheet
  readonly optics: EncoderOptics
  /** Of single frames: the range of readings is that of the differences. */
  readonly detector: Detector
  readonly gain: number
  readonly differential: boolean
}

/** The encoder behind the plain calls of a simulator. */
export class EncoderBody implements CodedBody {
  readonly sheet: DataSheet
  readonly families: readonly Family[]
  readonly theta: Float64Array
  readonly #parts: EncoderParts
  readonly #rows: DeltaRows
  readonly #moved: Float64Array
  readonly #shown: Float64Array
  #frames = new Float64Array(0)
  #slot = 0

  constructor(parts: EncoderParts) {
    this.#parts = parts
    this.sheet = parts.sheet
    this.#rows = new DeltaRows(parts.sheet)
    this.families = this.#rows.families
    this.theta = safeTheta(parts.sheet)
    this.#moved = new Float64Array(paramCount(parts.sheet))
    this.#shown = new Float64Array(this.#moved.length)
  }

  store(theta: Float64Array): void {
    this.theta.set(theta)
  }

  run({ slots, drive, delta }: Block, into: Float64Array): Receipt {
    const { optics } = this.#parts
    const { step } = this.sheet.drive
    const scenes = step === 0 ? drive.data : drive.data.map((t) => convert(t, this.sheet.drive))
    const rows = Math.ceil(slots / drive.hold)
    const { count } = optics
    if (this.#frames.length < slots * count) this.#frames = new Float64Array(slots * count)
    const frames = this.#frames
    if (delta === undefined) this.#show(this.theta)
    optics.each(scenes, rows, (row, read) => {
      const first = row * drive.hold
      for (let t = first; t < Math.min(first + drive.hold, slots); t++) {
        const moves = delta !== undefined && t % delta.hold === 0
        if (moves) {
          this.#rows.fill(delta, t / delta.hold, this.#moved)
          for (let i = 0; i < this.#moved.length; i++) this.#moved[i] += this.theta[i]
          this.#show(this.#moved)
        }
        if (moves || t === first) read(row, frames, t * count)
        else frames.copyWithin(t * count, (t - 1) * count, t * count)
      }
    })
    return this.#read(slots, into)
  }

  apply(code: Code, coefficients: Float64Array): number {
    return this.#rows.apply(code, coefficients, this.theta)
  }

  save(): Float64Array {
    return joined([this.#slot, this.#parts.detector.held], this.theta)
  }

  load(state: Float64Array): void {
    this.#slot = state[0]
    this.#parts.detector.held = state[1]
    this.theta.set(state.subarray(2))
  }

  #show(theta: Float64Array): void {
    const [bank] = this.sheet.banks
    if (bank.step === 0) {
      this.#parts.optics.show(theta)
      return
    }
    for (let i = 0; i < theta.length; i++) this.#shown[i] = convert(theta[i], bank)
    this.#parts.optics.show(this.#shown)
  }

  /** Reads the frames one after the other, and takes the differences of pairs. */
  #read(slots: number, into: Float64Array): Receipt {
    const { optics, detector, gain, differential } = this.#parts
    const { sense, slotSeconds } = this.sheet
    const frames = this.#frames
    const all = slots * optics.count
    for (let f = 0; f < all; f++) frames[f] *= gain
    detector.read(frames, this.#slot * optics.count, all)
    let saturated = 0
    for (let n = 0; n < slots * sense.width; n++) {
      const volts = differential ? frames[2 * n] - frames[2 * n + 1] : frames[n]
      if (volts > sense.max || volts < sense.min) saturated++
      into[n] = Math.min(Math.max(volts, sense.min), sense.max)
    }
    const startedAt = this.#slot * slotSeconds
    this.#slot += slots
    return { slots, clipped: 0, retries: 0, saturated, startedAt, endedAt: this.#slot * slotSeconds }
  }
}
