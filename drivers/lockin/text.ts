import type { Channel, Clock } from '../../src/wire/channel.ts'

/** Why an answer was not taken. */
export type Trouble = 'silence' | 'garbled' | 'closed'

/** An exchange that failed; what was heard of it is kept for the message. */
export class LineTrouble extends Error {
  readonly trouble: Trouble
  readonly heard: string
  constructor(trouble: Trouble, message: string, heard: string, cause?: unknown) {
    super(message, { cause })
    this.name = 'LineTrouble'
    this.trouble = trouble
    this.heard = heard
  }
}

/** What was taken of the characters heard, and what is left of them. */
export interface Taken<T> {
  readonly value: T
  readonly rest: string
  /** Whether a line feed that comes next is the second half of the end of the answer. */
  readonly halfEnd?: boolean
}

/** What is taken from the characters heard so far: undefined while more is due, throws `LineTrouble` for nonsense. */
export type Take<T> = (heard: string) => Taken<T> | undefined

/** Most characters kept of an answer that does not end. */
const LONGEST = 1 << 20
const LINE_FEED = 10

/**
 * Lines of text over any channel, one exchange at a time.
 *
 * It knows nothing of what is said: a caller states what it takes for an answer. Input that nobody asked for is kept apart
 * and reported by `stray`, for an answer that is read after it may belong to the question before.
 */
export class TextLine {
  readonly #channel: Channel
  readonly #clock: Clock
  /** What ends a line that is sent. */
  end: string
  #heard = ''
  #halfEnd = false
  #notice: (() => void) | undefined
  #closed: { readonly cause: Error | undefined } | undefined
  /** When anything was heard last, in ms; undefined if nothing ever was. */
  heardAt: number | undefined
  lastHeard = ''

  constructor(channel: Channel, clock: Clock, end: string) {
    this.#channel = channel
    this.#clock = clock
    this.end = end
    channel.listen({
      bytes: (chunk) => {
        this.heardAt = clock.now()
        // The line feed of an answer that ended with a carriage return before: nobody's, and no sign of trouble.
        const late = this.#halfEnd && chunk[0] === LINE_FEED
        if (chunk.length > 0) this.#halfEnd = false
        for (const byte of late ? chunk.subarray(1) : chunk) this.#heard += String.fromCharCode(byte)
        if (this.#heard.length > LONGEST) this.#heard = this.#heard.slice(-LONGEST)
        this.lastHeard = this.#heard.slice(-40)
        this.#notice?.()
      },
      closed: (cause) => {
        this.#closed = { cause }
        this.#notice?.()
      },
    })
  }

  get name(): string {
    return this.#channel.name
  }
  get closed(): boolean {
    return this.#closed !== undefined
  }
  /** Characters that came without a question. */
  get stray(): number {
    return this.#heard.length
  }

  /** Milliseconds that so many characters take; 0 where the line does not tell its speed. */
  millis(characters: number): number {
    const speed = this.#channel.bytesPerSecond
    return speed === undefined ? 0 : (1000 * characters) / speed
  }

  /** Sends a line without waiting for an answer. */
  async tell(line: string): Promise<void> {
    await this.#write(line)
  }

  /**
   * Sends a line and resolves with what `take` makes of the answer; rejects with `LineTrouble` after `patience` ms without a
   * character, or ten times as long in all.
   */
  async ask<T>(line: string, take: Take<T>, patience: number): Promise<T> {
    this.#heard = ''
    // From here on a line feed may be the first byte of a block; those that take text pass over it.
    this.#halfEnd = false
    const write = this.#write(line)
    write.catch(() => {})
    const began = this.#clock.now()
    for (;;) {
      if (this.#closed) throw this.#gone()
      const taken = take(this.#heard)
      if (taken !== undefined) {
        this.#heard = taken.rest
        this.#halfEnd = taken.halfEnd ?? false
        await write
        return taken.value
      }
      const cap = began + 10 * patience - this.#clock.now()
      const spoke = cap > 0 && (await this.#wait(Math.min(patience, cap)))
      if (!spoke) {
        const heard = this.#heard
        this.#heard = ''
        throw new LineTrouble('silence', `no whole answer within ${Math.round(this.#clock.now() - began)} ms`, heard)
      }
    }
  }

  /** Drops what comes until nothing has come for `quiet` ms; returns the number of characters, or undefined after `cap` ms. */
  async drain(quiet: number, cap: number): Promise<number | undefined> {
    const until = this.#clock.now() + cap
    let dropped = 0
    for (;;) {
      if (this.#closed) throw this.#gone()
      dropped += this.#heard.length
      this.#heard = ''
      if (!(await this.#wait(quiet))) return dropped
      if (this.#clock.now() > until) return undefined
    }
  }

  close(): Promise<void> {
    return this.#channel.close()
  }

  /** Resolves to whether anything happened before the time was over. */
  #wait(ms: number): Promise<boolean> {
    return new Promise((resolve) => {
      const done = (spoke: boolean) => {
        cancel()
        this.#notice = undefined
        resolve(spoke)
      }
      const cancel = this.#clock.after(ms, () => done(false))
      this.#notice = () => done(true)
    })
  }

  async #write(line: string): Promise<void> {
    if (this.#closed) throw this.#gone()
    try {
      await this.#channel.write(Uint8Array.from(`${line}${this.end}`, (c) => c.charCodeAt(0)))
    } catch (cause) {
      throw new LineTrouble('closed', `the line could not be written to: ${String(cause)}`, '', cause)
    }
  }

  #gone(): LineTrouble {
    const { cause } = this.#closed ?? {}
    return new LineTrouble('closed', `the connection closed (${cause?.message ?? 'asked for'})`, this.#heard, cause)
  }
}
