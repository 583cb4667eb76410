import type { CallOptions, Receipt } from '../contract/backend.ts'
import type { Block, Signs, Track } from '../contract/block.ts'
import { cut } from '../contract/cut.ts'
import { joined } from '../contract/remeasure.ts'
import { bankOffsets, type DataSheet } from '../contract/sheet.ts'
import type { End } from './pipeline.ts'
import { columnsOf, type Share, shareOf } from './split.ts'

/** How one half is read: its outputs into `into`, its inner readings into `inner`. */
export type Read = (block: Block, into: Float64Array, inner: Float64Array, opts: CallOptions) => Promise<Receipt>

/** One end of a passage: how it is read, where to, and how many numbers a slot. */
export interface Stage {
  readonly read: Read
  readonly into: Float64Array
  readonly width: number
  readonly inner: Float64Array
  readonly innerWidth: number
}

/** The parameters of the two halves, the first of which has `banks` banks. */
export function sharesOf(whole: DataSheet, banks: number): { readonly [E in End]: Share } {
  const offsets = bankOffsets(whole)
  const share = (first: number, end: number): Share => ({ from: offsets[first], to: offsets[end], banks: [first, end] })
  return { a: share(0, banks), b: share(banks, whole.banks.length) }
}

/** A block on its way through two machines, in pieces of at most `piece` slots. */
export function passage(
  whole: DataSheet,
  shares: { readonly [E in End]: Share },
  block: Block,
  piece: number,
  stages: { readonly [E in End]: Stage },
) {
  const { slots, drive } = block
  const delta = columnsOf(block, whole)
  const pieces = [...cut({ ...whole, maxSlots: piece }, { slots, drive, ...(delta && { delta }) })]
  const receipts: { [E in End]?: Receipt } = {}
  const measure = async (end: End, n: number, driven: Track, signal: AbortSignal | undefined) => {
    const { read, into, width, inner, innerWidth } = stages[end]
    const { start, piece } = pieces[n]
    const stop = start + piece.slots
    // Codes were written out above, so pieces have tracks and signs alone.
    const perturbed = shareOf(piece.delta as Track | Signs | undefined, piece.slots, whole, shares[end])
    const receipt = await read(
      { slots: piece.slots, drive: driven, ...perturbed },
      into.subarray(start * width, stop * width),
      inner.subarray(start * innerWidth, stop * innerWidth),
      signal === undefined ? {} : { signal },
    )
    const before = receipts[end]
    receipts[end] = before === undefined ? receipt : joined(before, receipt)
  }
  const between = (n: number): Track => {
    const { into, width } = stages.a
    const { start, piece } = pieces[n]
    return { kind: 'track', data: into.subarray(start * width, (start + piece.slots) * width), hold: 1 }
  }
  return {
    pieces: pieces.length,
    work: {
      a: (n: number, signal: AbortSignal | undefined) => measure('a', n, pieces[n].piece.drive, signal),
      b: (n: number, signal: AbortSignal | undefined) => measure('b', n, between(n), signal),
    },
    /** Once all pieces have gone through. The sum of two clocks that run forward runs forward, and takes the time of both. */
    receipt(): Receipt {
      const { a, b } = receipts as { readonly [E in End]: Receipt }
      return {
        slots,
        clipped: a.clipped + b.clipped,
        retries: a.retries + b.retries,
        saturated: a.saturated + b.saturated,
        startedAt: a.startedAt + b.startedAt,
        endedAt: a.endedAt + b.endedAt,
      }
    },
  }
}
