import { InsituError } from '../errors.ts'
import { type Delta, type LoadedBlock, rowsFor, type Track } from './block.ts'
import type { DataSheet } from './sheet.ts'
import { nameOf, paramCount } from './sheet.ts'

/**
 * Cuts a block into pieces of at most `sheet.maxSlots` that together mean the same.
 *
 * A piece that starts inside a held row ends with that row. Pieces with opposite pairs hold whole pairs instead, and
 * drive and load rows that straddle a cut are written out in shorter holds; throws `SHAPE` where a pair does not fit the machine.
 */
export function* cut(
  sheet: DataSheet,
  block: LoadedBlock,
): Generator<{ readonly start: number; readonly piece: LoadedBlock }> {
  if (block.slots <= sheet.maxSlots) {
    yield { start: 0, piece: block }
    return
  }
  const { drive, delta, load } = block
  const pair = delta?.kind === 'code' && delta.pairing === 'opposite' ? 2 * delta.hold : 0
  if (pair > sheet.maxSlots) {
    throw new InsituError(
      'SHAPE',
      `${nameOf(sheet)}: a pair of opposite codes takes ${pair} slots, one exchange carries ${sheet.maxSlots}`,
      { device: sheet.machine, hint: 'use a shorter hold or send the two signs as track rows' },
    )
  }
  const most = pair === 0 ? sheet.maxSlots : sheet.maxSlots - (sheet.maxSlots % pair)
  const holds = pair > 0 ? [] : [drive, load, delta].flatMap((track) => track?.hold ?? [])
  for (let start = 0; start < block.slots; ) {
    let end = Math.min(start + most, block.slots)
    for (const hold of holds) if (start % hold !== 0) end = Math.min(end, start - (start % hold) + hold)
    const slots = end - start
    const piece = {
      slots,
      drive: cutTrack(drive, sheet.drive.width, start, slots),
      ...(delta && { delta: cutDelta(delta, paramCount(sheet), start, slots) }),
      ...(load && { load: cutTrack(load, sheet.sense.width, start, slots) }),
    }
    yield { start, piece }
    start = end
  }
}

/** Rows [first, last) a piece touches; a piece inside one row keeps that row alone. */
function rows(hold: number, start: number, slots: number): readonly [number, number] {
  return [Math.floor(start / hold), Math.ceil((start + slots) / hold)]
}

function cutTrack(track: Track, width: number, start: number, slots: number): Track {
  const [first, last] = rows(track.hold, start, slots)
  const into = start % track.hold
  if (into === 0 || last - first === 1) return { ...track, data: track.data.subarray(first * width, last * width) }
  // The first row is cut short: a hold that divides what is left of it and a whole row serves both.
  const hold = commonDivisor(into, track.hold)
  const data = new Float64Array(rowsFor(slots, hold) * width)
  for (let at = 0; at < data.length; at += width) {
    const row = Math.floor((start + (at / width) * hold) / track.hold)
    data.set(track.data.subarray(row * width, (row + 1) * width), at)
  }
  return { kind: 'track', data, hold }
}

function commonDivisor(a: number, b: number): number {
  return b === 0 ? a : commonDivisor(b, a % b)
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
