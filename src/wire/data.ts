import { ByteReader, ByteWriter, WireError } from './bytes.ts'
import { type Layout, numberBytes, readReadings, runBytes, writeReadings } from './numbers.ts'

/** What every local reading is written with: the lowest count always means that it could not be taken. */
const localPort = (layout: Layout) => ({ step: layout.local?.step ?? 0, gaps: true })

/** Numbers that one MEASURE with local readings may ask back: both sides keep them until all have arrived. */
const LOCAL_NUMBERS = 2 ** 18

/** Most slots of one MEASURE with local readings; one is always taken. */
export function mostLocalSlots({ sense, paramCount }: Layout): number {
  return Math.max(1, Math.floor(LOCAL_NUMBERS / (sense.width + paramCount)))
}

/** Bytes of the readings of one slot in DATA. */
export function slotBytes({ format, sense, paramCount }: Layout, local: boolean): number {
  return runBytes(format, sense, sense.width) + (local ? numberBytes(format) * paramCount : 0)
}

/** DATA: readings of whole slots from `firstSlot` on, those of the outputs before the local ones in each slot. */
export function encodeData(
  layout: Layout,
  readings: Float64Array,
  firstSlot: number,
  slots: number,
  local?: Float64Array,
): Uint8Array {
  const writer = new ByteWriter()
  writer.u16(firstSlot)
  const { format, sense, paramCount } = layout
  const port = localPort(layout)
  for (let slot = firstSlot; slot < firstSlot + slots; slot++) {
    writeReadings(writer, format, sense, readings, slot * sense.width, sense.width)
    if (local !== undefined) writeReadings(writer, format, port, local, slot * paramCount, paramCount)
  }
  return writer.done()
}

/** Puts the readings of a DATA frame in their place; returns the slots they fill. Throws `WireError` if they do not fit. */
export function decodeData(
  layout: Layout,
  payload: Uint8Array,
  into: Float64Array,
  local?: Float64Array,
): { first: number; count: number } {
  const reader = new ByteReader(payload)
  const first = reader.u16()
  const { format, sense, paramCount } = layout
  const room = into.length / sense.width - first
  const bytes = slotBytes(layout, local !== undefined)
  const count = Math.max(0, Math.min(room, Math.floor(reader.left / bytes)))
  // Nothing is put in place from a frame that does not fit.
  if (reader.left !== count * bytes) throw new WireError(2 + count * bytes, payload.length)
  const port = localPort(layout)
  for (let slot = first; slot < first + count; slot++) {
    readReadings(reader, format, sense, into, slot * sense.width, sense.width)
    if (local !== undefined) readReadings(reader, format, port, local, slot * paramCount, paramCount)
  }
  return { first, count }
}
