import type { Exchanger } from './exchanger.ts'

/** Stops what a device is doing; other requests wait until it has said so. */
export class Aborter {
  readonly #exchanger: Exchanger
  readonly #ask: () => Promise<void>
  #under: Promise<void> | undefined

  /** `ask` sends the ABORT and resolves with its answer. */
  constructor(exchanger: Exchanger, ask: () => Promise<void>) {
    this.#exchanger = exchanger
    this.#ask = ask
  }

  /** Resolves when the device has stopped or does not answer, which the next call will notice; one ABORT serves all. */
  abort(): Promise<void> {
    this.#under ??= this.#stop().finally(() => {
      this.#under = undefined
    })
    return this.#under
  }

  async #stop(): Promise<void> {
    this.#exchanger.hold()
    await this.#ask().catch(() => {})
    this.#exchanger.release()
  }
}
