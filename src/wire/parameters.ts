import { ByteReader, ByteWriter } from './bytes.ts'
import { crc32 } from './crc32.ts'
import { type Layout, numberBytes, readParameters, writeParameters } from './numbers.ts'

/** CRC-32 over the parameters in wire format: what a device reports as `parameterCrc`. */
export function parameterCrc(layout: Layout, theta: Float64Array): number {
  const writer = new ByteWriter()
  writeParameters(writer, layout, theta)
  return crc32(writer.done())
}

/** WRITE of parameters `first..first+count-1` of a whole `theta`. */
export function encodeWrite(
  layout: Layout,
  armId: number,
  theta: Float64Array,
  first: number,
  count: number,
): Uint8Array {
  const writer = new ByteWriter()
  writer.u32(armId)
  writer.u16(first)
  writeParameters(writer, layout, theta, first, count)
  return writer.done()
}

/** Reads a WRITE: its parameters are `values`, from `first` on. */
export function decodeWrite(
  layout: Layout,
  payload: Uint8Array,
): { armId: number; first: number; values: Float64Array } {
  const reader = new ByteReader(payload)
  const armId = reader.u32()
  const first = reader.u16()
  return { armId, first, values: rest(reader, layout, first) }
}

export function encodeReadReply(layout: Layout, theta: Float64Array, first: number, count: number): Uint8Array {
  const writer = new ByteWriter()
  writer.u16(first)
  writeParameters(writer, layout, theta, first, count)
  return writer.done()
}

export function decodeReadReply(layout: Layout, payload: Uint8Array): { first: number; values: Float64Array } {
  const reader = new ByteReader(payload)
  const first = reader.u16()
  return { first, values: rest(reader, layout, first) }
}

/** The remaining numbers, as many as the payload holds; refuses a part of a number and a run past the last parameter. */
function rest(reader: ByteReader, layout: Layout, first: number): Float64Array {
  const count = Math.floor(reader.left / numberBytes(layout.format))
  const room = Math.max(0, Math.min(count, layout.paramCount - first))
  const values = new Float64Array(room)
  readParameters(reader, layout, values, first, room, -first)
  reader.end()
  return values
}
