import { InsituError } from '../errors.ts'

/** What has the machine to itself between calls: a flight. */
export interface Holder {
  /** The refusal of everybody else. */
  busy(): InsituError
  /** Gives up the machine, by `leave`; may be asked more than once. */
  drop(): Promise<void>
}

/** Lets one call at a time through to the machine, in call order; shared by all facets of one device. */
export class Gate {
  readonly #owner: string
  #holder: Holder | undefined
  /** The holder has made its last call: whoever comes now waits for that one. */
  #leaving = false
  #waiting = 0
  #tail: Promise<unknown> = Promise.resolve()
  #closed = false

  constructor(owner: string) {
    this.#owner = owner
  }

  /** Runs `call` when its turn comes; rejects with the signal's reason if that fires first, with `DISPOSED` after `close`. */
  run<T>(call: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    if (this.#closed) return Promise.reject(this.disposed())
    if (signal?.aborted) return Promise.reject(signal.reason)
    if (this.#holder !== undefined && !this.#leaving) return Promise.reject(this.#holder.busy())
    return this.#waiting === 0 ? this.#follow(started(call)) : this.#wait(call, signal)
  }

  #wait<T>(call: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    let entered = false
    const turn = this.#follow(
      this.#tail.then(() => {
        entered = true
        return this.#enter(call, signal)
      }),
    )
    return signal === undefined ? turn : abortable(turn, signal, () => !entered)
  }

  /** Registered before the caller can await `turn`, so an idle gate is seen as idle by the caller's next call. */
  #follow<T>(turn: Promise<T>): Promise<T> {
    this.#waiting++
    this.#tail = turn.then(this.#leave, this.#leave)
    return turn
  }

  get closed(): boolean {
    return this.#closed
  }

  /** From inside a call: until the holder leaves, every other call is refused, those that wait already too. */
  hold(holder: Holder): void {
    this.#holder = holder
  }

  /** Runs the holder's last call, after the refusal of those that waited; then the gate is free, whatever came of it. */
  leave<T>(call: () => Promise<T>): Promise<T> {
    this.#leaving = true
    const last = () => started(call).finally(this.#free)
    return this.#follow(this.#waiting === 0 ? last() : this.#tail.then(last))
  }

  /** Refuses new calls and resolves when the last one under way has settled and the holder has given up the machine. */
  async close(): Promise<void> {
    this.#closed = true
    await this.#tail
    await this.#holder?.drop()
  }

  readonly #free = () => {
    this.#holder = undefined
    this.#leaving = false
  }

  readonly #leave = () => {
    this.#waiting--
  }

  #enter<T>(call: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    if (signal?.aborted) return Promise.reject(signal.reason)
    // Calls that were waiting when the device was disposed never reach the machine.
    if (this.#closed) return Promise.reject(this.disposed())
    if (this.#holder !== undefined) return Promise.reject(this.#holder.busy())
    return call()
  }

  /** The refusal of a closed gate. */
  disposed(): InsituError {
    return new InsituError('DISPOSED', `${this.#owner} was disposed; no further call is possible`, {
      device: this.#owner,
      hint: 'open the device again',
    })
  }
}

function started<T>(call: () => Promise<T>): Promise<T> {
  try {
    return call()
  } catch (error) {
    return Promise.reject(error)
  }
}

/** Rejects as soon as the signal fires while `waits`; the turn itself is passed over when it comes. */
function abortable<T>(turn: Promise<T>, signal: AbortSignal, waits: () => boolean): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      if (waits()) reject(signal.reason)
    }
    signal.addEventListener('abort', stop)
    turn.finally(() => signal.removeEventListener('abort', stop)).then(resolve, reject)
  })
}
