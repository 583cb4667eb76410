import type { Backend, CallOptions, Receipt } from './backend.ts'
import type { Block } from './block.ts'
import { checkLength, limitTheta, noLoad } from './check.ts'
import type { Facet, Facets, FacetsOf } from './facets.ts'
import { Gate } from './gate.ts'
import type { Guarded } from './guarded.ts'
import { guardFacets } from './guards.ts'
import { type Exchange, type LimitPolicy, Measurer } from './measurer.ts'
import { Mirror } from './mirror.ts'
import type { DataSheet } from './sheet.ts'
import { dataSheet, nameOf, paramCount } from './sheet.ts'

export interface AttachOptions {
  /** What happens to values outside the sheet's limits: refused before anything moves (default), or clipped and counted. */
  readonly limits?: LimitPolicy
}

/** The checked handle of a machine: shapes, limits, finiteness, order and state are looked after here and nowhere else. */
export class CheckedDevice implements AsyncDisposable {
  readonly sheet: DataSheet
  /** Names the machine in messages. */
  readonly name: string
  readonly #backend: Backend
  readonly #policy: LimitPolicy
  readonly #gate: Gate
  readonly #mirror: Mirror
  readonly #measurer: Measurer
  #disposal: Promise<void> | undefined

  /** Use `attach`. */
  constructor(backend: Backend & Partial<Facets>, options: AttachOptions) {
    this.sheet = dataSheet(backend.sheet)
    this.name = nameOf(this.sheet)
    this.#backend = backend
    this.#policy = options.limits ?? 'refuse'
    this.#gate = new Gate(this.name)
    this.#mirror = new Mirror(this.sheet)
    this.#measurer = new Measurer({
      sheet: this.sheet,
      policy: this.#policy,
      gate: this.#gate,
      mirror: this.#mirror,
      families: new Set(backend.codes?.families ?? []),
      load: backend.adjoint?.load,
    })
    const guarded: Guarded = {
      sheet: this.sheet,
      policy: this.#policy,
      gate: this.#gate,
      mirror: this.#mirror,
      measurer: this.#measurer,
    }
    Object.assign(this, guardFacets(backend, guarded))
  }

  /** Sets all parameters (bank order, bank units); resolves to the number of values clipped. */
  store(theta: Float64Array, opts: CallOptions = {}): Promise<{ readonly clipped: number }> {
    let values = theta
    let clipped = 0
    try {
      checkLength(this.sheet, 'theta', theta.length, paramCount(this.sheet), 'all banks')
      if (this.#policy === 'clip') values = theta.slice()
      clipped = limitTheta(this.sheet, theta, this.#policy === 'clip' ? values : undefined)
    } catch (error) {
      return Promise.reject(error)
    }
    return this.#gate.run(async () => {
      try {
        await this.#backend.store(values, opts)
      } catch (error) {
        this.#mirror.doubt(values)
        throw error
      }
      this.#mirror.set(values)
      return { clipped }
    }, opts.signal)
  }

  /**
   * Runs a block and fills the first `slots * sense.width` numbers of `into`, slot-major, in sense units.
   * A block longer than the machine takes is cut; a code the machine cannot generate is expanded; readings the machine
   * marks invalid are measured again, up to three times, and then fail the call with `INVALID_READING`.
   */
  measure(block: Block, into: Float64Array, opts: CallOptions = {}): Promise<Receipt> {
    if ('load' in block && block.load !== undefined) return Promise.reject(noLoad(this.sheet, 'measure'))
    return this.#measurer.run(block, into, undefined, this.#exchange, opts)
  }

  /**
   * Brings the machine to its safe values and closes it, after the call under way and without the flight still open;
   * further calls are refused.
   */
  [Symbol.asyncDispose](): Promise<void> {
    this.#disposal ??= this.#gate.close().finally(() => this.#backend[Symbol.asyncDispose]())
    return this.#disposal
  }

  readonly #exchange: Exchange = (block, into, _local, opts) => this.#backend.measure(block, into, opts)
}

/** A machine with certain facets, checked; only `attach` makes one. */
export type Device<F extends Facet = never> = CheckedDevice & Pick<Facets, F>

/** Makes the checked handle of a backend; its facets become the type's facets. */
export function attach<B extends Backend & Partial<Facets>>(
  backend: B,
  options: AttachOptions = {},
): Device<FacetsOf<B>> {
  return new CheckedDevice(backend, options) as Device<FacetsOf<B>>
}
