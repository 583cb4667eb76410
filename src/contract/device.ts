import { expandCode } from '../codes/expand.ts'
import { InsituError } from '../errors.ts'
import type { Backend, CallOptions, Receipt } from './backend.ts'
import type { Block } from './block.ts'
import { checkBlock, checkLength, limitRows, limitTheta } from './check.ts'
import { cut } from './cut.ts'
import type { Facet, Facets, FacetsOf } from './facets.ts'
import { Gate } from './gate.ts'
import { guardFacets } from './guards.ts'
import { Mirror } from './mirror.ts'
import type { DataSheet } from './sheet.ts'
import { dataSheet, nameOf, paramCount } from './sheet.ts'

export interface AttachOptions {
  /** What happens to values outside the sheet's limits: refused before anything moves (default), or clipped and counted. */
  readonly limits?: 'refuse' | 'clip'
}

/** How often a block with invalid readings is measured again before the call fails. */
const REMEASURE = 3

/** The checked handle of a machine: shapes, limits, finiteness, order and state are looked after here and nowhere else. */
export class CheckedDevice implements AsyncDisposable {
  readonly sheet: DataSheet
  /** Names the machine in messages. */
  readonly name: string
  readonly #backend: Backend
  readonly #policy: 'refuse' | 'clip'
  readonly #gate: Gate
  readonly #mirror: Mirror
  readonly #families: ReadonlySet<string>
  #disposal: Promise<void> | undefined

  /** Use `attach`. */
  constructor(backend: Backend & Partial<Facets>, options: AttachOptions) {
    this.sheet = dataSheet(backend.sheet)
    this.name = nameOf(this.sheet)
    this.#backend = backend
    this.#policy = options.limits ?? 'refuse'
    this.#gate = new Gate(this.name)
    this.#mirror = new Mirror(this.sheet)
    this.#families = new Set(backend.codes?.families ?? [])
    Object.assign(this, guardFacets(backend, { sheet: this.sheet, gate: this.#gate, mirror: this.#mirror }))
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
    let drive = block.drive
    let clipped = 0
    try {
      checkBlock(this.sheet, block, into)
      const out = this.#policy === 'clip' ? drive.data.slice() : undefined
      clipped = limitRows(this.sheet, 'drive', this.sheet.drive, drive.data, out)
      if (clipped > 0 && out !== undefined) drive = { ...drive, data: out }
    } catch (error) {
      return Promise.reject(error)
    }
    return this.#gate.run(
      () => this.#measure(drive === block.drive ? block : { ...block, drive }, clipped, into, opts),
      opts.signal,
    )
  }

  /** Brings the machine to its safe values and closes it, after the call under way; further calls are refused. */
  [Symbol.asyncDispose](): Promise<void> {
    this.#disposal ??= this.#gate.close().then(() => this.#backend[Symbol.asyncDispose]())
    return this.#disposal
  }

  async #measure(block: Block, driveClipped: number, into: Float64Array, opts: CallOptions): Promise<Receipt> {
    const lowered = this.#lower(block)
    const clipped = driveClipped + lowered.clipped
    const width = this.sheet.sense.width
    if (block.slots <= this.sheet.maxSlots) {
      const target = into.length === block.slots * width ? into : into.subarray(0, block.slots * width)
      const receipt = await this.#backend.measure(lowered.block, target, opts)
      const bad = firstInvalid(target)
      if (bad < 0 && clipped === 0) return receipt
      const valid = bad < 0 ? receipt : await this.#again(lowered.block, target, bad, receipt, opts)
      return { ...valid, clipped: valid.clipped + clipped }
    }
    let total: Receipt | undefined
    for (const { start, piece } of cut(this.sheet, lowered.block)) {
      opts.signal?.throwIfAborted()
      const target = into.subarray(start * width, (start + piece.slots) * width)
      let receipt = await this.#backend.measure(piece, target, opts)
      const bad = firstInvalid(target)
      if (bad >= 0) receipt = await this.#again(piece, target, bad, receipt, opts)
      total = total === undefined ? receipt : joined(total, receipt)
    }
    if (total === undefined)
      throw new InsituError('INTERNAL', `${this.name}: a block of ${block.slots} slots had no pieces`)
    return { ...total, clipped: total.clipped + clipped }
  }

  /** Limits need the stored parameters, so they are looked at when the block's turn has come. */
  #lower(block: Block): { block: Block; clipped: number } {
    if (block.delta === undefined) return { block, clipped: 0 }
    const { delta, clipped } = this.#mirror.limit(block.delta, block.slots, this.#policy)
    if (delta.kind === 'code' && !this.#families.has(delta.family)) {
      return { block: { ...block, delta: expandCode(delta, block.slots, this.sheet) }, clipped }
    }
    return { block: delta === block.delta ? block : { ...block, delta }, clipped }
  }

  async #again(piece: Block, target: Float64Array, bad: number, first: Receipt, opts: CallOptions): Promise<Receipt> {
    let total = first
    let at = bad
    for (let attempt = 0; attempt < REMEASURE; attempt++) {
      opts.signal?.throwIfAborted()
      const receipt = await this.#backend.measure(piece, target, opts)
      total = { ...receipt, startedAt: total.startedAt, retries: total.retries + receipt.retries + 1 }
      at = firstInvalid(target)
      if (at < 0) return total
    }
    const width = this.sheet.sense.width
    throw new InsituError(
      'INVALID_READING',
      `${this.name}: reading ${at % width} of slot ${Math.floor(at / width)} is not a number after ${REMEASURE + 1} measurements`,
      { device: this.sheet.machine, hint: 'check the sensor and its settle time' },
    )
  }
}

function firstInvalid(readings: Float64Array): number {
  for (let i = 0; i < readings.length; i++) if (!Number.isFinite(readings[i])) return i
  return -1
}

function joined(a: Receipt, b: Receipt): Receipt {
  return {
    slots: a.slots + b.slots,
    clipped: a.clipped + b.clipped,
    retries: a.retries + b.retries,
    saturated: a.saturated + b.saturated,
    startedAt: a.startedAt,
    endedAt: b.endedAt,
  }
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
