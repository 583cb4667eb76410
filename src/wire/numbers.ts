import type { DataSheet, Port, Readings } from '../contract/sheet.ts'
import type { ByteReader, ByteWriter } from './bytes.ts'

/** How a device writes parameters, drive, readings, loads and amplitudes: counts of a step, or doubles. */
export type Format = 'i16' | 'f64'

/** Widths and steps a payload cannot be read without. */
export interface Layout {
  readonly format: Format
  readonly banks: readonly { readonly width: number; readonly step: number }[]
  readonly paramCount: number
  readonly drive: { readonly width: number; readonly step: number }
  /** `gaps`: the lowest count is not a reading but stands for one that could not be taken. */
  readonly sense: { readonly width: number; readonly step: number; readonly gaps?: boolean }
  /** Local readings, one per parameter, where the machine takes them. */
  readonly local?: { readonly step: number }
  /** A load on the outputs, as wide as `sense`, where the machine takes one. */
  readonly load?: { readonly step: number }
}

/** What the facets `local` and `adjoint` read and hold. */
export interface FacetPorts {
  readonly local?: Readings
  readonly adjoint?: Port
}

export function layoutOf(sheet: DataSheet, format: Format, { local, adjoint }: FacetPorts = {}): Layout {
  const paramCount = sheet.banks.reduce((total, bank) => total + bank.width, 0)
  const { width, step } = sheet.sense
  return {
    format,
    banks: sheet.banks,
    paramCount,
    drive: sheet.drive,
    sense: format === 'i16' && sparesLowest(sheet.sense) ? { width, step, gaps: true } : { width, step },
    ...(local && { local: { step: local.step } }),
    ...(adjoint && { load: { step: adjoint.step } }),
  }
}

/** The count of a reading that could not be taken. */
export const NO_READING = -32768

/** Whether a port never reaches that count, so that it is free to mean something else. */
export function sparesLowest({ min, step }: Port): boolean {
  return toCount(min, step) > NO_READING
}

/** Bytes of one number. */
export function numberBytes(format: Format): number {
  return format === 'i16' ? 2 : 8
}

/** Counts of `step` nearest to a value, half up, kept within 16 bits. */
export function toCount(value: number, step: number): number {
  return Math.max(-32768, Math.min(32767, Math.floor(value / step + 0.5)))
}

/** Writes `values[from..from+count-1]`, all of one step. */
export function writeNumbers(
  writer: ByteWriter,
  format: Format,
  step: number,
  values: ArrayLike<number>,
  from = 0,
  count = values.length - from,
): void {
  if (format === 'i16') for (let i = from; i < from + count; i++) writer.i16(toCount(values[i], step))
  else for (let i = from; i < from + count; i++) writer.f64(values[i])
}

/** Reads `count` numbers of one step into `into` from `at`. */
export function readNumbers(
  reader: ByteReader,
  format: Format,
  step: number,
  into: Float64Array,
  at = 0,
  count = into.length - at,
): void {
  reader.need(count * numberBytes(format))
  if (format === 'i16') for (let i = at; i < at + count; i++) into[i] = reader.i16() * step
  else for (let i = at; i < at + count; i++) into[i] = reader.f64()
}

/** Writes readings; with `gaps` one that is no number gets the count kept for it, and no other does. */
export function writeReadings(
  writer: ByteWriter,
  format: Format,
  { step, gaps = false }: { readonly step: number; readonly gaps?: boolean },
  values: Float64Array,
  from: number,
  count: number,
): void {
  if (format !== 'i16' || !gaps) {
    writeNumbers(writer, format, step, values, from, count)
    return
  }
  for (let i = from; i < from + count; i++)
    writer.i16(Number.isFinite(values[i]) ? Math.max(NO_READING + 1, toCount(values[i], step)) : NO_READING)
}

/** Reads `count` readings into `into` from `at`; NaN for what could not be taken. */
export function readReadings(
  reader: ByteReader,
  format: Format,
  { step, gaps = false }: { readonly step: number; readonly gaps?: boolean },
  into: Float64Array,
  at: number,
  count: number,
): void {
  if (format !== 'i16' || !gaps) {
    readNumbers(reader, format, step, into, at, count)
    return
  }
  reader.need(count * 2)
  for (let i = at; i < at + count; i++) {
    const value = reader.i16()
    into[i] = value === NO_READING ? Number.NaN : value * step
  }
}

/** Calls `visit(step, from, count)` for each stretch of one bank within parameters `first..first+count-1`. */
function byBank(layout: Layout, first: number, count: number, visit: (step: number, from: number, n: number) => void) {
  let start = 0
  for (const bank of layout.banks) {
    const from = Math.max(first, start)
    const to = Math.min(first + count, start + bank.width)
    if (to > from) visit(bank.step, from, to - from)
    start += bank.width
  }
}

/** Writes parameters `first..first+count-1` from `theta[offset + first]` on. */
export function writeParameters(
  writer: ByteWriter,
  layout: Layout,
  theta: Float64Array,
  first = 0,
  count = layout.paramCount,
  offset = 0,
): void {
  byBank(layout, first, count, (step, from, n) => writeNumbers(writer, layout.format, step, theta, offset + from, n))
}

/** Reads parameters `first..first+count-1` into `theta[offset + first]` on. */
export function readParameters(
  reader: ByteReader,
  layout: Layout,
  theta: Float64Array,
  first = 0,
  count = layout.paramCount,
  offset = 0,
): void {
  reader.need(count * numberBytes(layout.format))
  byBank(layout, first, count, (step, from, n) => readNumbers(reader, layout.format, step, theta, offset + from, n))
}

/** One number per bank. */
export function writeAmplitudes(writer: ByteWriter, layout: Layout, amplitudes: readonly number[]): void {
  layout.banks.forEach((bank, b) => {
    writeNumbers(writer, layout.format, bank.step, amplitudes, b, 1)
  })
}

export function readAmplitudes(reader: ByteReader, layout: Layout): number[] {
  return layout.banks.map((bank) => (layout.format === 'i16' ? reader.i16() * bank.step : reader.f64()))
}
