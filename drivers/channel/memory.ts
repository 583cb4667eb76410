import type { Channel, ChannelListener } from '../../src/wire/channel.ts'

interface Parcel {
  readonly bytes: Uint8Array
  readonly sent: () => void
  readonly failed: (error: Error) => void
}

/** One end of a line in memory; what one end writes the other hears, in order, on a later turn of the event loop. */
class MemoryEnd implements Channel {
  readonly name: string
  closed: { readonly cause: Error | undefined } | undefined
  #far!: MemoryEnd
  #listener: ChannelListener | undefined
  #inbox: Parcel[] = []
  #due = false

  constructor(name: string) {
    this.name = name
  }

  static pair(name: string): [Channel, Channel] {
    const near = new MemoryEnd(`${name}#a`)
    const far = new MemoryEnd(`${name}#b`)
    near.#far = far
    far.#far = near
    return [near, far]
  }

  listen(listener: ChannelListener): void {
    this.#listener = listener
    this.#schedule()
  }

  /** Resolves once the far end has taken the bytes: as many wait as were written without waiting. */
  write(bytes: Uint8Array): Promise<void> {
    if (this.closed) return Promise.reject(this.closed.cause ?? new Error(`${this.name} is closed`))
    return new Promise((sent, failed) => {
      this.#far.#inbox.push({ bytes, sent, failed })
      this.#far.#schedule()
    })
  }

  async close(): Promise<void> {
    this.#end(undefined)
    this.#far.#end(new Error('the far end was closed'))
  }

  #schedule(): void {
    if (this.#due || this.#listener === undefined || this.#inbox.length === 0) return
    this.#due = true
    // A turn of the event loop, not a microtask: timers and signals must get through during long exchanges.
    setImmediate(() => {
      this.#due = false
      const parcels = this.#inbox
      this.#inbox = []
      for (const { bytes, sent } of parcels) {
        if (!this.closed) this.#listener?.bytes(bytes)
        sent()
      }
      this.#schedule()
    })
  }

  #end(cause: Error | undefined): void {
    if (this.closed) return
    this.closed = { cause }
    for (const { failed } of this.#inbox) failed(cause ?? new Error(`${this.name} is closed`))
    this.#inbox = []
    this.#listener?.closed(cause)
  }
}

/** Both ends of a line in memory. */
export function memoryPair(name = 'memory:'): [Channel, Channel] {
  return MemoryEnd.pair(name)
}
