import { expandDense } from '../../src/codes/expand.ts'
import type { Backend, CallOptions, Receipt } from '../../src/contract/backend.ts'
import type { Block } from '../../src/contract/block.ts'
import { type CodePort, type PatternPort, type PatternWindow, patternSlots } from '../../src/contract/facets.ts'
import { type DataSheet, dataSheet, type Kind } from '../../src/contract/sheet.ts'
import { InsituError } from '../../src/errors.ts'
import type { Channel, Clock } from '../../src/wire/channel.ts'
import { LEVELS } from '../../src/wire/display.ts'
import { monotonic } from '../link/clock.ts'
import { pause } from '../link/pause.ts'
import { oscillatorBank, readings, sampleSeconds } from '../lockin/backend.ts'
import type { LockIn } from '../lockin/lockin.ts'
import { type OpenLockInOptions, openLockIn } from '../lockin/open.ts'
import { putBack } from '../lockin/put-back.ts'
import { type Display, openDisplay } from './display.ts'
import { isRestart, partOf, together } from './pausing.ts'

export interface ImagerOptions extends OpenLockInOptions {
  readonly kind?: Kind
  /** Silence after which the display goes dark by itself, in ms (default 5000, and at least four slots). */
  readonly silenceMs?: number
}

/** An imager made of two instruments, and both of them for watching. */
export interface Imager extends Backend {
  readonly codes: CodePort & { readonly patterns: PatternPort }
  readonly display: Display
  readonly lockIn: LockIn
}

/** Times a slot or a run is measured again because the display had started anew. */
const RESTARTS = 3
/** Time between looks at a run that is under way, in ms. */
const GLANCE = 20

/**
 * A THz imager made of a pattern display and a lock-in amplifier behind its detector, each on a channel of its own.
 *
 * Drive: gray levels, 0..1, one frame a slot. Parameter: amplitude of the sine output that feeds the source, V rms. Sense: X,
 * in V. A slot is: show the frame, wait until no more than the stated share of the frame before is left, read, and ask
 * whether the frame is still there. Patterns that the display makes itself run without the host: an edge at the end of every
 * slot makes the amplifier store one point. When either instrument fails, both are paused: display dark, source at its floor.
 */
export async function openImager(display: Channel, lockIn: Channel, options: ImagerOptions): Promise<Imager> {
  const { clock = monotonic } = options
  const amplifier = await openLockIn(lockIn, options).catch(async (error: unknown) => {
    await display.close()
    throw error
  })
  let shown: Display | undefined
  try {
    const sample = await sampleSeconds(amplifier, options)
    const silenceMs = Math.max(options.silenceMs ?? 5000, 4000 * sample)
    shown = await openDisplay(display, { clock, silenceMs })
    const began = clock.now()
    await shown.show(new Float64Array(shown.identity.rows * shown.identity.columns))
    await shown.lit()
    const load = (clock.now() - began) / 1000
    await shown.dark()
    return new TwoInstruments(shown, amplifier, sample + load, clock, options)
  } catch (error) {
    await Promise.allSettled([shown?.[Symbol.asyncDispose](), display.close(), amplifier[Symbol.asyncDispose]()])
    throw error
  }
}

class TwoInstruments implements Imager {
  readonly sheet: DataSheet
  readonly codes: Imager['codes']
  readonly display: Display
  readonly lockIn: LockIn
  readonly #clock: Clock
  readonly #theta = new Float64Array(1)
  #disposal: Promise<void> | undefined

