import type { InsituError } from '../../src/errors.ts'
import { whole } from './answers.ts'
import type { Conversation } from './conversation.ts'
import type { Condition, Dialect, Look } from './dialect.ts'
import { blemish, failure } from './errors.ts'
import type { Held } from './held.ts'
import { LineTrouble } from './text.ts'

/** A value that was taken, and how often it had to be asked for again. */
export interface Sample {
  /** V, or A for a current input. */
  readonly x: number
  readonly y: number
  readonly retries: number
}

/** What readings are judged by. */
export interface Judge {
  readonly name: string
  readonly conversation: Conversation
  readonly dialect: Dialect
  readonly held: Held
  /** Full scale and standard deviation of a reading, V or A. */
  readonly fullScale: number
  readonly noise: number
}

/** Attempts at one reading or one run. */
export const ATTEMPTS = 5
/** Readings in a row that must be overloaded or unlocked before the call fails: the first may have seen the change. */
export const BLEMISHED = 2
/** A reading may lie so far beyond full scale without an overload. */
export const HEADROOM = 1.1
/** Part of a reading by which six digits may disagree. */
const DIGITS = 2e-5

/** A reading in which nothing is left of what was before, or a typed error. */
export async function reading(judge: Judge, signal: AbortSignal | undefined): Promise<Sample> {
  const { conversation, dialect, held } = judge
  const { look, mostLias } = dialect
  let failed: InsituError | undefined
  let blemishes = 0
  for (let retries = 0; retries < ATTEMPTS && blemishes < BLEMISHED; retries++) {
    if (!held.known || conversation.line.stray > 0) await held.regain()
    await held.settled(signal)
    let heard: [readonly number[], number, number]
    try {
      // Status in the same line as the sample: both speak of the same moment.
      heard = await conversation.once([look.query, 'LIAS?', '*ESR?'], [look.shape, whole(mostLias), whole(255)])
    } catch (error) {
      if (!(error instanceof LineTrouble)) throw error
      held.known = false
      failed = conversation.typed(error, 'no reading')
      if (error.trouble === 'closed') break
      continue
    }
    const [values, lias, esr] = heard
    const seen = look.decode(values)
    failed = objection(judge, dialect.condition(lias, esr), seen)
    if (failed === undefined) return { x: seen.x, y: seen.y, retries }
    if (failed.code === 'OVERLOAD' || failed.code === 'UNLOCKED') {
      blemishes++
      // Somebody may have taken another scale or reference.
      held.known = false
    }
    held.touch()
  }
  throw failed as InsituError
}

/** Why a reading cannot be taken, if so. */
function objection(judge: Judge, condition: Condition, { x, y, disagreement }: Look): InsituError | undefined {
  const { name, held, fullScale, noise } = judge
  if (!held.note(condition))
    return failure(name, 'SETTINGS_LOST', 'its settings may have changed', 'it was switched off or touched')
  const bad = blemish(name, condition)
  if (bad !== undefined) return bad
  const size = Math.max(Math.abs(x), Math.abs(y))
  if (size > HEADROOM * fullScale)
    return failure(name, 'INVALID_READING', `${size} is beyond its full scale of ${fullScale}`, 'check the line')
  if (disagreement > DIGITS * size + noise + 1e-6 * fullScale)
    return failure(
      name,
      'INVALID_READING',
      `X, Y, R and phase of one moment disagree by ${disagreement}`,
      'check the line for lost characters',
    )
  return undefined
}
