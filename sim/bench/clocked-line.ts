import type { Channel, ChannelListener, Clock } from '../../src/wire/channel.ts'

export interface ClockedLineOptions {
  readonly clock: Clock
  /** Bytes a second each way; ten bits to the byte, so 1920 at 19200 baud. Infinity if it does not matter. */
  readonly bytesPerSecond?: number
  readonly name?: string
}

/** Both ends of a line in memory whose bytes take their time on a clock, each way for itself. */
export function clockedLine({
  clock,
  bytesPerSecond = Number.POSITIVE_INFINITY,
  name = 'line:',
}: ClockedLineOptions): [Channel, Channel] {
  const near = new LineEnd(`${name}#a`, clock, bytesPerSecond)
  const far = new LineEnd(`${name}#b`, clock, bytesPerSecond)
  near.far = far
  far.far = near
  return [near, far]
}

class LineEnd implements Channel {
  readonly name: string
  readonly bytesPerSecond?: number
  closed: { readonly cause: Error | undefined } | undefined
  far!: LineEnd
  readonly #clock: Clock
  readonly #msPerByte: number
  #listener: ChannelListener | undefined
  #early: Uint8Array[] = []
  /** When what was written last will have gone. */
  #freeAt = 0

  constructor(name: string, clock: Clock, bytesPerSecond: number) {
    this.name = name
    this.#clock = clock
    this.#msPerByte = 1000 / bytesPerSecond
    if (Number.isFinite(bytesPerSecond)) this.bytesPerSecond = bytesPerSecond
  }

  listen(listener: ChannelListener): void {
    this.#listener = listener
    for (const bytes of this.#early.splice(0)) listener.bytes(bytes)
    if (this.closed) listener.closed(this.closed.cause)
  }

  write(bytes: Uint8Array): Promise<void> {
    if (this.closed) return Promise.reject(this.closed.cause ?? new Error(`${this.name} is closed`))
    const copy = bytes.slice()
    const now = this.#clock.now()
    this.#freeAt = Math.max(now, this.#freeAt) + copy.length * this.#msPerByte
    return new Promise((resolve, reject) => {
      this.#clock.after(this.#freeAt - now, () => {
        if (this.closed) return reject(this.closed.cause ?? new Error(`${this.name} is closed`))
        this.far.#hear(copy)
        resolve()
      })
    })
  }

  async close(): Promise<void> {
    this.#end(undefined)
    this.far.#end(new Error('the far end was closed'))
  }

  #hear(bytes: Uint8Array): void {
    if (this.closed) return
    if (this.#listener === undefined) this.#early.push(bytes)
    else this.#listener.bytes(bytes)
  }

  #end(cause: Error | undefined): void {
    if (this.closed) return
    this.closed = { cause }
    this.#listener?.closed(cause)
  }
}
