import { InsituError } from '../errors.ts'
import type { LessonTable } from '../rules/lessons.ts'

/** All 2^bits inputs (0 or 1 each) with their parity as the one target; `bits` = 2 is XOR. */
export function parity(bits: number): LessonTable {
  if (!Number.isInteger(bits) || bits < 2 || bits > 12) {
    throw new InsituError('CONFIG', `parity: bits is ${bits}, wanted a whole number from 2 to 12`)
  }
  const rows = 2 ** bits
  const drive = new Float64Array(rows * bits)
  const target = new Float64Array(rows)
  for (let row = 0; row < rows; row++) {
    for (let b = 0; b < bits; b++) {
      const bit = (row >> b) & 1
      drive[row * bits + b] = bit
      target[row] = target[row] === bit ? 0 : 1
    }
  }
  return { rows, drive, target }
}
