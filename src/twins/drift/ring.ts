import type { TwinRecord } from '../calibration.ts'

/** The latest measured rows, as many as asked for. */
export class Ring {
  readonly #keep: number
  readonly #records: TwinRecord[] = []
  #rows = 0

  constructor(keep: number) {
    this.#keep = keep
  }

  /** Copies a record; what is then more than enough is dropped, oldest first, whole records at a time. */
  add({ theta, drive, sense, rows }: TwinRecord): void {
    this.#records.push({ theta: theta.slice(), drive: drive.slice(), sense: sense.slice(), rows })
    this.#rows += rows
    while (this.#records.length > 1 && this.#rows - this.#records[0].rows >= this.#keep)
      this.#rows -= (this.#records.shift() as TwinRecord).rows
  }

  /** Forgets them all. */
  clear(): void {
    this.#records.length = 0
    this.#rows = 0
  }

  get records(): readonly TwinRecord[] {
    return this.#records
  }
}
