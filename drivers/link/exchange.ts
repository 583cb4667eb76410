import type { Clock } from '../../src/wire/channel.ts'

/** How patient a link is, in milliseconds; the time the device needs for its work comes on top. */
export interface Timing {
  /** Silence after which a request is repeated; doubled with every repeat, up to eightfold. */
  readonly replyMs: number
  /** Repeats without progress before a request fails. */
  readonly retries: number
  /** Longest time a request may take in all, beyond twenty times what was expected. */
  readonly capMs: number
  /** Silence after which an armed device is given a sign of life. */
  readonly beatMs: number
  /** How long a device may take to answer after the channel opened: a board may be starting. */
  readonly openMs: number
  /** What bringing the device to its safe values may take when the link is closed. */
  readonly closeMs: number
}

export const TIMING: Timing = { replyMs: 250, retries: 3, capMs: 5000, beatMs: 250, openMs: 3500, closeMs: 1000 }

export interface Ask {
  readonly signal?: AbortSignal | undefined
  /** What the device needs for the work itself. */
  readonly workMs?: number
  /** Bytes written ahead of it, for lines of known speed. */
  readonly aheadBytes?: number
  /** Payload bytes expected back, for lines of known speed. */
  readonly replyBytes?: number
  /** Takes a DATA frame; returns whether it brought anything new. Throws if it cannot belong to the request. */
  readonly data?: (payload: Uint8Array) => boolean
  /** Whether a reply can be taken: false asks again. */
  readonly accept?: (reply: Uint8Array) => boolean
  readonly retries?: number
  /** Silence after which it is repeated, always the same. */
  readonly patienceMs?: number
  /** Passes requests that wait. */
  readonly urgent?: boolean
}

export interface Answer {
  readonly payload: Uint8Array
  readonly retries: number
}

/** One request on its way. */
export class Exchange {
  readonly type: number
  readonly seq: number
  readonly frame: Uint8Array
  readonly ask: Ask
  readonly promise: Promise<Answer>
  /** When it was last written, and first became the oldest one unanswered. */
  sentAt = 0
  turnAt = 0
  /** Its place among all frames written, when last written. */
  order = 0
  /** Bytes heard on the link before it was last written. */
  heardBefore = 0
  /** Writes since the last progress, and repeats in all. */
  attempts = 0
  retries = 0
  #resolve!: (answer: Answer) => void
  #reject!: (error: unknown) => void
  readonly #patience: number

  constructor(type: number, seq: number, frame: Uint8Array, ask: Ask, patience: number) {
    this.type = type
    this.seq = seq
    this.frame = frame
    this.ask = ask
    this.#patience = patience
    this.promise = new Promise((resolve, reject) => {
      this.#resolve = resolve
      this.#reject = reject
    })
  }

  /** Silence allowed after the last progress. */
  get patience(): number {
    return this.ask.patienceMs ?? this.#patience * 2 ** Math.min(3, Math.max(0, this.attempts - 1))
  }

  /** Time allowed in all. */
  cap(timing: Timing): number {
    return timing.capMs + 20 * this.#patience
  }

  resolve(payload: Uint8Array): void {
    this.#resolve({ payload, retries: this.retries })
  }

  reject(error: unknown): void {
    this.#reject(error)
  }
}

/** One timer for all requests: set to the earliest moment something may be due. */
export class Alarm {
  readonly #clock: Clock
  readonly #ring: () => void
  #cancel: (() => void) | undefined
  #due = Number.POSITIVE_INFINITY

  constructor(clock: Clock, ring: () => void) {
    this.#clock = clock
    this.#ring = ring
  }

  /** Rings at `due`; Infinity for never. A later moment than the one set is looked at when that one comes. */
  set(due: number): void {
    if (due === Number.POSITIVE_INFINITY) this.#clear()
    else if (due < this.#due) {
      this.#clear()
      this.#due = due
      this.#cancel = this.#clock.after(Math.max(0, due - this.#clock.now()), () => {
        this.#cancel = undefined
        this.#due = Number.POSITIVE_INFINITY
        this.#ring()
      })
    }
  }

  #clear(): void {
    this.#cancel?.()
    this.#cancel = undefined
    this.#due = Number.POSITIVE_INFINITY
  }
}
