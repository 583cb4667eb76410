import { InsituError } from '../errors.ts'
import type { Block, Delta, Track } from './block.ts'
import type { DataSheet } from './sheet.ts'
import { nameOf, paramCount } from './sheet.ts'

/**
 * Cuts a block into pieces of at most `sheet.maxSlots` that together mean the same.
 *
 * A piece may end anywhere, but a piece that starts inside a held row must end with that row, and an opposite pair
 * is never torn apart; throws `SHAPE` where a pair does not fit the machine.
 */
export function* cut(sheet: DataSheet, block: Block): Generator<{ readonly start: number; readonly piece: Block }> {
  if (block.slots <= sheet.maxSlots) {
    yield { start: 0, piece: block }
    return
  }
  const { drive, delta } = block
  for (let start = 0; start < block.slots; ) {
    let end = Math.min(start + sheet.maxSlots, block.slots)
    for (const hold of delta === undefined ? [drive.hold] : [drive.hold, delta.hold]) {
      if (start % hold !== 0) end = Math.min(end, start - (start % hold) + hold)
    }
    if (delta?.kind === 'code' && delta.pairing === 'opposite' && end < block.slots) {
      end -= end % (2 * delta.hold)
      if (end <= start) {
        throw new InsituError(
          'SHAPE',
          `${nameOf(sheet)}: a pair of opposite codes takes ${2 * delta.hold} slots, one exchange carries ${sheet.maxSlots}`,
          { device: sheet.machine, hint: 'use a shorter hold or send the two signs as track rows' },
        )
      }
    }
    const slots = end - start
    const piece = { slots, drive: cutTrack(drive, sheet.drive.width, start, slots) }
    yield {
      start,
      piece: delta === undefined ? piece : { ...piece, delta: cutDelta(delta, paramCount(sheet), start, slots) },
    }
    start = end
  }
}

/** Rows [first, last) a piece touches; a piece inside one row keeps that row alone. */
function rows(hold: number, start: number, slots: number): readonly [number, number] {
  return [Math.floor(start / hold), Math.ceil((start + slots) / hold)]
}

function cutTrack(track: Track, width: number, start: number, slots: number): Track {
  const [first, last] = rows(track.hold, start, slots)
  return { ...track, data: track.data.subarray(first * width, last * width) }
}

function cutDelta(delta: Delta, params: number, start: number, slots: number): Delta {
  if (delta.kind === 'track') return cutTrack(delta, params, start, slots)
  if (delta.kind === 'code') {
    const span = delta.pairing === 'opposite' ? 2 * delta.hold : delta.hold
    return { ...delta, first: delta.first + Math.floor(start / span) }
  }
  const [first, last] = rows(delta.hold, start, slots)
  const stride = Math.ceil(params / 8)
  return { ...delta, bits: delta.bits.subarray(first * stride, last * stride) }
}
