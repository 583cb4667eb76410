import type { Clock } from '../../src/wire/channel.ts'

const TURN = 2 ** 32

/** Makes seconds of a device's microsecond counter, which starts over every 71.6 minutes. */
export class Stopwatch {
  readonly #clock: Clock
  #last: { readonly micros: number; readonly at: number } | undefined

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Seconds on the device's clock; the host's clock tells how many turns have passed since the last call. */
  seconds(counter: number): number {
    const at = this.#clock.now()
    let micros = counter
    if (this.#last !== undefined) {
      const expected = this.#last.micros + (at - this.#last.at) * 1000
      micros += TURN * Math.max(0, Math.round((expected - counter) / TURN))
    }
    this.#last = { micros, at }
    return micros * 1e-6
  }

  /** The device started again, and its counter with it. */
  restart(): void {
    this.#last = undefined
  }
}
