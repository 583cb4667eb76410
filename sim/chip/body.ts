import type { ChipConverters } from '../../devices/mgd-chip.ts'
import { isSignSource } from '../../src/codes/code.ts'
import type { Receipt } from '../../src/contract/backend.ts'
import {
  type Block,
  type Code,
  type Delta,
  type Family,
  rowsFor,
  type Signs,
  type Track,
} from '../../src/contract/block.ts'
import { bankOffsets, type DataSheet, paramCount, type Readings, safeTheta } from '../../src/contract/sheet.ts'
import { exp } from '../../src/kernels/exp.ts'
import type { CodedBody, Taps } from '../body.ts'
import { convert } from '../converter.ts'
import { DeltaRows } from '../delta-rows.ts'
import { joined } from '../state.ts'
import type { Engine } from './engine.ts'
import type { Multipliers } from './mismatch.ts'

/** What it takes to read between the layers. */
export interface Hidden {
  /** Makes the engine that reads the outputs of every layer, when it is first wanted. */
  engine(): Engine
  /** What each hidden layer gives. */
  readonly layers: readonly Readings[]
}

export interface ChipParts {
  readonly sheet: DataSheet
  readonly engine: Engine
  /** The same network with all its neurons read, where they can be. */
  readonly hidden?: Hidden
  readonly multipliers: Multipliers
  readonly converters: ChipConverters
  /** Time constant with which a stored voltage leaks towards 0 V, seconds; Infinity if it holds. */
  readonly leakSeconds: number
  /** Relative change per second of every gain; absent where none moves. */
  readonly gainRates: Float64Array | undefined
}

/** The arithmetic of the chip: stored voltages, perturbations, forward passes; raw outputs, no converter behind them. */
export class ChipBody implements CodedBody {
  readonly sheet: DataSheet
  readonly families: readonly Family[]
  readonly theta: Float64Array
  readonly taps?: Taps
  readonly #parts: ChipParts
  readonly #rows: DeltaRows
  readonly #values: Float64Array
  readonly #weights: Float64Array
  /** What the weights of one slot are, where they change from slot to slot. */
  readonly #passing: Float64Array
  readonly #offsets: readonly number[]
  /** Stored voltages reach the multipliers unchanged. */
  readonly #exact: boolean
  readonly #pairs: Float64Array
  #pairsFor: readonly number[] | undefined
  #engine: Engine
  #whole: Engine | undefined
  #words = new Uint32Array(0)
  #slot = 0
  #age = 0

