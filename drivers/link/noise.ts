import type { LinkCounters } from './events.ts'

/** Bad frames above this share of all are news. */
const NOISY = 0.01

/** Tells once that a line is bad. */
export class Noise {
  readonly #counters: LinkCounters
  #told = false

  constructor(counters: LinkCounters) {
    this.#counters = counters
  }

  /** What there is to tell. */
  news(): readonly Pick<LinkCounters, 'bad' | 'heard'>[] {
    const { bad, heard } = this.#counters
    if (this.#told || bad + heard < 100 || bad < NOISY * (bad + heard)) return []
    this.#told = true
    return [{ bad, heard }]
  }
}
