type Fate = 'answered' | 'late'

/** Remembers the last requests' numbers, to tell what a frame that answers nothing is. */
export class Ledger {
  readonly #fates = new Map<number, Fate>()
  static readonly #size = 512

  note(seq: number, fate: Fate): void {
    this.#fates.delete(seq)
    this.#fates.set(seq, fate)
    if (this.#fates.size <= Ledger.#size) return
    for (const oldest of this.#fates.keys()) {
      this.#fates.delete(oldest)
      return
    }
  }

  recall(seq: number): Fate | undefined {
    return this.#fates.get(seq)
  }
}
