import { expandCode } from '../codes/expand.ts'
import { InsituError } from '../errors.ts'
import type { CallOptions, Receipt } from './backend.ts'
import type { Family, LoadedBlock } from './block.ts'
import { checkBlock, checkLoaded, limitRows } from './check.ts'
import { cut } from './cut.ts'
import type { Gate } from './gate.ts'
import type { Inner } from './inner.ts'
import type { Mirror } from './mirror.ts'
import { firstInvalid, joined, measureAgain } from './remeasure.ts'
import { type DataSheet, nameOf, type Port } from './sheet.ts'

/** What happens to values outside the limits. */
export type LimitPolicy = 'refuse' | 'clip'

/** The backend's own call behind `measure`, `local.read`, `taps.read` or `adjoint.hold`; `inner` is there where inner readings are. */
export type Exchange = (
  block: LoadedBlock,
  into: Float64Array,
  inner: Float64Array | undefined,
  opts: CallOptions,
) => Promise<Receipt>

export interface MeasurerParts {
  readonly sheet: DataSheet
  readonly policy: LimitPolicy
  readonly gate: Gate
  readonly mirror: Mirror
  /** Codes the machine generates itself. */
  readonly families: ReadonlySet<Family>
  /** What can be held on the outputs, if anything can. */
  readonly load: Port | undefined
}

/** Everything that happens to a block on its way to the machine, whichever facet it goes through. */
export class Measurer {
  readonly #parts: MeasurerParts

  constructor(parts: MeasurerParts) {
    this.#parts = parts
  }

  /**
   * Checks and limits a block, waits its turn, lowers its delta, cuts it to what the machine takes, and measures again
   * what came back invalid.
   */
  run(
    asked: LoadedBlock,
    into: Float64Array,
    inner: Inner | undefined,
    call: Exchange,
    opts: CallOptions,
  ): Promise<Receipt> {
    const { sheet, gate } = this.#parts
    let block = asked
    let clipped = 0
    try {
      checkBlock(sheet, asked, into)
      if (asked.load !== undefined || inner !== undefined) checkLoaded(sheet, asked, inner)
      const limited = this.#limited(asked)
      block = limited.block
      clipped = limited.clipped
    } catch (error) {
      return Promise.reject(error)
    }
    return gate.run(() => this.#measure(block, clipped, into, inner, call, opts), opts.signal)
  }

  /** Drive and load within their ranges. */
  #limited(block: LoadedBlock): { readonly block: LoadedBlock; readonly clipped: number } {
    const { sheet, policy } = this.#parts
    const driven = limitRows(sheet, 'drive', sheet.drive, block.drive, policy)
    if (block.load === undefined) {
      return driven.moved === 0
        ? { block, clipped: 0 }
        : { block: { ...block, drive: driven.track }, clipped: driven.moved }
    }
    const loaded = limitRows(sheet, 'load', this.#loadPort(), block.load, policy)
    const clipped = driven.moved + loaded.moved
    return { block: clipped === 0 ? block : { ...block, drive: driven.track, load: loaded.track }, clipped }
  }

  #loadPort(): Port {
    const { sheet, load } = this.#parts
    if (load !== undefined) return load
    throw new InsituError('CAPABILITY', `${nameOf(sheet)} takes no load on its outputs; nothing was sent`, {
      device: sheet.machine,
      hint: 'a load needs the facet adjoint',
    })
  }

  async #measure(
    block: LoadedBlock,
    limited: number,
    into: Float64Array,
    inner: Inner | undefined,
    call: Exchange,
    opts: CallOptions,
  ): Promise<Receipt> {
    const { sheet } = this.#parts
    const lowered = this.#lower(block)
    const clipped = limited + lowered.clipped
    const width = sheet.sense.width
    if (block.slots <= sheet.maxSlots) {
      const target = into.length === block.slots * width ? into : into.subarray(0, block.slots * width)
      const receipt = await call(lowered.block, target, part(inner, 0, block.slots), opts)
      const bad = firstInvalid(target)
      if (bad < 0 && clipped === 0) return receipt
      if (bad < 0) return { ...receipt, clipped: receipt.clipped + clipped }
      const exchange = () => call(lowered.block, target, part(inner, 0, block.slots), opts)
      const valid = await measureAgain(sheet, exchange, target, bad, receipt, opts)
      return { ...valid, clipped: valid.clipped + clipped }
    }
    let total: Receipt | undefined
    for (const { start, piece } of cut(sheet, lowered.block)) {
      opts.signal?.throwIfAborted()
      const target = into.subarray(start * width, (start + piece.slots) * width)
      const exchange = () => call(piece, target, part(inner, start, piece.slots), opts)
      let receipt = await exchange()
      const bad = firstInvalid(target)
      if (bad >= 0) receipt = await measureAgain(sheet, exchange, target, bad, receipt, opts)
      total = total === undefined ? receipt : joined(total, receipt)
    }
    if (total === undefined)
      throw new InsituError('INTERNAL', `${nameOf(sheet)}: a block of ${block.slots} slots had no pieces`)
    return { ...total, clipped: total.clipped + clipped }
  }

  /** Limits need the stored parameters, so they are looked at when the block's turn has come. */
  #lower(block: LoadedBlock): { block: LoadedBlock; clipped: number } {
    if (block.delta === undefined) return { block, clipped: 0 }
    const { sheet, mirror, policy, families } = this.#parts
    const { delta, clipped } = mirror.limit(block.delta, block.slots, policy)
    if (delta.kind === 'code' && !families.has(delta.family)) {
      return { block: { ...block, delta: expandCode(delta, block.slots, sheet) }, clipped }
    }
    return { block: delta === block.delta ? block : { ...block, delta }, clipped }
  }
}

/** Exactly the inner readings of a piece. */
function part(inner: Inner | undefined, start: number, slots: number): Float64Array | undefined {
  return inner?.data.subarray(start * inner.width, (start + slots) * inner.width)
}
