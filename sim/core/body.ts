import { InputSpikes } from '../../devices/neuromorphic-core/input-spikes.ts'
import type { CoreNetwork } from '../../devices/neuromorphic-core/network.ts'
import { type Presentation, span } from '../../devices/neuromorphic-core/presentation.ts'
import type { CoreInput } from '../../devices/neuromorphic-core/sheet.ts'
import type { Receipt } from '../../src/contract/backend.ts'
import type { Block, Code, Family } from '../../src/contract/block.ts'
import { type DataSheet, safeTheta } from '../../src/contract/sheet.ts'
import type { ChipEngine } from '../../src/kernels/core/program.ts'
import type { CodedBody } from '../body.ts'
import { DeltaRows } from '../delta-rows.ts'
import { joined } from '../state.ts'
import type { CoreParameters } from './parameters.ts'

export interface CoreParts {
  readonly sheet: DataSheet
  readonly network: CoreNetwork
  readonly engine: ChipEngine
  readonly parameters: CoreParameters
  readonly presentation: Presentation
  readonly input: CoreInput
  /** Of the member. */
  readonly seed: number
}

/** The simulated core: parameters, presentations tick by tick, counts. */
export class CoreBody implements CodedBody {
  readonly sheet: DataSheet
  readonly families: readonly Family[]
  readonly theta: Float64Array
  readonly #parts: CoreParts
  readonly #rows: DeltaRows
  readonly #moved: Float64Array
  readonly #input: InputSpikes
  /** One tick of input lines. */
  readonly #spikes: Uint8Array
  readonly #counts: Int32Array
  /** The cores are set to theta. */
  #settled = false
  #slot = 0

  constructor(parts: CoreParts) {
    const { sheet, network, presentation, seed } = parts
    this.#parts = parts
    this.sheet = sheet
    this.#rows = new DeltaRows(sheet)
    this.families = this.#rows.families
    this.theta = safeTheta(sheet)
    this.#moved = new Float64Array(this.theta.length)
    this.#input = new InputSpikes(seed, presentation.ticks)
    this.#spikes = new Uint8Array(network.inputs.length)
    this.#counts = new Int32Array(network.outputs)
  }

  /** Slots presented so far, by this machine's own count. */
  get slot(): number {
    return this.#slot
  }

  /** Keeps what the banks resolve: whole numbers where they have a step. */
  store(theta: Float64Array): void {
    let end = 0
    for (const { width, step } of this.sheet.banks) {
      const from = end
      end += width
      if (step === 0) this.theta.set(theta.subarray(from, end), from)
      else for (let i = from; i < end; i++) this.theta[i] = Math.floor(theta[i] + 0.5)
    }
    this.#settled = false
  }

  run({ slots, drive, delta }: Block, into: Float64Array): Receipt {
    const { parameters } = this.#parts
    const { slotSeconds } = this.sheet
    const startedAt = this.#slot * slotSeconds
    for (let t = 0; t < slots; t++, this.#slot++) {
      const next = delta !== undefined && t % delta.hold === 0
      if (next) this.#perturb(delta, Math.floor(t / delta.hold))
      const values = delta === undefined ? this.theta : this.#moved
      if (next || !this.#settled) parameters.write(values, this.#slot)
      else parameters.age(values, this.#slot)
      this.#settled = true
      this.#present(drive.data, Math.floor(t / drive.hold) * this.sheet.drive.width)
      into.set(this.#counts, t * this.#counts.length)
    }
    if (delta !== undefined) this.#settled = false
    const endedAt = this.#slot * slotSeconds
    return { slots, clipped: 0, retries: 0, saturated: 0, startedAt, endedAt }
  }

  apply(code: Code, coefficients: Float64Array): number {
    const clipped = this.#rows.apply(code, coefficients, this.theta)
    this.store(this.theta)
    return clipped
  }

  save(): Float64Array {
    return joined([this.#slot], this.theta)
  }

  load(state: Float64Array): void {
    this.#slot = state[0]
    this.store(state.subarray(1))
  }

  #perturb(delta: NonNullable<Block['delta']>, row: number): void {
    const moved = this.#moved
    this.#rows.fill(delta, row, moved)
    for (let i = 0; i < moved.length; i++) moved[i] += this.theta[i]
  }

  /** One presentation; the counts are in `#counts`. */
  #present(drive: Float64Array, from: number): void {
    const { engine, presentation } = this.#parts
    const { ticks, drain } = presentation
    const all = span(presentation)
    engine.rest()
    for (let tick = 0; tick < all; tick++) {
      if (tick < ticks) this.#inject(drive, from, tick)
      if (tick === drain) this.#counts.fill(0)
      engine.tick(this.#slot * all + tick, this.#counts)
    }
  }

  #inject(drive: Float64Array, from: number, tick: number): void {
    const { network, engine, input } = this.#parts
    const { inputs } = network
    const spikes = this.#spikes
    if (input === 'rates') this.#input.draw(this.#slot, tick, drive, from, inputs.length, spikes, 0)
    else
      for (let line = 0; line < spikes.length; line++)
        spikes[line] = Number(drive[from + tick * spikes.length + line] >= 0.5)
    for (let line = 0; line < spikes.length; line++) {
      if (spikes[line] === 0) continue
      for (const { core, axon } of inputs[line]) engine.inject(core, axon)
    }
  }
}