  constructor(display: Display, lockIn: LockIn, slotSeconds: number, clock: Clock, options: ImagerOptions) {
    this.display = display
    this.lockIn = lockIn
    this.#clock = clock
    const { rows, columns, families } = display.identity
    const bank = oscillatorBank(lockIn)
    lockIn.fixRange()
    this.#theta[0] = bank.safe
    this.sheet = dataSheet({
      machine: 'thz-imager',
      kind: options.kind ?? 'hardware',
      identity: `${display.name} and ${lockIn.name}`,
      banks: [bank],
      drive: { width: rows * columns, unit: '1', min: 0, max: 1, step: 1 / LEVELS },
      sense: readings(lockIn, { settings: options.settings }),
      maxSlots: lockIn.dialect.storage.most,
      slotSeconds,
      repeatable: false,
      settings: { ...options.settings, rows, columns, settleSeconds: lockIn.settleSeconds },
    })
    this.codes = {
      families: [],
      apply: () => Promise.reject(new InsituError('CAPABILITY', `${this.sheet.machine} makes no codes of parameters`)),
      patterns: { families, rows, columns, measure: (window, into, opts) => this.#patterns(window, into, opts) },
    }
  }

  async store(theta: Float64Array, { signal }: CallOptions = {}): Promise<void> {
    const value = theta[0]
    await this.#both(() => partOf('lock-in amplifier', this.#amplitude(value, signal)), signal)
    this.#theta[0] = value
  }

  measure({ slots, drive, delta }: Block, into: Float64Array, opts: CallOptions = {}): Promise<Receipt> {
    const { signal } = opts
    const { width } = this.sheet.drive
    const moved = delta === undefined ? undefined : expandDense(delta, slots, this.sheet)
    return this.#both(async () => {
      const startedAt = this.#seconds()
      const slotBySlot = async () => {
        let retries = 0
        for (let t = 0; t < slots; t++) {
          const row = Math.floor(t / drive.hold)
          const shift = moved === undefined ? 0 : moved.data[Math.floor(t / moved.hold)]
          await partOf('lock-in amplifier', this.#amplitude(this.#theta[0] + shift, signal))
          const frame = drive.data.subarray(row * width, (row + 1) * width)
          const taken = await this.#slot(frame, t % drive.hold === 0, signal)
          into[t] = taken.x
          retries += taken.retries
        }
        await partOf('lock-in amplifier', this.#amplitude(this.#theta[0], signal))
        return retries
      }
      const work = this.lockIn.believed(slotBySlot, signal).catch(async (error: unknown) => {
        // A failure sets the source to its floor; an abort pauses nothing, but a delta does not outlive its block.
        if (moved !== undefined && signal?.aborted) await putBack(this.lockIn, this.#theta[0], this.#clock)
        throw error
      })
      const { result, repeats } = await partOf('lock-in amplifier', work)
      return this.#receipt(slots, result + repeats, startedAt)
    }, signal)
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#disposal ??= Promise.allSettled([this.display.dark(), this.lockIn.safe()])
      .then(() => Promise.allSettled([this.display[Symbol.asyncDispose](), this.lockIn[Symbol.asyncDispose]()]))
      .then(() => {})
    return this.#disposal
  }

  /** One frame: shown, settled, read, and still there afterwards. */
  async #slot(frame: Float64Array, isNew: boolean, signal: AbortSignal | undefined) {
    const calls = signal === undefined ? {} : { signal }
    let show = isNew
    for (let restarts = 0; ; restarts++) {
      try {
        if (show) await partOf('display', this.display.show(frame, calls))
        this.lockIn.touch()
        const sample = await partOf('lock-in amplifier', this.lockIn.sample(signal))
        if (await partOf('display', this.display.lit(calls))) return { x: sample.x, retries: sample.retries + restarts }
        if (restarts >= RESTARTS) throw this.#wentDark()
      } catch (error) {
        if (!isRestart(error) || restarts >= RESTARTS) throw error
        await partOf('display', this.display.guard())
      }
      show = true
    }
  }

  #patterns(window: PatternWindow, into: Float64Array, opts: CallOptions = {}): Promise<Receipt> {
    const { signal } = opts
    return this.#both(async () => {
      const startedAt = this.#seconds()
      const slots = patternSlots(window)
      await partOf('lock-in amplifier', this.#amplitude(this.#theta[0], signal))
      let runs = 0
      const during = () =>
        partOf(
          'display',
          this.#run(window, slots, signal).finally(() => runs++),
        )
      for (let restarts = 0; ; restarts++) {
        try {
          const run = () => this.lockIn.run(slots, during, signal)
          const { result } = await partOf('lock-in amplifier', this.lockIn.believed(run, signal))
          for (let t = 0; t < slots; t++) into[t] = result.values[2 * t]
          return this.#receipt(slots, runs - 1, startedAt)
        } catch (error) {
          if (!isRestart(error) || restarts >= RESTARTS) throw error
          await partOf('display', this.display.guard())
        }
      }
    }, signal)
  }

  /** Lets the display run through a window and waits for its end. */
  async #run(window: PatternWindow, slots: number, signal: AbortSignal | undefined): Promise<void> {
    const { settleSeconds } = this.lockIn
    await this.display.run(window, settleSeconds)
    try {
      await pause(this.#clock, 1000 * settleSeconds * slots, signal)
      for (;;) {
        const { running, slots: done } = await this.display.progress()
        if (!running && done === slots) return
        if (!running) throw this.#wentDark()
        await pause(this.#clock, GLANCE, signal)
      }
    } catch (error) {
      if (signal?.aborted) await this.display.dark().catch(() => {})
      throw error
    }
  }

  #amplitude(volts: number, signal: AbortSignal | undefined): Promise<void> {
    return this.lockIn.apply([this.lockIn.oscillator(volts)], signal)
  }

  #wentDark(): InsituError {
    return new InsituError('DEVICE_FAULT', `${this.display.name}: it went dark in the middle of a measurement`, {
      device: this.display.name,
      hint: 'it goes dark when it hears nothing; state a longer silence',
    })
  }

  #both<T>(work: () => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
    return together({ machine: this.sheet.machine, display: this.display, lockIn: this.lockIn }, work, signal)
  }

  #receipt(slots: number, retries: number, startedAt: number): Receipt {
    return { slots, clipped: 0, retries, saturated: 0, startedAt, endedAt: this.#seconds() }
  }

  #seconds(): number {
    return this.#clock.now() / 1000
  }
}
