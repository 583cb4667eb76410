import type { InsituError } from '../../src/errors.ts'
import type { Transfer } from './dialect.ts'
import { blemish, failure } from './errors.ts'
import { ATTEMPTS, BLEMISHED, HEADROOM, type Judge } from './reading.ts'

/** Points that were stored, X and Y one after the other, in V or A. */
export interface Stored {
  readonly values: Float64Array
  readonly retries: number
}

/** Stores one point for each trigger while `during` runs; what was disturbed is run again, or fails with a typed error. */
export async function storedRun(
  judge: Judge,
  points: number,
  during: () => Promise<void>,
  transfer: Transfer,
  signal: AbortSignal | undefined,
): Promise<Stored> {
  const { conversation, dialect, held } = judge
  let failed: InsituError | undefined
  let blemishes = 0
  for (let retries = 0; retries < ATTEMPTS && blemishes < BLEMISHED; retries++) {
    signal?.throwIfAborted()
    if (!held.known || conversation.line.stray > 0) await held.regain()
    const before = conversation.recoveries
    await held.asked(() => dialect.storage.arm(conversation, points))
    await during()
    const end = await held.asked(() => dialect.storage.finish(conversation))
    // If the line had to be brought back, the status of the run may have been read and lost on the way.
    if (conversation.recoveries !== before) held.known = false
    failed = held.note(end.condition)
      ? (blemish(judge.name, end.condition) ?? miscounted(judge.name, end.points, points))
      : failure(
          judge.name,
          'SETTINGS_LOST',
          'it was disturbed in the middle of a run',
          'it was switched off or touched',
        )
    if (failed === undefined) {
      const values = await held.asked(() => dialect.storage.fetch(conversation, points, transfer))
      if (conversation.recoveries === before && values.every((value) => Math.abs(value) <= HEADROOM * judge.fullScale))
        return { values, retries }
      failed = failure(judge.name, 'INVALID_READING', 'stored points could not be read', 'check the line')
    } else if (failed.code === 'OVERLOAD' || failed.code === 'UNLOCKED') {
      blemishes++
      held.known = false
    }
  }
  throw failed as InsituError
}

function miscounted(name: string, stored: number, points: number): InsituError | undefined {
  if (stored === points) return undefined
  return failure(
    name,
    'INVALID_READING',
    `${stored} points were stored for ${points} triggers`,
    'check the trigger cable, and that slots are longer than 2 ms',
  )
}
