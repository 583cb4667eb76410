import type { Clock } from '../../src/wire/channel.ts'
import { STATE } from '../../src/wire/index.ts'

interface Guarded {
  readonly state: number
  readonly watchdogMs: number
}

/** Trips when an armed board has heard no valid frame for the armed time; work under way counts as life. */
export class Watchdog {
  readonly #clock: Clock
  readonly #board: Guarded
  readonly #trip: () => Promise<void>
  #fedAt: number
  #cancel: (() => void) | undefined

  constructor(clock: Clock, board: Guarded, trip: () => Promise<void>) {
    this.#clock = clock
    this.#board = board
    this.#trip = trip
    this.#fedAt = clock.now()
  }

  fed(): void {
    this.#fedAt = this.#clock.now()
    if (this.#cancel === undefined && this.#board.state !== STATE.idle) this.#wait()
  }

  stop(): void {
    this.#cancel?.()
    this.#cancel = undefined
  }

  #wait(): void {
    const left = this.#fedAt + this.#board.watchdogMs - this.#clock.now()
    this.#cancel = this.#clock.after(
      Math.max(1, left),
      () => {
        this.#cancel = undefined
        this.#look()
      },
      'background',
    )
  }

  #look(): void {
    const { state, watchdogMs } = this.#board
    if (state === STATE.running) this.#fedAt = this.#clock.now()
    if (state === STATE.idle || state === STATE.fault) return
    if (this.#clock.now() - this.#fedAt >= watchdogMs) void this.#trip()
    else this.#wait()
  }
}
