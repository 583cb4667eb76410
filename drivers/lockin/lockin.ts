import type { Clock } from '../../src/wire/channel.ts'
import { abortable } from '../wire/abortable.ts'
import { autoRange } from './auto-range.ts'
import type { Conversation } from './conversation.ts'
import type { Dialect, Transfer } from './dialect.ts'
import { failure } from './errors.ts'
import { Held } from './held.ts'
import { ATTEMPTS, type Judge, reading, type Sample } from './reading.ts'
import { type Stored, storedRun } from './run.ts'
import { type Item, item } from './settings.ts'

export interface LockInSetup {
  readonly conversation: Conversation
  readonly dialect: Dialect
  readonly clock: Clock
  readonly plan: readonly Item[]
  /** Full scale, V or A. */
  readonly fullScale: number
  /** Unit of the input over the volts of the table of sensitivities: 1, or 1e-6 for currents. */
  readonly unit: number
  /** Input range that was asked for, V: a change of sensitivity leaves it alone. */
  readonly inputRange?: number
  /** Time after a change before a reading is taken, in seconds. */
  readonly settleSeconds: number
  /** Standard deviation of one reading, V or A. */
  readonly noise: number
  readonly whenChanged: 'restore' | 'refuse'
  readonly transfer: Transfer
}

/** One lock-in amplifier, its settings known or found out before anything it says is believed. */
export class LockIn implements AsyncDisposable {
  readonly name: string
  readonly dialect: Dialect
  readonly settleSeconds: number
  readonly noise: number
  readonly #setup: LockInSetup
  readonly #held: Held
  #fullScale: number
  #rangeStated = false
  #turn: Promise<unknown> = Promise.resolve()

  /** Use `openLockIn`. */
  constructor(setup: LockInSetup) {
    this.#setup = setup
    this.dialect = setup.dialect
    this.settleSeconds = setup.settleSeconds
    this.noise = setup.noise
    this.#fullScale = setup.fullScale
    const { identity, line } = setup.conversation
    this.name = `${setup.dialect.model} ${identity[2] ?? ''} at ${line.name}`
    this.#held = new Held({ ...setup, name: this.name })
  }

