import type { SpikingLayerSpec } from '../../devices/spiking-layer/index.ts'
import { expandDense } from '../../src/codes/expand.ts'
import type { Receipt } from '../../src/contract/backend.ts'
import type { Block } from '../../src/contract/block.ts'
import { type DataSheet, safeTheta } from '../../src/contract/sheet.ts'
import type { Body } from '../body.ts'
import { convert } from '../converter.ts'
import { joined } from '../state.ts'
import { SpikeReader } from './reader.ts'
import { Window } from './window.ts'

export interface SpikingParts {
  readonly layer: SpikingLayerSpec
  readonly sheet: DataSheet
  readonly gains: Float64Array
  readonly thresholds: Float64Array
  readonly seed: number
}

/** The simulated spiking layer: converters, mismatch, windows, spike times. */
export class SpikingBody implements Body {
  readonly sheet: DataSheet
  readonly theta: Float64Array
  readonly #parts: SpikingParts
  readonly #window: Window
  readonly #reader: SpikeReader
  readonly #weights: Float64Array
  readonly #drive: Float64Array
  #slot = 0

  constructor(parts: SpikingParts) {
    this.#parts = parts
    this.sheet = parts.sheet
    this.theta = safeTheta(parts.sheet)
    this.#window = new Window(parts.layer)
    this.#reader = new SpikeReader(parts.sheet.sense, parts.seed)
    this.#weights = new Float64Array(this.theta.length)
    this.#drive = new Float64Array(parts.sheet.drive.width)
  }

  store(theta: Float64Array): void {
    this.theta.set(theta)
  }

  run(block: Block, into: Float64Array): Receipt {
    const { sheet } = this
    const { slots, drive } = block
    const delta = block.delta && expandDense(block.delta, slots, sheet)
    const startedAt = this.#slot * sheet.slotSeconds
    let saturated = 0
    for (let slot = 0; slot < slots; slot++) {
      if (slot === 0 || (delta !== undefined && slot % delta.hold === 0))
        this.#weigh(delta?.data, delta === undefined ? 0 : Math.floor(slot / delta.hold) * this.theta.length)
      if (slot % drive.hold === 0) this.#send(drive.data, Math.floor(slot / drive.hold) * sheet.drive.width)
      saturated += this.#fire(into.subarray(slot * sheet.sense.width, (slot + 1) * sheet.sense.width))
    }
    return { slots, clipped: 0, retries: 0, saturated, startedAt, endedAt: this.#slot * sheet.slotSeconds }
  }

  save(): Float64Array {
    return joined([this.#slot], this.theta)
  }

  load(state: Float64Array): void {
    this.#slot = state[0]
    this.theta.set(state.subarray(1))
  }

  /** What the stored weights, and a row of a perturbation on top, are worth on this machine. */
  #weigh(delta: Float64Array | undefined, at: number): void {
    const [bank] = this.sheet.banks
    for (let n = 0; n < this.theta.length; n++) {
      const wanted = delta === undefined ? this.theta[n] : this.theta[n] + delta[at + n]
      this.#weights[n] = this.#parts.gains[n] * convert(wanted, bank)
    }
  }

  #send(times: Float64Array, at: number): void {
    for (let s = 0; s < this.#drive.length; s++) this.#drive[s] = convert(times[at + s], this.sheet.drive)
    this.#window.drive(this.#drive)
  }

  /** One window; returns how many times lie at an end of the range. */
  #fire(into: Float64Array): number {
    const { neurons, spikesPerNeuron } = this.#parts.layer
    for (let n = 0; n < neurons; n++)
      this.#window.fire(n, this.#weights, this.#parts.thresholds[n], into, n * spikesPerNeuron)
    return this.#reader.read(into, this.#slot++)
  }
}
