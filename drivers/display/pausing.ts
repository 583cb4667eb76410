import { InsituError } from '../../src/errors.ts'
import type { LockIn } from '../lockin/lockin.ts'
import type { Display } from './display.ts'

export type Instrument = 'display' | 'lock-in amplifier'

/** An error, and whose it is. */
class Failure extends Error {
  readonly instrument: Instrument
  constructor(instrument: Instrument, cause: unknown) {
    super(String(cause), { cause })
    this.instrument = instrument
  }
}

/** Lines that are gone or silent carry no words of farewell. */
const UNREACHABLE = new Set(['TIMEOUT', 'LINK_LOST'])

/** Runs one instrument's part of a work, so that its failure is known to be its own. */
export async function partOf<T>(instrument: Instrument, work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    throw error instanceof Failure ? error : new Failure(instrument, error)
  }
}

/** Whether an error tells that the display was switched off and on. */
export function isRestart(error: unknown): boolean {
  const cause = error instanceof Failure ? error.cause : error
  return cause instanceof InsituError && cause.code === 'DEVICE_RESET'
}

export interface Pair {
  readonly machine: string
  readonly display: Display
  readonly lockIn: LockIn
}

/**
 * Runs a work of both instruments; if it fails, both are paused and the error names the one that failed and what became of
 * the other. An aborted work pauses nothing.
 */
export async function together<T>(pair: Pair, work: () => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  try {
    return await work()
  } catch (error) {
    const cause = error instanceof Failure ? error.cause : error
    if (!(error instanceof Failure) || signal?.aborted) throw cause
    throw await paused(pair, error.instrument, cause)
  }
}

async function paused({ machine, display, lockIn }: Pair, failed: Instrument, cause: unknown): Promise<InsituError> {
  const code = cause instanceof InsituError ? cause.code : 'INTERNAL'
  const gone = UNREACHABLE.has(code) ? failed : undefined
  const [dark, floor] = await Promise.all([
    gone !== 'display' && done(display.dark()),
    gone !== 'lock-in amplifier' && done(lockIn.safe()),
  ])
  const states = [
    dark ? 'the display is dark' : 'the display goes dark by itself after its silence',
    floor ? 'the source is at its floor' : 'the source stays as it was: switch it off by hand',
  ]
  const reason = cause instanceof Error ? cause.message : String(cause)
  return new InsituError(code, `${machine}: the ${failed} failed: ${reason}; both are paused: ${states.join(', ')}`, {
    cause,
    device: failed,
    ...(cause instanceof InsituError && cause.hint !== undefined && { hint: cause.hint }),
    ...(cause instanceof InsituError && cause.port !== undefined && { port: cause.port }),
  })
}

function done(work: Promise<void>): Promise<boolean> {
  return work.then(
    () => true,
    () => false,
  )
}
