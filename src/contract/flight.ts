import { InsituError } from '../errors.ts'
import type { CallOptions, Receipt } from './backend.ts'
import { checkFinite, checkLength, limitRows } from './check.ts'
import type { Echo, EchoOptions, Flight } from './echo.ts'
import type { Holder } from './gate.ts'
import type { Guarded } from './guarded.ts'
import type { Port } from './sheet.ts'
import { nameOf, paramCount } from './sheet.ts'

/** What a flight must know of how it was sent out. */
export interface Launched {
  readonly frames: number
  readonly injection: Port
  /** Values of the drive that were moved to a limit. */
  readonly clipped: number
  /** Whether the machine has a learning field. */
  readonly learns: boolean
}

/** An injection within its limits. */
interface Injected {
  readonly data: Float64Array
  readonly moved: number
}

/** A machine's flight behind its checks: it ends once, and nothing of it is shared with the machine. */
export class CheckedFlight implements Flight {
  readonly output: Float64Array
  readonly receipt: Receipt
  /** Declared only: a flight without them has no such property. */
  declare readonly local?: Float64Array
  declare readonly both?: (injection: Float64Array, opts?: CallOptions) => Promise<readonly [plus: Echo, minus: Echo]>
  readonly #flight: Flight
  readonly #launched: Launched
  readonly #device: Guarded
  #end: { readonly how: 'echoed' | 'dropped'; readonly settled: Promise<void> } | undefined

  /** Throws `SHAPE` or `INVALID_READING` for readings that are not what was asked for. */
  constructor(flight: Flight, launched: Launched, device: Guarded) {
    this.#flight = flight
    this.#launched = launched
    this.#device = device
    const { sheet } = device
    const count = launched.frames * sheet.sense.width
    checkLength(sheet, 'output of a flight', flight.output.length, count, 'frames x sense width')
    this.#checkReadings('output', flight.output, sheet.sense.width, 'the flight was dropped')
    this.output = flight.output.slice()
    this.receipt = withClipped(flight.receipt, launched.clipped)
    if (flight.local !== undefined) this.local = this.#localOf(flight.local)
    if (flight.both !== undefined) this.both = (injection, opts = {}) => this.#both(injection, opts)
    Object.freeze(this)
  }

  /** What keeps everybody else from the machine. */
  get holder(): Holder {
    return {
      busy: () => this.#error('BUSY', 'a wave is in flight, which owns the machine', 'echo the flight or dispose it'),
      drop: () => this[Symbol.asyncDispose](),
    }
  }

