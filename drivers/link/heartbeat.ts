import type { Clock } from '../../src/wire/channel.ts'

interface Traffic {
  readonly sentAt: number
}

/** Gives a sign of life whenever the host has been silent for a while. */
export class Heartbeat {
  readonly #clock: Clock
  readonly #traffic: Traffic
  readonly #beat: () => void
  #cancel: (() => void) | undefined

  constructor(clock: Clock, traffic: Traffic, beat: () => void) {
    this.#clock = clock
    this.#traffic = traffic
    this.#beat = beat
  }

  /** Its timer keeps the program alive: one whose machine is armed must not end without a word. */
  start(everyMs: number): void {
    this.stop()
    const wait = () => {
      const silentFor = this.#clock.now() - this.#traffic.sentAt
      this.#cancel = this.#clock.after(Math.max(1, everyMs - silentFor), () => {
        if (this.#clock.now() - this.#traffic.sentAt >= everyMs - 1) this.#beat()
        wait()
      })
    }
    wait()
  }

  stop(): void {
    this.#cancel?.()
    this.#cancel = undefined
  }
}
