import { parameterBytes, readParameters, writeParameters } from './banks.ts'
import { ByteReader, ByteWriter, WireError } from './bytes.ts'
import { readRequest } from './control.ts'
import { crc32 } from './crc32.ts'
import { type Layout, numberBytes } from './numbers.ts'
import { struct } from './struct.ts'

/** Parameters that 16 bits address; a machine with more of them has 32-bit addresses. */
const NARROW = 65535
const wideRequest = struct({ first: 'u32', count: 'u32' })

const isWide = ({ paramCount }: Layout) => paramCount > NARROW

/** Bytes of WRITE and of a reply to READ before the numbers, the arming id of WRITE not counted. */
export function stretchBytes(layout: Layout): number {
  return (isWide(layout) ? 4 : 2) * (layout.format === 'packed' ? 2 : 1)
}

/** CRC-32 over the parameters in wire format: what a device reports as `parameterCrc`. */
export function parameterCrc(layout: Layout, theta: Float64Array): number {
  const writer = new ByteWriter()
  writeParameters(writer, layout, theta)
  return crc32(writer.done())
}

/** READ of parameters `first..first+count-1`. */
export function encodeRead(layout: Layout, stretch: { readonly first: number; readonly count: number }): Uint8Array {
  return (isWide(layout) ? wideRequest : readRequest).encode(stretch)
}

export function decodeRead(layout: Layout, payload: Uint8Array): { first: number; count: number } {
  return (isWide(layout) ? wideRequest : readRequest).decode(payload)
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
  writeStretch(writer, layout, theta, first, count)
  return writer.done()
}

/** Reads a WRITE: its parameters are `values`, from `first` on. */
export function decodeWrite(
  layout: Layout,
  payload: Uint8Array,
): { armId: number; first: number; values: Float64Array } {
  const reader = new ByteReader(payload)
  const armId = reader.u32()
  return { armId, ...readStretch(reader, layout, payload.length) }
}

export function encodeReadReply(layout: Layout, theta: Float64Array, first: number, count: number): Uint8Array {
  const writer = new ByteWriter()
  writeStretch(writer, layout, theta, first, count)
  return writer.done()
}

export function decodeReadReply(layout: Layout, payload: Uint8Array): { first: number; values: Float64Array } {
  return readStretch(new ByteReader(payload), layout, payload.length)
}

function writeStretch(writer: ByteWriter, layout: Layout, theta: Float64Array, first: number, count: number): void {
  const address = isWide(layout) ? 'u32' : 'u16'
  writer[address](first)
  // How many numbers lie in packed bits does not follow from their bytes.
  if (layout.format === 'packed') writer[address](count)
  writeParameters(writer, layout, theta, first, count)
}

/** Numbers to the end of the payload; refuses a part of a number and a run past the last parameter. */
function readStretch(reader: ByteReader, layout: Layout, length: number): { first: number; values: Float64Array } {
  const address = isWide(layout) ? 'u32' : 'u16'
  const first = reader[address]()
  const told = layout.format === 'packed' ? reader[address]() : Math.floor(reader.left / numberBytes(layout.format))
  const room = Math.max(0, Math.min(told, layout.paramCount - first))
  if (layout.format === 'packed' && room < told)
    throw new WireError(length - reader.left + parameterBytes(layout, first, room), length)
  reader.need(parameterBytes(layout, first, room))
  const values = new Float64Array(room)
  readParameters(reader, layout, values, first, room, -first)
  reader.end()
  return { first, values }
}
