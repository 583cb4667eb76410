import type { Receipt } from '../../src/contract/backend.ts'
import type { LoadedBlock } from '../../src/contract/block.ts'
import { cut } from '../../src/contract/cut.ts'
import { paramCount } from '../../src/contract/sheet.ts'
import type { LatticeBody } from './body.ts'
import type { Height } from './presets.ts'

/** Nodes times slots that a linear lattice does in some milliseconds; other heights count each slot for several. */
const WORK = 20_000
const WEIGHT: Readonly<Record<Height['kind'], number>> = { linear: 1, harmonic: 16, finite: 16, dynamic: 1000 }

/** Slots a lattice of this kind and size may do before others in the process get their turn. */
export function slotsPerTurn(height: Height['kind'], nodes: number, block: LoadedBlock): number {
  // Every row of a perturbation is another stiffness to factorise.
  const weight = Math.max(WEIGHT[height], block.delta === undefined ? 1 : 16)
  return Math.max(1, Math.floor(WORK / (nodes * weight)))
}

/**
 * Runs a block in pieces of at most `most` slots and lets the event loop turn between them, so that signals, time-outs and
 * other machines are not kept waiting; rejects with the signal's reason at the next piece.
 */
export async function runInPieces(
  body: LatticeBody,
  block: LoadedBlock,
  most: number,
  into: Float64Array,
  local: Float64Array | undefined,
  signal: AbortSignal | undefined,
): Promise<Receipt> {
  if (block.slots <= most) return body.run(block, into, local)
  const { sheet } = body
  const params = paramCount(sheet)
  let total: Receipt | undefined
  for (const { start, piece } of cut({ ...sheet, maxSlots: most }, block)) {
    if (total !== undefined) await new Promise(setImmediate)
    signal?.throwIfAborted()
    const end = start + piece.slots
    const sense = into.subarray(start * sheet.sense.width, end * sheet.sense.width)
    const receipt = body.run(piece, sense, local?.subarray(start * params, end * params))
    total = {
      ...receipt,
      slots: end,
      saturated: receipt.saturated + (total?.saturated ?? 0),
      retries: receipt.retries + (total?.retries ?? 0),
      startedAt: total?.startedAt ?? receipt.startedAt,
    }
  }
  return total as Receipt
}
