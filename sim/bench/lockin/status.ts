/** A status byte or word whose bits stay set until they are read, and the mask that decides what it reports further. */
export class StatusRegister {
  #bits = 0
  enabled = 0
  readonly width: number

  constructor(width = 8) {
    this.width = width
  }

  set(bit: number): void {
    this.#bits |= 1 << bit
  }

  clear(): void {
    this.#bits = 0
  }

  /** Whether anything set is enabled. */
  get reports(): boolean {
    return (this.#bits & this.enabled) !== 0
  }

  /** Gives the whole register and clears it. */
  read(): number {
    const bits = this.#bits
    this.#bits = 0
    return bits
  }

  /** Gives and clears one bit. */
  readBit(bit: number): number {
    const set = (this.#bits >> bit) & 1
    this.#bits &= ~(1 << bit)
    return set
  }

  enable(bit: number, on: boolean): void {
    this.enabled = on ? this.enabled | (1 << bit) : this.enabled & ~(1 << bit)
  }
}
