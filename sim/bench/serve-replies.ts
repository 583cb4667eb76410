/** One frame of an answer; `as` where it is not the reply itself. */
export interface Reply {
  readonly as?: number
  readonly payload: Uint8Array
}

/** Requests whose answers are remembered: as many as may be under way at once. */
export const KEPT_REPLIES = 16

interface Entry {
  readonly type: number
  readonly crc: number
  /** Absent while the request waits or is being executed. */
  readonly frames?: readonly Uint8Array[]
}

/** Remembers what was answered to the last requests, so that a repeat runs nothing twice. */
export class ReplyStore {
  readonly #entries = new Map<number, Entry>()

  find(seq: number, type: number, crc: number): readonly Uint8Array[] | 'working' | undefined {
    const entry = this.#entries.get(seq)
    if (entry === undefined || entry.type !== type || entry.crc !== crc) return undefined
    return entry.frames ?? 'working'
  }

  begin(seq: number, type: number, crc: number): void {
    this.#put(seq, { type, crc })
  }

  /** Keeps the answer of a request that was begun. */
  end(seq: number, type: number, crc: number, frames: readonly Uint8Array[]): void {
    if (this.#entries.has(seq)) this.#put(seq, { type, crc, frames })
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
    if (this.#entries.size <= KEPT_REPLIES) return
    for (const oldest of this.#entries.keys()) {
      this.#entries.delete(oldest)
      return
    }
  }
}
