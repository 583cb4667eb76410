import type { Signs, Track } from '../contract/block.ts'
import type { Bank, DataSheet, Port } from '../contract/sheet.ts'
import { paramCount } from '../contract/sheet.ts'
import type { Draws } from '../random/draws.ts'
import { draws } from '../random/draws.ts'
import { STREAM } from '../random/streams.ts'

/** Grid lines of a continuous port; a power of two, so that sums of a few values are exact. */
const FINE = 4096

/** Distance of the values the laws use on a port: the hardware's step, or a power of two about range / 4096. */
export function gridOf(port: Port): number {
  return port.step > 0 ? port.step : 2 ** Math.floor(Math.log2((port.max - port.min) / FINE))
}

/** The nearest grid value inside the port's limits. */
export function onGrid(port: Port, value: number): number {
  const grid = gridOf(port)
  const low = Math.ceil(port.min / grid - 1e-9)
  const high = Math.floor(port.max / grid + 1e-9)
  return Math.min(high, Math.max(low, Math.round(value / grid))) * grid
}

/** So few steps that a value with room for one on either side says nothing: bits. */
function isCoarse(bank: Port): boolean {
  return bank.max - bank.min < 3 * gridOf(bank)
}

/** Repeatable test values made to the measure of a data sheet, all on the grid of their port. */
export class Inputs {
  readonly #sheet: DataSheet
  readonly #source: Draws
  /** Per bank: the middle of its test values, and half of what they cover. */
  readonly #around: readonly { readonly centre: number; readonly half: number }[]
  #index = 0

  /**
   * `spread` is the part of each bank's range that theta covers around `centre` (the safe value), one for all banks or one
   * for each.
   */
  constructor(sheet: DataSheet, seed: number, spread: number | readonly number[], centre?: readonly number[]) {
    this.#sheet = sheet
    this.#source = draws(seed, STREAM.testInputs)
    this.#around = sheet.banks.map((bank, b) => {
      const range = bank.max - bank.min
      if (isCoarse(bank)) return { centre: bank.min + range / 2, half: range / 2 }
      const half = (range / 2) * (typeof spread === 'number' ? spread : spread[b])
      // Room for `amplitudes()` on top, so 1.5 times half on either side.
      const wanted = Math.max(bank.min + 1.5 * half, centre?.[b] ?? bank.safe)
      return { centre: Math.min(bank.max - 1.5 * half, wanted), half }
    })
  }

  /** Parameters spread around the safe values, or around others, with room for a perturbation. */
  theta(): Float64Array {
    return this.#perParameter((bank, b) => {
      const { centre, half } = this.#around[b]
      return onGrid(bank, centre + half * this.#signed())
    })
  }

  /** Safe values of all parameters. */
  safe(): Float64Array {
    return this.#perParameter((bank) => bank.safe)
  }

  /** Largest perturbation per bank that fits beside `theta()`, at most half of what theta covers; 0 where none fits. */
  amplitudes(part = 0.5): number[] {
    return this.#sheet.banks.map((bank, b) => {
      if (isCoarse(bank)) return 0
      const wanted = this.#around[b].half * part
      return Math.max(gridOf(bank), Math.round(wanted / gridOf(bank)) * gridOf(bank))
    })
  }

  /** Drive rows over the middle half of the range. */
  drive(rows: number, hold = 1): Track {
    const { width, min, max } = this.#sheet.drive
    const data = Float64Array.from({ length: rows * width }, () =>
      onGrid(this.#sheet.drive, (min + max) / 2 + ((max - min) / 4) * this.#signed()),
    )
    return { kind: 'track', data, hold }
  }

  /** Rows of a load, up to `part` of the way from zero to each limit of its port. */
  load(port: Port, rows: number, part: number, hold = 1): Track {
    const value = () => {
      const signed = this.#signed()
      return onGrid(port, part * Math.abs(signed) * (signed < 0 ? port.min : port.max))
    }
    return { kind: 'track', data: Float64Array.from({ length: rows * port.width }, value), hold }
  }

  /** Readings to aim at: the middle half of the sense range, or of [-1, 1] where that is wider. */
  target(rows: number): Float64Array {
    const { width, min, max } = this.#sheet.sense
    const low = Math.max(min, -1)
    const high = Math.max(Math.min(max, 1), low)
    return Float64Array.from({ length: rows * width }, () =>
      onGrid(this.#sheet.sense, (low + high) / 2 + ((high - low) / 4) * this.#signed()),
    )
  }

  /** Dense perturbation rows within `amplitudes()`. */
  delta(rows: number, hold = 1): Track {
    const largest = this.amplitudes()
    const row = () =>
      this.#perParameter((bank, b) =>
        onGrid({ ...bank, min: -largest[b], max: largest[b] }, largest[b] * this.#signed()),
      )
    const params = paramCount(this.#sheet)
    const data = new Float64Array(rows * params)
    for (let r = 0; r < rows; r++) data.set(row(), r * params)
    return { kind: 'track', data, hold }
  }

  /** Perturbation rows by sign bits. */
  signs(rows: number, hold = 1): Signs {
    const params = paramCount(this.#sheet)
    const bytes = Math.ceil(params / 8)
    const bits = new Uint8Array(rows * bytes)
    for (let r = 0; r < rows; r++) {
      for (let i = 0; i < params; i++) if (this.#signed() < 0) bits[r * bytes + (i >> 3)] |= 1 << (i & 7)
    }
    return { kind: 'signs', bits, amplitudes: this.amplitudes(), hold }
  }

  /** An unsigned 32-bit seed. */
  seed(): number {
    return this.#source.word(this.#index++)
  }

  #perParameter(value: (bank: Bank, b: number) => number): Float64Array {
    return Float64Array.from(
      this.#sheet.banks.flatMap((bank, b) => Array.from({ length: bank.width }, () => value(bank, b))),
    )
  }

  #signed(): number {
    return 2 * this.#source.uniform(this.#index++) - 1
  }
}