  /** Of its sensitivity, V or A. */
  get fullScale(): number {
    return this.#fullScale
  }
  /** Times the line had to be brought back, characters nobody asked for, and times settings were set again. */
  get counters(): { readonly recoveries: number; readonly strays: number; readonly restored: number } {
    const { recoveries, strays } = this.#setup.conversation
    return { recoveries, strays, restored: this.#held.restored }
  }

  /** Asks for every setting, and sets again what differs or refuses, as it was opened. */
  verify(): Promise<void> {
    return this.#inTurn(() => this.#held.regain())
  }

  /** Sets everything again, whatever was found. */
  restoreSettings(): Promise<void> {
    return this.#inTurn(async () => {
      await this.#held.apply(this.#held.all)
      await this.#held.regain()
    })
  }

  /** Sets some settings and asks whether they are held; the next reading waits until the filter has settled. */
  apply(items: readonly Item[], signal?: AbortSignal): Promise<void> {
    // What is held is known only when the calls before have ended.
    return this.#inTurn(() => this.#held.apply(this.#held.changes(items)), signal)
  }

  /** Amplitude of the sine output as a command, V rms. */
  oscillator(volts: number): Item {
    return item('SLVL', [onStep(volts, this.dialect.oscillator)])
  }

  /** Auxiliary output `n`, from 0, as a command, V. */
  auxOut(n: number, volts: number): Item {
    const { aux } = this.dialect
    return item('AUXV', [onStep(volts, aux)], aux.first + n)
  }

  /** The measured thing changes now: the next reading waits for the filter. */
  touch(): void {
    this.#held.touch()
  }

  /** A reading in which nothing is left of what was before, or a typed error. */
  sample(signal?: AbortSignal): Promise<Sample> {
    return this.#inTurn(() => reading(this.#judge(), signal), signal)
  }

  /** Stores one point for each trigger while `during` runs, `points` in all. */
  run(points: number, during: () => Promise<void>, signal?: AbortSignal): Promise<Stored> {
    return this.#inTurn(() => storedRun(this.#judge(), points, during, this.#setup.transfer, signal), signal)
  }

  /**
   * Runs a work and asks for every setting afterwards; a work in which they were found changed is run again.
   *
   * Status bits tell of power cycles and of keys, but not of a reset or a setting from another interface.
   */
  async believed<T>(
    work: () => Promise<T>,
    signal?: AbortSignal,
  ): Promise<{ readonly result: T; readonly repeats: number }> {
    let before = this.#held.restored
    for (let repeats = 0; repeats < ATTEMPTS; repeats++) {
      const result = await work()
      await this.#inTurn(() => this.#held.verify(), signal)
      if (this.#held.restored === before) return { result, repeats }
      before = this.#held.restored
    }
    throw failure(
      this.name,
      'SETTINGS_LOST',
      `its settings were changed in each of ${ATTEMPTS} attempts`,
      'find out what else talks to it, or who is at the panel',
    )
  }

  /** From now on the range stays as it is: a data sheet states it. */
  fixRange(): void {
    this.#rangeStated = true
  }

  /**
   * Takes another sensitivity, V or A full scale.
   *
   * Rejects with `CAPABILITY` where a data sheet states the range: on the amplifier of a backend or of an imager.
   */
  setSensitivity(fullScale: number): Promise<void> {
    if (this.#rangeStated) return Promise.reject(this.#stated())
    return this.#inTurn(() => this.#setSensitivity(fullScale))
  }

  /**
   * Finds the most sensitive scale that holds the signal; at the least sensitive one an overload is an error.
   *
   * Rejects with `CAPABILITY` where a data sheet states the range, as `setSensitivity` does.
   */
  autoRange(signal?: AbortSignal): Promise<number> {
    if (this.#rangeStated) return Promise.reject(this.#stated())
    const { dialect, unit } = this.#setup
    const fullScale = () => this.#fullScale
    return this.#inTurn(
      () =>
        autoRange({
          scales: dialect.sensitivities.map((volts) => volts * unit),
          noise: this.noise,
          get fullScale() {
            return fullScale()
          },
          sample: () => reading(this.#judge(), signal),
          setSensitivity: (scale) => this.#setSensitivity(scale),
        }),
      signal,
    )
  }

  /** Source at its floor, auxiliary outputs at zero. */
  safe(): Promise<void> {
    return this.#inTurn(() => this.#held.apply(this.safeItems()))
  }

  safeItems(): readonly Item[] {
    return [this.oscillator(this.dialect.oscillator.min), ...[0, 1, 2, 3].map((n) => this.auxOut(n, 0))]
  }

  /** Closes its line, after what is under way. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#turn
    await this.#setup.conversation.line.close()
  }

  async #setSensitivity(fullScale: number): Promise<void> {
    const { dialect, unit, inputRange } = this.#setup
    await this.#held.apply(dialect.sensitivity(fullScale / unit, inputRange))
    this.#fullScale = fullScale
  }

  #stated(): Error {
    return failure(
      this.name,
      'CAPABILITY',
      `its data sheet states the range of ${this.#fullScale}; another one would make the sheet untrue`,
      'find the range with openLockIn and autoRange, and open the machine with it as its sensitivity',
    )
  }

  #judge(): Judge {
    const { conversation, dialect } = this.#setup
    return {
      name: this.name,
      conversation,
      dialect,
      held: this.#held,
      fullScale: this.#fullScale,
      noise: this.noise,
    }
  }

  /** One after the other; an aborted call lets its exchange end by itself, and the next one waits for that. */
  #inTurn<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    const run = this.#turn.then(() => {
      signal?.throwIfAborted()
      return work()
    })
    this.#turn = run.catch(() => {})
    return abortable(run, signal)
  }
}

function onStep(value: number, { min, max, step }: { min: number; max: number; step: number }): number {
  return Number((Math.round(Math.min(max, Math.max(min, value)) / step) * step).toFixed(9))
}