  constructor(parts: ChipParts) {
    const count = paramCount(parts.sheet)
    this.#parts = parts
    this.#engine = parts.engine
    this.sheet = parts.sheet
    this.#rows = new DeltaRows(parts.sheet)
    this.families = this.#rows.families
    this.theta = new Float64Array(count)
    this.#values = new Float64Array(count)
    this.#weights = new Float64Array(count)
    this.#passing = new Float64Array(count)
    this.#pairs = new Float64Array(2 * count)
    this.#offsets = bankOffsets(parts.sheet)
    const { gain, offset } = parts.multipliers
    this.#exact = parts.converters.parameter.step === 0 && gain.every((g) => g === 1) && offset.every((o) => o === 0)
    const { hidden } = parts
    if (hidden !== undefined)
      this.taps = { layers: hidden.layers, run: (block, into, taps) => this.#tapped(hidden, block, into, taps) }
    this.store(safeTheta(parts.sheet))
  }

  store(theta: Float64Array): void {
    this.theta.set(theta)
    this.#age = 0
    this.#pairsFor = undefined
  }

  run(asked: Block, into: Float64Array): Receipt {
    const block = this.#parts.converters.drive.step === 0 ? asked : { ...asked, drive: this.#driven(asked.drive) }
    const { slots, delta } = block
    const startedAt = this.#slot * this.sheet.slotSeconds
    if (this.#parts.leakSeconds !== Number.POSITIVE_INFINITY || this.#parts.gainRates !== undefined)
      this.#runPassing(block, into)
    else if (delta === undefined) this.#runHeld(block, into)
    else if (delta.kind === 'signs')
      this.#runSigns(block, delta.amplitudes, this.#unpack(delta, slots), delta.hold, into)
    else if (delta.kind === 'code' && isSignSource(this.#rows.source(delta)))
      this.#runSigns(block, delta.amplitudes, this.#generate(delta, slots), delta.hold, into)
    else this.#runRows(block, delta, into)
    this.#slot += slots
    this.#age += slots
    const endedAt = this.#slot * this.sheet.slotSeconds
    return { slots, clipped: 0, retries: 0, saturated: 0, startedAt, endedAt }
  }

  /** One pass for the outputs of every layer. */
  #tapped({ engine, layers }: Hidden, block: Block, into: Float64Array, taps: Float64Array): Receipt {
    const outputs = this.sheet.sense.width
    const hidden = layers.reduce((sum, { width }) => sum + width, 0)
    const neurons = new Float64Array(block.slots * (hidden + outputs))
    this.#whole ??= engine()
    this.#engine = this.#whole
    let receipt: Receipt
    try {
      receipt = this.run(block, neurons)
    } finally {
      this.#engine = this.#parts.engine
    }
    for (let t = 0, at = 0; t < block.slots; t++) {
      for (let h = 0; h < hidden; h++) taps[t * hidden + h] = neurons[at++]
      for (let o = 0; o < outputs; o++) into[t * outputs + o] = neurons[at++]
    }
    return receipt
  }

  apply(code: Code, coefficients: Float64Array): number {
    const clipped = this.#rows.apply(code, coefficients, this.theta)
    this.store(this.theta)
    return clipped
  }

  save(): Float64Array {
    return joined([this.#slot, this.#age], this.theta)
  }

  load(state: Float64Array): void {
    this.store(state.subarray(2))
    this.#slot = state[0]
    this.#age = state[1]
  }

  /** What a voltage written to parameter i becomes at its multiplier. */
  #effective(i: number, volts: number): number {
    const { gain, offset } = this.#parts.multipliers
    return gain[i] * convert(volts, this.#parts.converters.parameter) + offset[i]
  }

  /** The drive as its converter puts it out. */
  #driven(drive: Track): Track {
    const { drive: converter } = this.#parts.converters
    return { ...drive, data: drive.data.map((volts) => convert(volts, converter)) }
  }

  #runHeld(block: Block, into: Float64Array): void {
    const weights = this.#weights
    if (!this.#exact) for (let i = 0; i < weights.length; i++) weights[i] = this.#effective(i, this.theta[i])
    this.#engine.held(this.#exact ? this.theta : weights, 0, block.slots, block.drive.data, block.drive.hold, into)
  }

  #runSigns(block: Block, amplitudes: readonly number[], words: Uint32Array, hold: number, into: Float64Array): void {
    if (!same(this.#pairsFor, amplitudes)) this.#fillPairs(amplitudes)
    this.#engine.signs(this.#pairs, words, hold, block.slots, block.drive.data, block.drive.hold, into)
  }

  /** The two values every parameter takes under signs of these amplitudes. */
  #fillPairs(amplitudes: readonly number[]): void {
    const pairs = this.#pairs
    const theta = this.theta
    for (let b = 0; b < amplitudes.length; b++) {
      const amplitude = amplitudes[b]
      const end = this.#offsets[b + 1]
      for (let i = this.#offsets[b]; i < end; i++) {
        pairs[2 * i] = theta[i] + amplitude
        pairs[2 * i + 1] = theta[i] - amplitude
      }
    }
    if (!this.#exact) for (let n = 0; n < pairs.length; n++) pairs[n] = this.#effective(n >> 1, pairs[n])
    this.#pairsFor = [...amplitudes]
  }

  /** Perturbations that are no signs: one set of weights per row. */
  #runRows(block: Block, delta: Delta, into: Float64Array): void {
    for (let row = 0; row * delta.hold < block.slots; row++) {
      this.#perturb(delta, row)
      const end = Math.min((row + 1) * delta.hold, block.slots)
      this.#engine.held(this.#weights, row * delta.hold, end, block.drive.data, block.drive.hold, into)
    }
  }

  /** Every slot has its own age and its own time, hence its own weights: those of absolute slot numbers. */
  #runPassing(block: Block, into: Float64Array): void {
    const { leakSeconds, gainRates, multipliers } = this.#parts
    const { slotSeconds } = this.sheet
    const weights = this.#weights
    const passing = this.#passing
    for (let t = 0; t < block.slots; t++) {
      this.#perturb(block.delta, block.delta === undefined ? 0 : Math.floor(t / block.delta.hold))
      const seconds = (this.#slot + t) * slotSeconds
      for (let i = 0; i < passing.length; i++) {
        const offset = multipliers.offset[i]
        // A gain drifts, the offset behind it does not; a leak takes both.
        passing[i] = gainRates === undefined ? weights[i] : (weights[i] - offset) * exp(gainRates[i] * seconds) + offset
      }
      if (leakSeconds !== Number.POSITIVE_INFINITY) {
        const left = exp((-(this.#age + t + 1) * slotSeconds) / leakSeconds)
        for (let i = 0; i < passing.length; i++) passing[i] *= left
      }
      this.#engine.held(passing, t, t + 1, block.drive.data, block.drive.hold, into)
    }
  }

  /** Fills the weights of one row of a perturbation. */
  #perturb(delta: Delta | undefined, row: number): void {
    const count = this.theta.length
    const values = this.#values
    if (delta === undefined) values.fill(0)
    else this.#rows.fill(delta, row, values)
    for (let i = 0; i < count; i++) this.#weights[i] = this.#effective(i, this.theta[i] + values[i])
  }

  #room(rows: number): Uint32Array {
    const wanted = rows * Math.ceil(this.theta.length / 32)
    if (this.#words.length < wanted) this.#words = new Uint32Array(wanted)
    return this.#words
  }

  #generate(code: Code, slots: number): Uint32Array {
    const source = this.#rows.source(code)
    const rows = rowsFor(slots, code.hold)
    const words = this.#room(rows + 1)
    if (!isSignSource(source)) return words
    if (code.pairing === 'single') {
      source.words(code.first, rows, words)
      return words
    }
    const width = Math.ceil(this.theta.length / 32)
    const codes = Math.ceil(rows / 2)
    source.words(code.first, codes, words)
    for (let k = codes - 1; k >= 0; k--) {
      for (let w = width - 1; w >= 0; w--) {
        const plus = words[k * width + w]
        words[(2 * k + 1) * width + w] = ~plus
        words[2 * k * width + w] = plus
      }
    }
    return words
  }

  #unpack(signs: Signs, slots: number): Uint32Array {
    const rows = rowsFor(slots, signs.hold)
    const bytes = Math.ceil(this.theta.length / 8)
    const width = Math.ceil(this.theta.length / 32)
    const words = this.#room(rows)
    words.fill(0, 0, rows * width)
    for (let row = 0; row < rows; row++) {
      for (let b = 0; b < bytes; b++) words[row * width + (b >> 2)] |= signs.bits[row * bytes + b] << ((b & 3) * 8)
    }
    return words
  }
}

function same(a: readonly number[] | undefined, b: readonly number[]): boolean {
  if (a === undefined) return false
  for (let i = 0; i < b.length; i++) if (a[i] !== b[i]) return false
  return true
}
