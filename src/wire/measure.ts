import { type Block, type Delta, rowsFor } from '../contract/block.ts'
import { ByteReader, ByteWriter } from './bytes.ts'
import { readCode, ValueError, writeCode } from './code.ts'
import {
  type Layout,
  numberBytes,
  readAmplitudes,
  readNumbers,
  readParameters,
  writeAmplitudes,
  writeNumbers,
  writeParameters,
} from './numbers.ts'

const DELTA = { none: 0, track: 1, signs: 2, code: 3 } as const

/** Payload bytes of a MEASURE request. */
export function measureBytes(layout: Layout, block: Block, slots = block.slots): number {
  const size = numberBytes(layout.format)
  const { drive, delta } = block
  const head = 9 + rowsFor(slots, drive.hold) * layout.drive.width * size
  if (delta === undefined) return head
  if (delta.kind === 'code') return head + 12 + layout.banks.length * size
  const rows = rowsFor(slots, delta.hold)
  if (delta.kind === 'track') return head + 2 + rows * layout.paramCount * size
  return head + 2 + layout.banks.length * size + rows * Math.ceil(layout.paramCount / 8)
}

export function encodeMeasure(layout: Layout, armId: number, block: Block): Uint8Array {
  const { drive, delta } = block
  const writer = new ByteWriter()
  writer.u32(armId)
  writer.u16(block.slots)
  // A row held beyond the end is held to the end: longer holds need not fit 16 bits.
  writer.u16(Math.min(drive.hold, block.slots))
  writer.u8(delta === undefined ? DELTA.none : DELTA[delta.kind])
  if (delta !== undefined) writeDelta(writer, layout, delta, block.slots)
  const driven = rowsFor(block.slots, drive.hold) * layout.drive.width
  writeNumbers(writer, layout.format, layout.drive.step, drive.data, 0, driven)
  return writer.done()
}

function writeDelta(writer: ByteWriter, layout: Layout, delta: Delta, slots: number): void {
  if (delta.kind === 'code') {
    writeCode(writer, layout, { ...delta, hold: Math.min(delta.hold, slots) })
    return
  }
  writer.u16(Math.min(delta.hold, slots))
  const rows = rowsFor(slots, delta.hold)
  if (delta.kind === 'signs') {
    writeAmplitudes(writer, layout, delta.amplitudes)
    writer.bytes(delta.bits.subarray(0, rows * Math.ceil(layout.paramCount / 8)))
    return
  }
  for (let row = 0; row < rows; row++)
    writeParameters(writer, layout, delta.data, 0, layout.paramCount, row * layout.paramCount)
}

/** Reads a MEASURE on the device's side; lengths are checked before anything is allocated. */
export function decodeMeasure(layout: Layout, payload: Uint8Array): { armId: number; block: Block } {
  const reader = new ByteReader(payload)
  const armId = reader.u32()
  const slots = reader.u16()
  if (slots === 0) throw new ValueError(4, 'slots must not be 0')
  const hold = reader.u16()
  if (hold === 0) throw new ValueError(6, 'hold must not be 0')
  const kind = reader.u8()
  if (kind > DELTA.code) throw new ValueError(8, 'unknown kind of delta')
  const delta = kind === DELTA.none ? undefined : readDelta(reader, layout, kind, slots)
  const rows = rowsFor(slots, hold)
  reader.need(rows * layout.drive.width * numberBytes(layout.format))
  const data = new Float64Array(rows * layout.drive.width)
  readNumbers(reader, layout.format, layout.drive.step, data)
  reader.end()
  const block = { slots, drive: { kind: 'track', data, hold } } as const
  return { armId, block: delta === undefined ? block : { ...block, delta } }
}

function readDelta(reader: ByteReader, layout: Layout, kind: number, slots: number): Delta {
  if (kind === DELTA.code) return readCode(reader, layout, 9)
  const hold = reader.u16()
  if (hold === 0) throw new ValueError(9, 'hold must not be 0')
  const rows = rowsFor(slots, hold)
  if (kind === DELTA.signs) {
    const amplitudes = readAmplitudes(reader, layout)
    return { kind: 'signs', bits: reader.bytes(rows * Math.ceil(layout.paramCount / 8)).slice(), amplitudes, hold }
  }
  reader.need(rows * layout.paramCount * numberBytes(layout.format))
  const data = new Float64Array(rows * layout.paramCount)
  for (let row = 0; row < rows; row++)
    readParameters(reader, layout, data, 0, layout.paramCount, row * layout.paramCount)
  return { kind: 'track', data, hold }
}

/** DATA: readings of whole slots from `firstSlot` on. */
export function encodeData(layout: Layout, readings: Float64Array, firstSlot: number, slots: number): Uint8Array {
  const writer = new ByteWriter()
  writer.u16(firstSlot)
  const { width, step } = layout.sense
  writeNumbers(writer, layout.format, step, readings, firstSlot * width, slots * width)
  return writer.done()
}

/** Puts the readings of a DATA frame in their place; returns the slots they fill. Throws `WireError` if they do not fit. */
export function decodeData(layout: Layout, payload: Uint8Array, into: Float64Array): { first: number; count: number } {
  const reader = new ByteReader(payload)
  const first = reader.u16()
  const { width, step } = layout.sense
  const room = into.length / width - first
  const count = Math.max(0, Math.min(room, Math.floor(reader.left / (width * numberBytes(layout.format)))))
  readNumbers(reader, layout.format, step, into, first * width, count * width)
  reader.end()
  return { first, count }
}
