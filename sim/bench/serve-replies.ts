interface Entry {
  readonly type: number
  readonly crc: number
  /** Absent while the request waits or is being executed. */
  readonly frames?: readonly Uint8Array[]
}

/** Remembers what was answered to the last requests, so that a repeat runs nothing twice. */
export class ReplyStore {
  readonly #entries = new Map<number, Entry>()
  static readonly #kept = 64

  find(seq: number, type: number, crc: number): readonly Uint8Array[] | 'working' | undefined {
    const entry = this.#entries.get(seq)
    if (entry === undefined || entry.type !== type || entry.crc !== crc) return undefined
    return entry.frames ?? 'working'
  }

  begin(seq: number, type: number, crc: number): void {
    this.#put(seq, { type, crc })
  }

  end(seq: number, type: number, crc: number, frames: readonly Uint8Array[]): void {
    this.#put(seq, { type, crc, frames })
  }

  forget(seq: number): void {
    this.#entries.delete(seq)
  }

  clear(): void {
    this.#entries.clear()
  }

  #put(seq: number, entry: Entry): void {
    this.#entries.delete(seq)
    this.#entries.set(seq, entry)
    if (this.#entries.size <= ReplyStore.#kept) return
    for (const oldest of this.#entries.keys()) {
      this.#entries.delete(oldest)
      return
    }
  }
}
