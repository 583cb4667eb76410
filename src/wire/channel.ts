/** What a channel tells its listener. */
export interface ChannelListener {
  /** Bytes as they come, cut anywhere; the view is valid during the call only. */
  bytes(chunk: Uint8Array): void
  /** Told once, when the channel is gone: with the cause if nobody asked for it. */
  closed(cause: Error | undefined): void
}

/** A two-way stream of bytes: a serial port, a socket, or memory. Opened once, never opened again. */
export interface Channel {
  /** Where it leads, as a URI: "serial:/dev/ttyUSB0". */
  readonly name: string
  /** Bytes a second the line carries each way, if it is known. */
  readonly bytesPerSecond?: number
  /** Whether it is closed, and why if nobody asked for it. */
  readonly closed: { readonly cause: Error | undefined } | undefined
  /** Sets the one listener; bytes that came before are handed over first. */
  listen(listener: ChannelListener): void
  /** Resolves when the channel can take more; rejects when it is closed. `bytes` must not be changed until then. */
  write(bytes: Uint8Array): Promise<void>
  /** Resolves when it is closed; never rejects, and may be called again. */
  close(): Promise<void>
}

/** A monotonic clock and its timers; tests may pass their own. */
export interface Clock {
  /** Milliseconds since some fixed moment. */
  now(): number
  /** Calls back after `ms`; returns the function that cancels it. A `background` timer does not keep a program alive. */
  after(ms: number, call: () => void, background?: 'background'): () => void
}
