import { ByteReader, ByteWriter, WireError } from './bytes.ts'
import { type Layout, numberBytes, readReadings, runBytes, writeReadings } from './numbers.ts'

/** Which readings inside the machine a MEASURE asks for, by the facet that takes them. */
export type Inner = 'local' | 'taps'

/** Such readings of a block, slot by slot. */
export interface InnerReadings {
  readonly of: Inner
  readonly data: Float64Array
}

/** A run of them in each slot; the lowest count always means that one could not be taken. */
interface Run {
  readonly width: number
  readonly step: number
  readonly gaps: true
}

/** What each slot has of them: one run of local readings, and one for each layer. */
function runs({ local, taps = [], paramCount }: Layout, of: Inner | undefined): readonly Run[] {
  if (of === undefined) return []
  if (of === 'local') return [{ width: paramCount, step: local?.step ?? 0, gaps: true }]
  return taps.map(({ width, step }) => ({ width, step, gaps: true }))
}

/** Numbers inside the machine that each slot has. */
export function innerWidth(layout: Layout, of: Inner): number {
  return runs(layout, of).reduce((sum, { width }) => sum + width, 0)
}

/** Numbers that one MEASURE with readings inside the machine may ask back: both sides keep them until all have arrived. */
const INNER_NUMBERS = 2 ** 18

/** Most slots of one MEASURE with readings inside the machine; one is always taken. */
export function mostInnerSlots(layout: Layout, of: Inner): number {
  return Math.max(1, Math.floor(INNER_NUMBERS / (layout.sense.width + innerWidth(layout, of))))
}

/** Bytes of the readings of one slot in DATA. */
export function slotBytes(layout: Layout, of?: Inner): number {
  const { format, sense } = layout
  return runBytes(format, sense, sense.width) + (of === undefined ? 0 : numberBytes(format) * innerWidth(layout, of))
}

/** Bytes of the readings of one slot in DATA, with those inside the machine that take most. */
export function widestSlot(layout: Layout): number {
  const inner = (['local', 'taps'] as const).filter((of) => layout[of] !== undefined)
  return Math.max(slotBytes(layout), ...inner.map((of) => slotBytes(layout, of)))
}

/** DATA: readings of whole slots from `firstSlot` on, those of the outputs before the inner ones in each slot. */
export function encodeData(
  layout: Layout,
  readings: Float64Array,
  firstSlot: number,
  slots: number,
  inner?: InnerReadings,
): Uint8Array {
  const writer = new ByteWriter()
  writer.u16(firstSlot)
  const { format, sense } = layout
  const within = runs(layout, inner?.of)
  let at = firstSlot * within.reduce((sum, { width }) => sum + width, 0)
  for (let slot = firstSlot; slot < firstSlot + slots; slot++) {
    writeReadings(writer, format, sense, readings, slot * sense.width, sense.width)
    if (inner === undefined) continue
    for (const run of within) {
      writeReadings(writer, format, run, inner.data, at, run.width)
      at += run.width
    }
  }
  return writer.done()
}

/** Puts the readings of a DATA frame in their place; returns the slots they fill. Throws `WireError` if they do not fit. */
export function decodeData(
  layout: Layout,
  payload: Uint8Array,
  into: Float64Array,
  inner?: InnerReadings,
): { first: number; count: number } {
  const reader = new ByteReader(payload)
  const first = reader.u16()
  const { format, sense } = layout
  const room = into.length / sense.width - first
  const bytes = slotBytes(layout, inner?.of)
  const count = Math.max(0, Math.min(room, Math.floor(reader.left / bytes)))
  // Nothing is put in place from a frame that does not fit.
  if (reader.left !== count * bytes) throw new WireError(2 + count * bytes, payload.length)
  const within = runs(layout, inner?.of)
  let at = first * within.reduce((sum, { width }) => sum + width, 0)
  for (let slot = first; slot < first + count; slot++) {
    readReadings(reader, format, sense, into, slot * sense.width, sense.width)
    if (inner === undefined) continue
    for (const run of within) {
      readReadings(reader, format, run, inner.data, at, run.width)
      at += run.width
    }
  }
  return { first, count }
}
