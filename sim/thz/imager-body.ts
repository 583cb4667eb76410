import type { Receipt } from '../../src/contract/backend.ts'
import type { Block, Code, Family } from '../../src/contract/block.ts'
import { type DataSheet, paramCount, safeTheta } from '../../src/contract/sheet.ts'
import type { CodedBody } from '../body.ts'
import { convert } from '../converter.ts'
import { DeltaRows } from '../delta-rows.ts'
import { joined } from '../state.ts'
import type { Detector } from './detector.ts'
import type { ImagerOptics, Sums } from './imager-optics.ts'

/** The imager behind the plain calls of a simulator. */
export class ImagerBody implements CodedBody {
  readonly sheet: DataSheet
  readonly families: readonly Family[]
  readonly theta: Float64Array
  readonly #optics: ImagerOptics
  readonly #detector: Detector
  readonly gain: number
  readonly #rows: DeltaRows
  readonly #moved: Float64Array
  readonly #settled: Float64Array
  #slot = 0

  constructor(sheet: DataSheet, optics: ImagerOptics, detector: Detector, gain: number) {
    this.sheet = sheet
    this.#optics = optics
    this.#detector = detector
    this.gain = gain
    this.#rows = new DeltaRows(sheet)
    this.families = this.#rows.families
    this.theta = safeTheta(sheet)
    this.#moved = new Float64Array(paramCount(sheet))
    this.#settled = new Float64Array(this.#moved.length)
  }

  store(theta: Float64Array): void {
    this.theta.set(theta)
  }

  run({ slots, drive, delta }: Block, into: Float64Array): Receipt {
    const { width } = this.sheet.drive
    const frames = this.#shown(drive.data)
    const optics = this.#optics
    if (delta === undefined) this.#set(this.theta)
    let shown = -1
    for (let t = 0; t < slots; t++) {
      const row = Math.floor(t / drive.hold)
      const moves = delta !== undefined && t % delta.hold === 0
      if (moves) {
        this.#rows.fill(delta, t / delta.hold, this.#moved)
        for (let i = 0; i < this.#moved.length; i++) this.#moved[i] += this.theta[i]
        this.#set(this.#moved)
      }
      into[t] = moves || row !== shown ? this.gain * optics.seen(frames, row * width) : into[t - 1]
      shown = row
    }
    return this.finish(into, slots)
  }

  /** Whether readings are sums over the pixels of a frame, gray levels as they are. */
  get adds(): boolean {
    return this.#optics.adds && this.sheet.drive.step === 0
  }

  /** What adds up at the stored parameters, as parts of the open beam; valid until the next call. */
  sums(): Sums {
    this.#set(this.theta)
    return this.#optics.sums
  }

  /** What the detector gets behind one frame at the stored parameters, V. */
  seen(frame: Float64Array): number {
    this.#set(this.theta)
    return this.gain * this.#optics.seen(this.#shown(frame), 0)
  }

  /** Sends what `slots` frames gave, in V, through the detector, and lets the time pass. */
  finish(into: Float64Array, slots: number): Receipt {
    const { slotSeconds } = this.sheet
    const startedAt = this.#slot * slotSeconds
    const saturated = this.#detector.read(into, this.#slot, slots)
    this.#slot += slots
    return { slots, clipped: 0, retries: 0, saturated, startedAt, endedAt: this.#slot * slotSeconds }
  }

  apply(code: Code, coefficients: Float64Array): number {
    return this.#rows.apply(code, coefficients, this.theta)
  }

  save(): Float64Array {
    return joined([this.#slot, this.#detector.held], this.theta)
  }

  load(state: Float64Array): void {
    this.#slot = state[0]
    this.#detector.held = state[1]
    this.theta.set(state.subarray(2))
  }

  /** Sets the optics as far as their stages resolve it. */
  #set(theta: Float64Array): void {
    const { banks } = this.sheet
    if (banks[0].step === 0) {
      this.#optics.set(theta)
      return
    }
    let at = 0
    for (const bank of banks) for (let i = 0; i < bank.width; i++, at++) this.#settled[at] = convert(theta[at], bank)
    this.#optics.set(this.#settled)
  }

  /** Gray levels as they are put out. */
  #shown(data: Float64Array): Float64Array {
    const { drive } = this.sheet
    return drive.step === 0 ? data : data.map((level) => convert(level, drive))
  }
}
