import { writeFault } from './fault.ts'

/** Where a journal's bytes end up; a file, or a test's memory. */
export interface Sink {
  readonly path: string
  /** Writes at a position; returns how many bytes were taken. */
  write(bytes: Uint8Array, position: number): number
  /** Returns when all that was written survives a power cut. */
  sync(): void
  close(): void
}

/**
 * Appends text in batches. What a full disk does not take is held and written again from the same position, so a
 * failed flush loses nothing and leaves no hole.
 */
export class Journal {
  readonly #sink: Sink
  #lines: string[] = []
  #written = 0

  constructor(sink: Sink) {
    this.#sink = sink
  }

  /** Lines that are not in the file yet. */
  get held(): number {
    return this.#lines.length
  }

  /** Bytes that are certainly in the file. */
  get bytes(): number {
    return this.#written
  }

  push(line: string): void {
    this.#lines.push(line)
  }

  /** Writes the lines held; throws `RECORD` and keeps them if the file cannot take them. */
  flush(): void {
    if (this.#lines.length === 0) return
    const bytes = Buffer.from(`${this.#lines.join('\n')}\n`)
    let done = 0
    try {
      while (done < bytes.length) done += this.#sink.write(bytes.subarray(done), this.#written + done)
    } catch (cause) {
      throw writeFault(cause, this.#sink.path, `${this.#lines.length} events held`)
    }
    this.#written += bytes.length
    this.#lines = []
  }

  sync(): void {
    this.flush()
    try {
      this.#sink.sync()
    } catch (cause) {
      throw writeFault(cause, this.#sink.path, 'the last second may not survive a power cut')
    }
  }

  close(): void {
    this.#sink.close()
  }
}
