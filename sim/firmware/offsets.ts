import { rowIndex } from '../../src/codes/expand.ts'
import { type Code, type Delta, rowsFor, type Signs, type Track } from '../../src/contract/block.ts'
import type { DataSheet } from '../../src/contract/sheet.ts'
import { amplitudeCounts, parameterCounts } from './counts.ts'
import { codeValues } from './values.ts'

/** The perturbation of a block, row by row, in DAC counts. */
export interface Offsets {
  /** Slots per row. */
  readonly hold: number
  /** Writes row `row` to `into`, one number per parameter; up to 32768 in size, beyond 16 bits. */
  fill(row: number, into: Int32Array): void
}

/** Perturbations as the firmware computes them: the code first, then its sign. */
export function offsets(sheet: DataSheet, delta: Delta | undefined, slots: number): Offsets {
  if (delta === undefined) return { hold: slots, fill: (_, into) => into.fill(0) }
  if (delta.kind === 'track') return tracked(sheet, delta, slots)
  return delta.kind === 'signs' ? signed(sheet, delta) : coded(sheet, delta)
}

function tracked(sheet: DataSheet, track: Track, slots: number): Offsets {
  const data = parameterCounts(sheet, track.data, rowsFor(slots, track.hold))
  return {
    hold: track.hold,
    fill: (row, into) => into.set(data.subarray(row * into.length, (row + 1) * into.length)),
  }
}

function signed(sheet: DataSheet, { bits, amplitudes, hold }: Signs): Offsets {
  const amplitude = amplitudeCounts(sheet, amplitudes)
  const bytes = Math.ceil(amplitude.length / 8)
  return {
    hold,
    fill(row, into) {
      for (let i = 0; i < into.length; i++) {
        const minus = (bits[row * bytes + (i >> 3)] >> (i & 7)) & 1
        into[i] = minus ? -amplitude[i] : amplitude[i]
      }
    },
  }
}

function coded(sheet: DataSheet, code: Code): Offsets {
  const amplitude = amplitudeCounts(sheet, code.amplitudes)
  const values = codeValues(code.family, code.seed, amplitude.length)
  const value = new Int16Array(amplitude.length)
  let held = -1
  return {
    hold: code.hold,
    fill(row, into) {
      const { k, negative } = rowIndex(code, row)
      if (k !== held) values.fill(k, value)
      held = k
      const sign = negative ? -1 : 1
      for (let i = 0; i < into.length; i++) {
        const product = amplitude[i] * value[i]
        into[i] = sign * (values.unit === 1 ? product : (product + 16384) >> 15)
      }
    },
  }
}