  echo(injection: Float64Array, opts: EchoOptions = {}): Promise<Echo> {
    const { mirror } = this.#device
    const check = () => {
      this.#checkDecay(opts)
      return this.#limited(injection, this.#launched.injection)
    }
    return this.#last(check, opts, async ({ data, moved }) => {
      try {
        return this.#checked(await this.#flight.echo(data, opts), moved)
      } finally {
        if (opts.decay !== undefined) mirror.lose('an echo moved them')
      }
    })
  }

  [Symbol.asyncDispose](): Promise<void> {
    if (this.#end === undefined) {
      const settled = this.#device.gate.leave(async () => this.#flight[Symbol.asyncDispose]())
      this.#end = { how: 'dropped', settled }
    }
    return this.#end.settled
  }

  #both(injection: Float64Array, opts: CallOptions): Promise<readonly [plus: Echo, minus: Echo]> {
    const { injection: port } = this.#launched
    const most = Math.min(port.max, -port.min)
    const check = () => this.#limited(injection, { ...port, min: -most, max: most })
    return this.#last(check, opts, async ({ data, moved }) => {
      // It is there, or this would not have been put on the flight.
      const echoes = await this.#flight.both?.(data, opts)
      if (echoes === undefined) throw this.#error('INTERNAL', 'a flight has lost its pair of echoes')
      return [this.#checked(echoes[0], moved), this.#checked(echoes[1], moved)] as const
    })
  }

  /**
   * Ends the flight with a call to the machine; what `check` or an early abort refuses leaves it open. A call that failed
   * may have left the wave where it was: it is dropped before anybody else comes.
   */
  #last<T>(check: () => Injected, { signal }: CallOptions, call: (injected: Injected) => Promise<T>): Promise<T> {
    try {
      const { gate } = this.#device
      if (gate.closed) throw gate.disposed()
      if (this.#end !== undefined)
        throw this.#error('FLIGHT_OVER', `this flight was ${this.#end.how} already`, 'launch another')
      const injected = check()
      signal?.throwIfAborted()
      const echo = gate.leave(() => call(injected).catch((error) => this.#forsaken(error)))
      const settled = echo.then(ignore, ignore)
      this.#end = { how: 'echoed', settled }
      return echo
    } catch (error) {
      return Promise.reject(error)
    }
  }

  /** Gives up a wave of which the last call failed with `error`, and throws that. */
  async #forsaken(error: unknown): Promise<never> {
    try {
      await this.#flight[Symbol.asyncDispose]()
    } catch {
      // Why the echo failed tells more than why it could not be dropped on top.
    }
    throw error
  }

  #limited(injection: Float64Array, port: Port): Injected {
    const { sheet, policy } = this.#device
    const wanted = this.#launched.frames * sheet.sense.width
    checkLength(sheet, 'injection', injection.length, wanted, 'frames x sense width')
    checkFinite(sheet, 'injection', injection)
    const { track, moved } = limitRows(sheet, 'injection', port, { kind: 'track', data: injection, hold: 1 }, policy)
    return { data: track.data, moved }
  }

  #checkDecay({ decay }: EchoOptions): void {
    if (decay === undefined) return
    if (decay !== 'plain' && decay !== 'mirrored')
      throw this.#error('CONFIG', `decay must be plain or mirrored, got ${String(decay satisfies never)}`)
    if (!this.#launched.learns)
      throw this.#error(
        'CAPABILITY',
        'it has no learning field that could decay; nothing moved',
        'echo without a decay, and take the contrast of two echoes',
      )
  }

  #checked({ receipt, returned, conjugate, local }: Echo, moved: number): Echo {
    const { sheet } = this.#device
    const { width } = sheet.drive
    checkLength(sheet, 'what an echo returned', returned.length, width, 'drive width')
    checkLength(sheet, 'conjugate of an echo', conjugate.length, this.#launched.frames * width, 'frames x drive width')
    this.#checkReadings('returned', returned, width, 'the flight is over')
    this.#checkReadings('conjugate', conjugate, width, 'the flight is over')
    return {
      receipt: withClipped(receipt, moved),
      returned: returned.slice(),
      conjugate: conjugate.slice(),
      ...(local && { local: this.#localOf(local) }),
    }
  }

  /** Local readings may be lost one by one, as those of a block. */
  #localOf(local: Float64Array): Float64Array {
    const { sheet } = this.#device
    checkLength(sheet, 'local readings of a flight', local.length, paramCount(sheet), 'one per parameter')
    return local.slice()
  }

  #checkReadings(what: string, values: Float64Array, width: number, then: string): void {
    const at = values.findIndex((value) => !Number.isFinite(value))
    if (at < 0) return
    throw this.#error(
      'INVALID_READING',
      `${what} ${at % width} of frame ${Math.floor(at / width)} is not a number; ${then}`,
      'launch again; if it stays so, send in a smaller wave',
    )
  }

  #error(code: ConstructorParameters<typeof InsituError>[0], what: string, hint?: string): InsituError {
    const { sheet } = this.#device
    return new InsituError(code, `${nameOf(sheet)}: ${what}`, { device: sheet.machine, ...(hint && { hint }) })
  }
}

function ignore(): void {}

function withClipped(receipt: Receipt, clipped: number): Receipt {
  return { ...receipt, clipped: receipt.clipped + clipped }
}
