import type { Duplex } from 'node:stream'
import type { Channel, ChannelListener } from '../../src/wire/channel.ts'

export interface DuplexOptions {
  readonly name: string
  readonly bytesPerSecond?: number
  /** Starts closing the stream; its `close` event ends the wait. */
  shut(): void
  /** Runs once the stream is closed. */
  released?(): void
  /** Runs now and then while a write waits, for streams that may sleep over it. */
  wake?(): void
}

/** How often a stream is woken while a write waits, in milliseconds. */
const WAKING = 100

/** How long a stream may take to say that it is closed, in milliseconds. */
const CLOSE_BUDGET = 500

/** A channel over an open Node stream that works both ways. */
export class DuplexChannel implements Channel {
  readonly name: string
  readonly bytesPerSecond?: number
  closed: { readonly cause: Error | undefined } | undefined
  readonly #stream: Duplex
  readonly #options: DuplexOptions
  readonly #writers = new Set<(error: Error) => void>()
  #listener: ChannelListener | undefined
  #cause: Error | undefined
  #closing: Promise<void> | undefined

  constructor(stream: Duplex, options: DuplexOptions) {
    this.name = options.name
    if (options.bytesPerSecond !== undefined) this.bytesPerSecond = options.bytesPerSecond
    this.#stream = stream
    this.#options = options
    stream.on('error', (error: Error) => {
      this.#cause ??= error
    })
    // A serial port may say it twice, and gives its reason as an argument.
    stream.on('close', (reason: unknown) => this.#end(reason instanceof Error ? reason : this.#cause))
  }

  listen(listener: ChannelListener): void {
    this.#listener = listener
    this.#stream.on('data', (chunk: Uint8Array) => {
      if (!this.closed) listener.bytes(chunk)
    })
    if (this.closed) listener.closed(this.closed.cause)
  }

  write(bytes: Uint8Array): Promise<void> {
    if (this.closed || this.#closing) return Promise.reject(this.closed?.cause ?? new Error(`${this.name} is closed`))
    return new Promise((resolve, reject) => {
      const { wake } = this.#options
      const waking = wake && setInterval(wake, WAKING).unref()
      const fail = (error: Error) => {
        clearInterval(waking)
        reject(error)
      }
      // A port that goes away forgets its callbacks.
      this.#writers.add(fail)
      this.#stream.write(bytes, (error) => {
        this.#writers.delete(fail)
        if (error) return fail(error)
        clearInterval(waking)
        resolve()
      })
    })
  }

  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  #close(): Promise<void> {
    if (this.closed) return Promise.resolve()
    return new Promise((resolve) => {
      const given = setTimeout(() => this.#end(undefined), CLOSE_BUDGET)
      this.#onEnd = () => {
        clearTimeout(given)
        resolve()
      }
      this.#options.shut()
    })
  }

  #onEnd = () => {}

  #end(cause: Error | undefined): void {
    if (this.closed) return
    const asked = this.#closing !== undefined
    this.closed = { cause: asked ? undefined : (cause ?? new Error('the far end closed the connection')) }
    for (const reject of this.#writers) reject(this.closed.cause ?? new Error(`${this.name} is closed`))
    this.#writers.clear()
    this.#options.released?.()
    this.#onEnd()
    this.#listener?.closed(this.closed.cause)
  }
}
