import type { DataSheet } from '../contract/sheet.ts'
import { bankOffsets } from '../contract/sheet.ts'

/** Moves theta into the banks' limits, less `headroom` (per bank, both ends); returns how many values were moved. */
export function project(sheet: DataSheet, theta: Float64Array, headroom: readonly number[]): number {
  const offsets = bankOffsets(sheet)
  let moved = 0
  for (let b = 0; b < sheet.banks.length; b++) {
    const low = sheet.banks[b].min + headroom[b]
    const high = sheet.banks[b].max - headroom[b]
    for (let i = offsets[b]; i < offsets[b + 1]; i++) {
      if (theta[i] < low) theta[i] = low
      else if (theta[i] > high) theta[i] = high
      else continue
      moved++
    }
  }
  return moved
}
