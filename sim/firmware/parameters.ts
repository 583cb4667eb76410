/** theta32: 16 bits of fraction below a DAC count. */
const FRACTION = 65536
const HALF = 0x8000
const LEAST = -(2 ** 31)
const MOST = 2 ** 31 - 1 - HALF

/** The chip's parameters: finer than its DACs, so that small updates add up. */
export class Parameters {
  readonly theta32: Int32Array
  /** What the DACs hold: theta32 rounded to counts. */
  readonly dac: Int16Array
  /** Values that met a limit since this was last set to 0. */
  clipped = 0

  constructor(count: number) {
    this.theta32 = new Int32Array(count)
    this.dac = new Int16Array(count)
  }

  write(counts: Int16Array): void {
    for (let i = 0; i < counts.length; i++) this.theta32[i] = counts[i] * FRACTION
    this.dac.set(counts)
  }

  load(theta32: Int32Array): void {
    for (let i = 0; i < theta32.length; i++) this.#set(i, Math.min(MOST, theta32[i]))
  }

  /** Adds a code times one increment per parameter, in 2^-16 counts; `unit` as in `CodeValues`. */
  add(value: Int16Array, unit: number, increment: Float64Array): void {
    for (let i = 0; i < value.length; i++) {
      if (value[i] === 0) continue
      const product = increment[i] * value[i]
      const sum = this.theta32[i] + (unit === 1 ? product : Math.floor(product / 32768))
      const kept = Math.max(LEAST, Math.min(MOST, sum))
      if (kept !== sum) this.clipped++
      this.#set(i, kept)
    }
  }

  #set(i: number, value: number): void {
    this.theta32[i] = value
    this.dac[i] = (value + HALF) >> 16
  }
}
