import type { Signs } from '../contract/block.ts'
import { type Bank, bankOffsets, type DataSheet, nameOf, paramCount } from '../contract/sheet.ts'
import { InsituError } from '../errors.ts'

/** How the parameters that are left lie among all of a machine whose other banks are held. */
export interface FreeBanks {
  /** The banks that are left. */
  readonly banks: readonly Bank[]
  /** Place of every parameter that is left among all. */
  readonly places: readonly number[]
  /** All parameters, from those that are left; the others as they are held. */
  whole(values: Float64Array): Float64Array
  /** The first held bank that is not as it is held, if any; a converter's step and single precision are allowed for. */
  moved(theta: Float64Array): string | undefined
  /** Those that are left, of all. */
  part(theta: Float64Array): Float64Array
  /** Rows of a perturbation, zero where banks are held. */
  rows(data: Float64Array, rows: number): Float64Array
  /** The same for sign bits: held banks get an amplitude of 0. */
  signs(delta: Signs, rows: number): Signs
}

/** Throws `CONFIG` for a name that is no bank, and where no bank is left; `SHAPE` for a theta of the wrong length. */
export function freeBanks(sheet: DataSheet, held: readonly string[], theta: Float64Array): FreeBanks {
  checkHeld(sheet, held, theta)
  const offsets = bankOffsets(sheet)
  const left = sheet.banks.map((bank, b) => ({ bank, b })).filter(({ bank }) => !held.includes(bank.name))
  const places = left.flatMap(({ bank, b }) => Array.from({ length: bank.width }, (_, i) => offsets[b] + i))
  const count = places.length
  const kept = theta.slice()
  const [bytes, allBytes] = [Math.ceil(count / 8), Math.ceil(kept.length / 8)]
  return {
    banks: left.map(({ bank }) => bank),
    places,
    whole(values) {
      const all = kept.slice()
      for (let i = 0; i < count; i++) all[places[i]] = values[i]
      return all
    },
    moved: (all) =>
      sheet.banks.find(({ name, step }, b) => {
        if (!held.includes(name)) return false
        for (let i = offsets[b]; i < offsets[b + 1]; i++)
          if (!(Math.abs(all[i] - kept[i]) <= step + 2 ** -23 * Math.abs(kept[i]))) return true
        return false
      })?.name,
    part: (all) => Float64Array.from(places, (place) => all[place]),
    rows(data, rows) {
      const all = new Float64Array(rows * kept.length)
      for (let r = 0; r < rows; r++)
        for (let i = 0; i < count; i++) all[r * kept.length + places[i]] = data[r * count + i]
      return all
    },
    signs({ bits, amplitudes, hold }, rows) {
      const all = new Uint8Array(rows * allBytes)
      for (let r = 0; r < rows; r++) {
        for (let i = 0; i < count; i++) {
          const bit = (bits[r * bytes + (i >> 3)] >> (i & 7)) & 1
          const place = places[i]
          all[r * allBytes + (place >> 3)] |= bit << (place & 7)
        }
      }
      const wide = sheet.banks.map(() => 0)
      left.forEach(({ b }, n) => {
        wide[b] = amplitudes[n]
      })
      return { kind: 'signs', bits: all, amplitudes: wide, hold }
    },
  }
}

function checkHeld(sheet: DataSheet, held: readonly string[], theta: Float64Array): void {
  const names = sheet.banks.map(({ name }) => name)
  const unknown = held.find((name) => !names.includes(name))
  if (unknown !== undefined || names.every((name) => held.includes(name)))
    throw new InsituError(
      'CONFIG',
      `frozen: ${unknown === undefined ? 'no bank is left to train' : `there is no bank ${unknown}`}; ${nameOf(sheet)} has ${names.join(', ')}`,
    )
  if (theta.length !== paramCount(sheet))
    throw new InsituError(
      'SHAPE',
      `frozen: theta has ${theta.length} numbers, ${nameOf(sheet)} has ${paramCount(sheet)} parameters`,
    )
}
