import type { Clock } from '../../src/wire/channel.ts'
import type { LockIn } from './lockin.ts'

/** Longest a call that has failed waits for its source, in ms: many exchanges at 9600 baud. */
const LIMIT = 2000

/**
 * Sets the sine output back to what is stored, V rms, after a block that did not reach its end; never rejects, for the
 * block's own error is the one to tell. Resolves after 2 s at the latest: the attempt goes on by itself and later calls wait
 * for it, and where the line is dead the value is set when the instrument is heard again.
 */
export function putBack(lockIn: LockIn, volts: number, clock: Clock): Promise<void> {
  return new Promise((resolve) => {
    const cancel = clock.after(LIMIT, resolve)
    const done = () => {
      cancel()
      resolve()
    }
    lockIn.apply([lockIn.oscillator(volts)]).then(done, done)
  })
}
