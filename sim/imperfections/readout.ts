import type { Receipt } from '../../src/contract/backend.ts'
import type { Block, Code } from '../../src/contract/block.ts'
import type { DataSheet } from '../../src/contract/sheet.ts'
import { STREAM } from '../../src/random/streams.ts'
import type { CodedBody, Taps } from '../body.ts'
import { joined } from '../state.ts'
import { ReadoutRow } from './readout-row.ts'

export interface ReadoutOptions {
  /** Random walk of each output's zero, in sense units per square root of a second. */
  readonly drift: number
  readonly seed: number
}

/**
 * What stands between a machine and its readings: drift, then noise, then a converter with a range and a step.
 * Noise, range and step are those of the body's sheet, so that the sheet is honest by construction. Readings between its
 * layers have converters of their own, of one kind for all layers, which drift and are noisy as those of the outputs are.
 */
export class Readout implements CodedBody {
  readonly sheet: DataSheet
  readonly families: CodedBody['families']
  readonly taps?: Taps
  readonly #body: CodedBody
  readonly #outputs: ReadoutRow
  readonly #layers: ReadoutRow | undefined

  constructor(body: CodedBody, { drift, seed }: ReadoutOptions) {
    this.#body = body
    this.sheet = body.sheet
    this.families = body.families
    const { sense, slotSeconds } = body.sheet
    const rows = { drift, slotSeconds, seed }
    const outputs = { noise: STREAM.readNoise, drift: STREAM.drift }
    this.#outputs = new ReadoutRow(sense, { ...rows, streams: outputs })
    const { taps } = body
    if (taps === undefined) return
    const width = taps.layers.reduce((sum, layer) => sum + layer.width, 0)
    const layers = new ReadoutRow(
      { ...taps.layers[0], width },
      { ...rows, streams: { noise: STREAM.tapNoise, drift: STREAM.tapDrift } },
    )
    this.#layers = layers
    this.taps = {
      layers: taps.layers,
      run: (block, into, readings) => {
        const receipt = taps.run(block, into, readings)
        const hit = layers.read(readings, this.#outputs.next, block.slots)
        return this.#read(receipt, into, block.slots, hit)
      },
    }
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
    return this.#read(this.#body.run(block, into), into, block.slots, 0)
  }

  save(): Float64Array {
    return joined(this.#outputs.save(), this.#drifting?.save() ?? [], this.#body.save())
  }

  load(state: Float64Array): void {
    const rest = this.#outputs.load(state)
    this.#body.load(this.#drifting?.load(rest) ?? rest)
  }

  /** The row between layers where it has a state: noise alone goes by the number of the slot. */
  get #drifting(): ReadoutRow | undefined {
    return this.#layers?.drifts ? this.#layers : undefined
  }

  #read(receipt: Receipt, into: Float64Array, slots: number, hit: number): Receipt {
    const saturated = hit + this.#outputs.read(into, this.#outputs.next, slots)
    return saturated === 0 ? receipt : { ...receipt, saturated: receipt.saturated + saturated }
  }
}
