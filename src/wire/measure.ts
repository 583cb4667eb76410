import { type Delta, type LoadedBlock, rowsFor, type Track } from '../contract/block.ts'
import { InsituError } from '../errors.ts'
import { differences, parameterBytes, readParameters, writeParameters } from './banks.ts'
import { ByteReader, ByteWriter } from './bytes.ts'
import { readCode, ValueError, writeCode } from './code.ts'
import type { Inner } from './data.ts'
import {
  type Grid,
  type Layout,
  numberBytes,
  readAmplitudes,
  readNumbers,
  runBytes,
  writeAmplitudes,
  writeNumbers,
} from './numbers.ts'
import type { Burst } from './spikes.ts'

const DELTA = { none: 0, track: 1, signs: 2, code: 3 } as const
/** Flags beside the kind of delta. */
const LOAD = 0x10
const LOCAL = 0x20
const TAPS = 0x40
const KIND = 0x0f

/** Payload bytes of a MEASURE request. */
export function measureBytes(layout: Layout, block: LoadedBlock, slots = block.slots): number {
  const size = numberBytes(layout.format)
  const { drive, delta, load } = block
  const loaded = load === undefined ? 0 : 2 + rowsFor(slots, load.hold) * layout.sense.width * size
  const driven = rowsFor(slots, drive.hold) * layout.drive.width
  const head = 9 + (layout.spikes === undefined ? runBytes(layout.format, layout.drive, driven) : 8) + loaded
  if (delta === undefined) return head
  if (delta.kind === 'code') return head + 12 + layout.banks.length * size
  const rows = rowsFor(slots, delta.hold)
  if (delta.kind === 'track') return head + 2 + rows * parameterBytes(differences(layout))
  return head + 2 + layout.banks.length * size + rows * Math.ceil(layout.paramCount / 8)
}

/**
 * A MEASURE request; `inner` asks for readings inside the machine beside those of the outputs, `burst` names the spikes that
 * went ahead, of a machine that takes its drive so.
 */
export function encodeMeasure(
  layout: Layout,
  armId: number,
  block: LoadedBlock,
  inner?: Inner,
  burst?: Burst,
): Uint8Array {
  const { drive, delta, load } = block
  if (load !== undefined && layout.load === undefined) throw lacking('load')
  if (inner !== undefined && layout[inner] === undefined)
    throw lacking(inner === 'local' ? 'local readings' : 'readings between layers')
  const writer = new ByteWriter()
  writer.u32(armId)
  writer.u16(block.slots)
  // A row held beyond the end is held to the end: longer holds need not fit 16 bits.
  writer.u16(Math.min(drive.hold, block.slots))
  const kind = delta === undefined ? DELTA.none : DELTA[delta.kind]
  writer.u8(kind | (load === undefined ? 0 : LOAD) | (inner === undefined ? 0 : inner === 'local' ? LOCAL : TAPS))
  if (delta !== undefined) writeDelta(writer, layout, delta, block.slots)
  if (layout.spikes !== undefined) {
    if (burst === undefined) throw new InsituError('INTERNAL', 'MEASURE names no spikes that went ahead of it')
    writer.u32(burst.burst)
    writer.u32(burst.spikes)
  } else {
    const driven = rowsFor(block.slots, drive.hold) * layout.drive.width
    writeNumbers(writer, layout.format, layout.drive, drive.data, 0, driven)
  }
  if (load !== undefined && layout.load !== undefined) {
    writer.u16(Math.min(load.hold, block.slots))
    const loaded = rowsFor(block.slots, load.hold) * layout.sense.width
    writeNumbers(writer, layout.format, layout.load, load.data, 0, loaded)
  }
  return writer.done()
}

function lacking(what: string): InsituError {
  return new InsituError('CAPABILITY', `the device takes no ${what}; nothing was sent`, {
    hint: 'see the facets of its description',
  })
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
  const banks = differences(layout)
  for (let row = 0; row < rows; row++)
    writeParameters(writer, banks, delta.data, 0, layout.paramCount, row * layout.paramCount)
}

/** A MEASURE as the device sees it. */
export interface MeasureRequest {
  readonly armId: number
  /** Its drive has no data yet where the spikes went ahead. */
  readonly block: LoadedBlock
  /** Which readings inside the machine are wanted, if any. */
  readonly inner?: Inner
  readonly burst?: Burst
}

/** Reads a MEASURE on the device's side; lengths are checked before anything is allocated. */
export function decodeMeasure(layout: Layout, payload: Uint8Array): MeasureRequest {
  const reader = new ByteReader(payload)
  const armId = reader.u32()
  const slots = reader.u16()
  if (slots === 0) throw new ValueError(4, 'slots must not be 0')
  const hold = reader.u16()
  if (hold === 0) throw new ValueError(6, 'hold must not be 0')
  const byte = reader.u8()
  const kind = byte & KIND
  const flags = byte & ~KIND
  const known =
    (layout.load === undefined ? 0 : LOAD) |
    (layout.local === undefined ? 0 : LOCAL) |
    (layout.taps === undefined ? 0 : TAPS)
  if (kind > DELTA.code || (flags & ~known) !== 0) throw new ValueError(8, 'unknown kind of delta or flag')
  if ((flags & TAPS) !== 0 && flags !== TAPS) throw new ValueError(8, 'readings between layers go with no other flag')
  const delta = kind === DELTA.none ? undefined : readDelta(reader, layout, kind, slots)
  const burst = layout.spikes && { burst: reader.u32(), spikes: reader.u32() }
  const drive: Track = burst
    ? { kind: 'track', data: new Float64Array(0), hold }
    : readTrack(reader, layout, layout.drive, layout.drive.width, slots, hold)
  const load = (byte & LOAD) === 0 ? undefined : readLoad(reader, layout, payload.length, slots)
  reader.end()
  const block = { slots, drive, ...(delta && { delta }), ...(load && { load }) }
  const inner = (flags & LOCAL) !== 0 ? 'local' : (flags & TAPS) !== 0 ? 'taps' : undefined
  return { armId, block, ...(inner && { inner }), ...(burst && { burst }) }
}

function readLoad(reader: ByteReader, layout: Layout, length: number, slots: number): Track {
  const offset = length - reader.left
  const hold = reader.u16()
  if (hold === 0) throw new ValueError(offset, 'hold must not be 0')
  return readTrack(reader, layout, layout.load ?? { step: 0 }, layout.sense.width, slots, hold)
}

function readTrack(
  reader: ByteReader,
  { format }: Layout,
  port: Grid,
  width: number,
  slots: number,
  hold: number,
): Track {
  const count = rowsFor(slots, hold) * width
  reader.need(runBytes(format, port, count))
  const data = new Float64Array(count)
  readNumbers(reader, format, port, data)
  return { kind: 'track', data, hold }
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
  const banks = differences(layout)
  reader.need(rows * parameterBytes(banks))
  const data = new Float64Array(rows * layout.paramCount)
  for (let row = 0; row < rows; row++)
    readParameters(reader, banks, data, 0, layout.paramCount, row * layout.paramCount)
  return { kind: 'track', data, hold }
}
