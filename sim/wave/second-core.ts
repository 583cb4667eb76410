import type { Worker } from 'node:worker_threads'
import { InsituError } from '../../src/errors.ts'
import { startThread } from '../thread.ts'
import type { Course } from './passage.ts'
import { bringBack, type Returned, type Reversed } from './return.ts'

/** What the second core is asked: one message there, and a `Returned` back. */
export interface WayBack extends Reversed {
  readonly drive: Float64Array
}

type Answer = (found: Returned | undefined) => void

/**
 * Runs the second wave of a pair in a worker thread, beside the first: the same machine code on the same numbers, so the
 * same bits.
 *
 * The thread starts with the first pair (0.3 s), keeps no process alive, and ends with `dispose`. Where it cannot start, or
 * if it is lost, a warning of the process says why, and this and all further pairs run on one core.
 *
 * Question and answer cost 0.1 ms for 64 sites and 0.5 ms for 128 x 128, the whole state being copied: it pays where a pair
 * takes more than about 5 ms, as 128 x 128 sites over 50 steps do, and the other core is idle.
 */
export class SecondCore implements AsyncDisposable {
  readonly #options: object
  #worker: Worker | undefined
  #state: 'unused' | 'used' | 'lost' | 'closed' = 'unused'
  readonly #waiting: Answer[] = []

  /** Copies what the thread makes its field from, the options of the machine; throws `CONFIG` where they cannot be. */
  constructor(options: object) {
    try {
      this.#options = structuredClone(options)
    } catch (cause) {
      throw new InsituError('CONFIG', `wave-field: options for a second core must be copied: ${String(cause)}`, {
        cause,
        hint: 'set cores to 1 to do without',
      })
    }
  }

  /** As `bringBack`; throws `DISPOSED` when it is closed, before or meanwhile. */
  async bringBack(
    course: Course,
    [first, { state, kicks }]: readonly Reversed[],
    drive: Float64Array,
  ): Promise<readonly Returned[]> {
    const second = { state, kicks }
    const asked = this.#ask({ ...second, drive })
    const [here] = bringBack(course, [first], drive)
    const there = await asked
    if (this.#state === 'closed')
      throw new InsituError('DISPOSED', 'wave-field: a pair of echoes was asked of a machine that is closed')
    return [here, there ?? bringBack(course, [second], drive)[0]]
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#state = 'closed'
    await this.#worker?.terminate()
  }

  /** Undefined where nobody answers. */
  async #ask(wave: WayBack): Promise<Returned | undefined> {
    if (this.#state === 'unused') this.#start()
    const worker = this.#worker
    if (this.#state !== 'used' || worker === undefined) return undefined
    return new Promise((answer) => {
      worker.postMessage(wave)
      this.#waiting.push(answer)
      // Nobody leaves while an answer is on its way.
      worker.ref()
    })
  }

  #start(): void {
    this.#state = 'used'
    try {
      const worker = startThread('second-core-thread', import.meta.url, this.#options)
      this.#worker = worker
      worker.on('message', (found: Returned) => {
        this.#waiting.shift()?.(found)
        if (this.#waiting.length === 0) worker.unref()
      })
      worker.once('messageerror', (error) => this.#lose(error))
      worker.once('error', (error) => this.#lose(error))
      worker.once('exit', (code) => this.#lose(new Error(`its thread ended with code ${code}`)))
    } catch (error) {
      this.#lose(error as Error)
    }
  }

  #lose(cause: Error): void {
    if (this.#state === 'used') {
      this.#state = 'lost'
      const what = `wave-field: no second core: ${cause.message}; both echoes of a pair run on one, to the same numbers`
      process.emitWarning(new InsituError('CAPABILITY', what, { cause, hint: 'set cores to 1 to do without' }))
    }
    this.#worker?.unref()
    for (const answer of this.#waiting.splice(0)) answer(undefined)
  }
}
