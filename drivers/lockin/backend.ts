import { expandDense } from '../../src/codes/expand.ts'
import type { Backend, CallOptions, Receipt } from '../../src/contract/backend.ts'
import type { Block } from '../../src/contract/block.ts'
import { type Bank, type DataSheet, dataSheet, type Kind, type Port, type Readings } from '../../src/contract/sheet.ts'
import type { Channel, Clock } from '../../src/wire/channel.ts'
import { monotonic } from '../link/clock.ts'
import type { LockIn } from './lockin.ts'
import { type OpenLockInOptions, openLockIn } from './open.ts'
import { putBack } from './put-back.ts'

export interface LockInBackendOptions extends OpenLockInOptions {
  /** Hardware unless said otherwise. */
  readonly kind?: Kind
  /** What a reading is: X (default), or X and Y. */
  readonly read?: 'X' | 'XY'
}

/** A lock-in amplifier as a machine; `lockIn` is for watching and for what the contract has no word for. */
export interface LockInBackend extends Backend {
  readonly lockIn: LockIn
}

/** Auxiliary outputs that are driven. */
const OUTPUTS = 4
/** Slots of one exchange: each is a call of its own, so this bounds what an abort may have to wait for. */
const MOST_SLOTS = 4096
/** Readings at opening that tell how long one takes. */
const TRIALS = 3

/**
 * A lock-in amplifier and what is wired to it, as a machine: the auxiliary outputs are the drive, in V, the amplitude of the
 * sine output is the one parameter, in V rms, X (or X and Y) is the reading, in V or A.
 *
 * A slot is: set what changes, wait until no more than the stated share of what was before is left, read. Stopped or closed,
 * the sine output is at its floor and the auxiliary outputs at zero. The data sheet states the range of the readings, so
 * `lockIn.setSensitivity` and `lockIn.autoRange` reject with `CAPABILITY` from here on.
 */
export async function openLockInBackend(channel: Channel, options: LockInBackendOptions): Promise<LockInBackend> {
  const lockIn = await openLockIn(channel, options)
  try {
    return new Machine(lockIn, await sampleSeconds(lockIn, options), options)
  } catch (error) {
    await lockIn[Symbol.asyncDispose]()
    throw error
  }
}

/** What a slot takes: the wait, and a reading over this line, as it was measured. */
export async function sampleSeconds(lockIn: LockIn, { clock = monotonic }: OpenLockInOptions): Promise<number> {
  const took: number[] = []
  await lockIn.sample()
  for (let n = 0; n < TRIALS; n++) {
    const began = clock.now()
    // Nothing has changed: this reading does not wait.
    await lockIn.sample()
    took.push((clock.now() - began) / 1000)
  }
  return lockIn.settleSeconds + took.sort((a, b) => a - b)[TRIALS >> 1]
}

/** The parameter every machine behind a lock-in amplifier has: the amplitude of its sine output. */
export function oscillatorBank({ dialect }: LockIn): Bank {
  const { min, max, step } = dialect.oscillator
  return { name: 'oscillator', width: 1, unit: 'V', min, max, step, safe: min, slew: Number.POSITIVE_INFINITY }
}

/** What is read, over the whole range of the sensitivity. */
export function readings(lockIn: LockIn, { settings, read = 'X' }: LockInBackendOptions): Readings {
  const limit = 1.1 * lockIn.fullScale
  const unit = settings.input?.startsWith('I') ? 'A' : 'V'
  return { width: read.length, unit, min: -limit, max: limit, step: 0, noise: lockIn.noise }
}

class Machine implements LockInBackend {
  readonly sheet: DataSheet
  readonly lockIn: LockIn
  readonly #theta = new Float64Array(1)
  readonly #clock: Clock
  #disposal: Promise<void> | undefined

  constructor(lockIn: LockIn, slotSeconds: number, options: LockInBackendOptions) {
    this.lockIn = lockIn
    this.#clock = options.clock ?? monotonic
    const { min, max, step } = lockIn.dialect.aux
    const drive: Port = { width: OUTPUTS, unit: 'V', min, max, step }
    const bank = oscillatorBank(lockIn)
    lockIn.fixRange()
    this.#theta[0] = bank.safe
    this.sheet = dataSheet({
      machine: 'lock-in',
      kind: options.kind ?? 'hardware',
      identity: lockIn.name,
      banks: [bank],
      drive,
      sense: readings(lockIn, options),
      maxSlots: MOST_SLOTS,
      slotSeconds,
      repeatable: false,
      settings: { ...options.settings, settleSeconds: lockIn.settleSeconds, read: options.read ?? 'X' },
    })
  }

  async store(theta: Float64Array, { signal }: CallOptions = {}): Promise<void> {
    const value = theta[0]
    await this.lockIn.apply([this.lockIn.oscillator(value)], signal)
    this.#theta[0] = value
  }

  async measure(block: Block, into: Float64Array, { signal }: CallOptions = {}): Promise<Receipt> {
    const startedAt = this.#now()
    const work = () => this.#slots(block, into, signal)
    const { result, repeats } = await this.lockIn.believed(work, signal).catch(async (error: unknown) => {
      // A delta does not outlive its block, however that ends.
      if (block.delta !== undefined) await putBack(this.lockIn, this.#theta[0], this.#clock)
      throw error
    })
    const { slots } = block
    return { slots, clipped: 0, retries: result + repeats, saturated: 0, startedAt, endedAt: this.#now() }
  }

  #now(): number {
    return this.#clock.now() / 1000
  }

  /** Slot by slot; resolves to the number of readings that had to be repeated. */
  async #slots({ slots, drive, delta }: Block, into: Float64Array, signal: AbortSignal | undefined): Promise<number> {
    const { lockIn } = this
    const { width } = this.sheet.sense
    const rows = delta === undefined ? undefined : expandDense(delta, slots, this.sheet)
    let retries = 0
    for (let t = 0; t < slots; t++) {
      const row = Math.floor(t / drive.hold) * OUTPUTS
      const shift = rows === undefined ? 0 : rows.data[Math.floor(t / rows.hold)]
      const outputs = Array.from({ length: OUTPUTS }, (_, n) => lockIn.auxOut(n, drive.data[row + n]))
      await lockIn.apply([lockIn.oscillator(this.#theta[0] + shift), ...outputs], signal)
      // Also where nothing changed: two readings are to share no more than is stated.
      lockIn.touch()
      const sample = await lockIn.sample(signal)
      into[t * width] = sample.x
      if (width > 1) into[t * width + 1] = sample.y
      retries += sample.retries
    }
    await lockIn.apply([lockIn.oscillator(this.#theta[0])], signal)
    return retries
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#disposal ??= this.lockIn
      .safe()
      // A line that is gone cannot carry the floor; closing it is all that is left.
      .catch(() => {})
      .then(() => this.lockIn[Symbol.asyncDispose]())
    return this.#disposal
  }
}
