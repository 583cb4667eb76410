import { type ChipSpec, chipLayout, chipSheet, FIRMWARE_CONVERTERS } from '../../devices/mgd-chip.ts'
import { type Block, type Code, rowsFor } from '../../src/contract/block.ts'
import { bankOffsets, type DataSheet } from '../../src/contract/sheet.ts'
import { roundShift } from '../../src/wire/scaling.ts'
import { amplitudeCounts, counts } from './counts.ts'
import { type Forward, forwardPass } from './network.ts'
import { type Offsets, offsets } from './offsets.ts'
import { Parameters } from './parameters.ts'
import { codeValues } from './values.ts'

/** What a reply to MEASURE counts. */
export interface Tally {
  readonly clipped: number
  readonly saturated: number
}

/** Counters of the firmware stay at their end. */
const MOST_COUNTED = 0xffff

/** The firmware's chip in whole numbers, equal to `drivers/firmware/core` bit for bit. */
export class FirmwareChip {
  readonly sheet: DataSheet
  readonly parameters: Parameters
  readonly forward: Forward
  readonly #rectified: boolean

  constructor(spec: ChipSpec, slotSeconds: number) {
    const { layers, activation } = spec
    this.sheet = chipSheet(spec, {
      kind: 'simulator',
      identity: `firmware twin ${layers.join('-')} ${activation}`,
      converters: FIRMWARE_CONVERTERS,
      noise: 0,
      maxSlots: MOST_COUNTED,
      slotSeconds,
      repeatable: true,
    })
    this.parameters = new Parameters(chipLayout(spec).paramCount)
    this.forward = forwardPass(spec)
    this.#rectified = activation === 'relu'
  }

  /** Readings in counts, `slots * sense.width` of them. */
  measure({ slots, drive, delta }: Block, into: Int16Array): Tally {
    const { sheet, forward } = this
    const width = sheet.sense.width
    const rows = rowsFor(slots, drive.hold)
    const driven = counts(drive.data, sheet.drive.step, rows * sheet.drive.width)
    const perturbed = new Perturbed(this.parameters.dac, offsets(sheet, delta, slots))
    let clipped = 0
    for (let slot = 0; slot < slots; slot++) {
      clipped += perturbed.at(slot)
      forward(perturbed.dac, driven, Math.floor(slot / drive.hold), into, slot * width)
    }
    let saturated = 0
    if (this.#rectified) for (const reading of into) if (reading === 0 || reading === 32767) saturated++
    return { clipped: Math.min(MOST_COUNTED, clipped), saturated: Math.min(MOST_COUNTED, saturated) }
  }

  /** APPLY: `coefficients` are whole, times `2^-exponent`; returns how many parameters met a limit. */
  apply(code: Code, exponent: number, coefficients: ArrayLike<number>): number {
    const { parameters, sheet } = this
    const amplitude = amplitudeCounts(sheet, code.amplitudes)
    const values = codeValues(code.family, code.seed, amplitude.length)
    const value = new Int16Array(amplitude.length)
    const increment = new Float64Array(amplitude.length)
    parameters.clipped = 0
    for (let k = 0; k < coefficients.length; k++) {
      values.fill(code.first + k, value)
      for (let i = 0; i < value.length; i++) increment[i] = roundShift(coefficients[k] * amplitude[i], exponent)
      parameters.add(value, values.unit, increment)
    }
    return Math.min(MOST_COUNTED, parameters.clipped)
  }

  /** First parameter of every bank, and one past the last. */
  get banks(): readonly number[] {
    return bankOffsets(this.sheet)
  }
}

/** DAC counts with the perturbation of a slot, held within 16 bits. */
export class Perturbed {
  readonly dac: Int16Array
  readonly #stored: Int16Array
  readonly #offsets: Offsets
  readonly #by: Int32Array
  #row = -1
  #clipped = 0

  constructor(stored: Int16Array, source: Offsets) {
    this.dac = stored.slice()
    this.#stored = stored
    this.#offsets = source
    this.#by = new Int32Array(stored.length)
  }

  /** Makes `dac` that of a slot; returns how many parameters were held at a limit. */
  at(slot: number): number {
    const row = Math.floor(slot / this.#offsets.hold)
    if (row !== this.#row) this.refresh(row)
    return this.#clipped
  }

  /** The same after the stored parameters have changed. */
  refresh(row: number): void {
    const { dac } = this
    this.#row = row
    this.#offsets.fill(row, this.#by)
    this.#clipped = 0
    for (let i = 0; i < dac.length; i++) {
      const sum = this.#stored[i] + this.#by[i]
      const kept = Math.max(-32768, Math.min(32767, sum))
      if (kept !== sum) this.#clipped++
      dac[i] = kept
    }
  }
}
