import { InsituError } from '../errors.ts'
import type { CallOptions, Receipt } from './backend.ts'
import { type DataSheet, nameOf } from './sheet.ts'

/** How often a block with invalid readings is measured again before the call fails. */
const REMEASURE = 3

/**
 * Measures again what came back with an invalid reading at `bad`; `INVALID_READING` names the reading that stays so.
 *
 * The receipt covers the time from the first attempt on and counts every repetition.
 */
export async function measureAgain(
  sheet: DataSheet,
  exchange: () => Promise<Receipt>,
  target: Float64Array,
  bad: number,
  first: Receipt,
  opts: CallOptions,
): Promise<Receipt> {
  let total = first
  let at = bad
  for (let attempt = 0; attempt < REMEASURE; attempt++) {
    opts.signal?.throwIfAborted()
    const receipt = await exchange()
    total = { ...receipt, startedAt: total.startedAt, retries: total.retries + receipt.retries + 1 }
    at = firstInvalid(target)
    if (at < 0) return total
  }
  const width = sheet.sense.width
  throw new InsituError(
    'INVALID_READING',
    `${nameOf(sheet)}: reading ${at % width} of slot ${Math.floor(at / width)} is not a number after ${REMEASURE + 1} measurements`,
    { device: sheet.machine, hint: 'check the sensor and its settle time' },
  )
}

/** Place of the first reading that is not a number; -1 if all are. */
export function firstInvalid(readings: Float64Array): number {
  for (let i = 0; i < readings.length; i++) if (!Number.isFinite(readings[i])) return i
  return -1
}

/** Two pieces of one block, one after the other. */
export function joined(a: Receipt, b: Receipt): Receipt {
  return {
    slots: a.slots + b.slots,
    clipped: a.clipped + b.clipped,
    retries: a.retries + b.retries,
    saturated: a.saturated + b.saturated,
    startedAt: a.startedAt,
    endedAt: b.endedAt,
  }
}
