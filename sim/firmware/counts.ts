import { bankOffsets, type DataSheet } from '../../src/contract/sheet.ts'
import { toCount } from '../../src/wire/index.ts'

/** Values of one step as the 16-bit counts that travel on the wire. */
export function counts(values: ArrayLike<number>, step: number, count = values.length): Int16Array {
  const out = new Int16Array(count)
  for (let i = 0; i < count; i++) out[i] = toCount(values[i], step)
  return out
}

/** Rows of one value per parameter as counts of each bank's step. */
export function parameterCounts(sheet: DataSheet, values: ArrayLike<number>, rows = 1): Int16Array {
  const offsets = bankOffsets(sheet)
  const width = offsets[offsets.length - 1]
  const out = new Int16Array(rows * width)
  sheet.banks.forEach(({ step }, b) => {
    for (let at = 0; at < out.length; at += width)
      for (let i = at + offsets[b]; i < at + offsets[b + 1]; i++) out[i] = toCount(values[i], step)
  })
  return out
}

/** One amplitude per bank as counts, written out to one per parameter. */
export function amplitudeCounts(sheet: DataSheet, amplitudes: readonly number[]): Int16Array {
  const offsets = bankOffsets(sheet)
  const out = new Int16Array(offsets[offsets.length - 1])
  sheet.banks.forEach(({ step }, b) => {
    out.fill(toCount(amplitudes[b], step), offsets[b], offsets[b + 1])
  })
  return out
}
