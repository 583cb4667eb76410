import type { DataSheet, Port, Readings } from '../contract/sheet.ts'
import type { ByteReader, ByteWriter } from './bytes.ts'
import {
  fromCode,
  type Packing,
  packedBytes,
  packedDifferences,
  packedReadings,
  packedValues,
  readPacked,
  toCode,
  writePacked,
} from './packed.ts'
import type { SpikeShape } from './spikes.ts'

/**
 * How a device writes parameters, drive, readings, loads and amplitudes: counts of a step, doubles, or as few bits as the
 * range of their port needs (amplitudes are doubles then).
 */
export type Format = 'i16' | 'f64' | 'packed'

/** What a number of a port cannot be read without; `packing` in the format `packed`. */
export interface Grid {
  readonly step: number
  readonly packing?: Packing
}

type Row = Grid & { readonly width: number }

/** Widths and steps a payload cannot be read without. */
export interface Layout {
  readonly format: Format
  readonly banks: readonly Row[]
  /** The banks as differences of two values are written, where that is another way. */
  readonly differences?: readonly Row[]
  readonly paramCount: number
  readonly drive: Row
  /** The drive travels as spikes ahead of its MEASURE. */
  readonly spikes?: SpikeShape
  /** `gaps`: the lowest count is not a reading but stands for one that could not be taken. */
  readonly sense: Row & { readonly gaps?: boolean }
  /** Local readings, one per parameter, where the machine takes them. */
  readonly local?: { readonly step: number }
  /** Readings between its layers, layer by layer, where the machine takes them. */
  readonly taps?: readonly { readonly width: number; readonly step: number }[]
  /** A load on the outputs, as wide as `sense`, where the machine takes one. */
  readonly load?: { readonly step: number }
}

/** What the facets `local`, `taps` and `adjoint` read and hold. */
export interface FacetPorts {
  readonly local?: Readings
  readonly taps?: readonly Readings[]
  readonly adjoint?: Port
}

export function layoutOf(
  sheet: DataSheet,
  format: Format,
  { local, taps, adjoint }: FacetPorts = {},
  spikes?: SpikeShape,
): Layout {
  const paramCount = sheet.banks.reduce((total, bank) => total + bank.width, 0)
  const { width, step } = sheet.sense
  const spiking = spikes && { spikes }
  if (format === 'packed') {
    const banks = (packing: (port: Port) => Packing) => sheet.banks.map((bank) => ({ ...bank, packing: packing(bank) }))
    return {
      format,
      banks: banks(packedValues),
      differences: banks(packedDifferences),
      paramCount,
      drive: { ...sheet.drive, packing: packedValues(sheet.drive) },
      sense: { width, step, packing: packedReadings(sheet.sense) },
      ...spiking,
    }
  }
  return {
    format,
    banks: sheet.banks,
    paramCount,
    drive: sheet.drive,
    sense: format === 'i16' && sparesLowest(sheet.sense) ? { width, step, gaps: true } : { width, step },
    ...(local && { local: { step: local.step } }),
    ...(taps && { taps: taps.map(({ width, step }) => ({ width, step })) }),
    ...(adjoint && { load: { step: adjoint.step } }),
    ...spiking,
  }
}

/** The count of a reading that could not be taken. */
export const NO_READING = -32768

/** Whether a port never reaches that count, so that it is free to mean something else. */
export function sparesLowest({ min, step }: Port): boolean {
  return toCount(min, step) > NO_READING
}

/** Bytes of one number that is not packed. */
export function numberBytes(format: Format): number {
  return format === 'i16' ? 2 : 8
}

/** Bytes of `count` numbers of a port in one run. */
export function runBytes(format: Format, { packing }: Grid, count: number): number {
  return packing === undefined ? count * numberBytes(format) : packedBytes(packing, count)
}

/** A value as the other side will read it. */
export function asRead(format: Format, { step, packing }: Grid, value: number): number {
  if (packing !== undefined) return fromCode(packing, toCode(packing, value))
  return format === 'i16' ? toCount(value, step) * step : value
}

/** Counts of `step` nearest to a value, half up, kept within 16 bits. */
export function toCount(value: number, step: number): number {
  return Math.max(-32768, Math.min(32767, Math.floor(value / step + 0.5)))
}

/** Writes `values[from..from+count-1]`, all of one port. */
export function writeNumbers(
  writer: ByteWriter,
  format: Format,
  { step, packing }: Grid,
  values: ArrayLike<number>,
  from = 0,
  count = values.length - from,
): void {
  if (packing !== undefined) writePacked(writer, packing, values, from, count)
  else if (format === 'i16') for (let i = from; i < from + count; i++) writer.i16(toCount(values[i], step))
  else for (let i = from; i < from + count; i++) writer.f64(values[i])
}

/** Reads `count` numbers of one port into `into` from `at`. */
export function readNumbers(
  reader: ByteReader,
  format: Format,
  { step, packing }: Grid,
  into: Float64Array,
  at = 0,
  count = into.length - at,
): void {
  if (packing === undefined) reader.need(count * numberBytes(format))
  if (packing !== undefined) readPacked(reader, packing, into, at, count)
  else if (format === 'i16') for (let i = at; i < at + count; i++) into[i] = reader.i16() * step
  else for (let i = at; i < at + count; i++) into[i] = reader.f64()
}

/** Writes readings; with `gaps` one that is no number gets the count kept for it, and no other does. */
export function writeReadings(
  writer: ByteWriter,
  format: Format,
  port: Grid & { readonly gaps?: boolean },
  values: Float64Array,
  from: number,
  count: number,
): void {
  const { step, gaps = false } = port
  if (format !== 'i16' || !gaps) {
    writeNumbers(writer, format, port, values, from, count)
    return
  }
  for (let i = from; i < from + count; i++)
    writer.i16(Number.isFinite(values[i]) ? Math.max(NO_READING + 1, toCount(values[i], step)) : NO_READING)
}

/** Reads `count` readings into `into` from `at`; NaN for what could not be taken. */
export function readReadings(
  reader: ByteReader,
  format: Format,
  port: Grid & { readonly gaps?: boolean },
  into: Float64Array,
  at: number,
  count: number,
): void {
  const { step, gaps = false } = port
  if (format !== 'i16' || !gaps) {
    readNumbers(reader, format, port, into, at, count)
    return
  }
  reader.need(count * 2)
  for (let i = at; i < at + count; i++) {
    const value = reader.i16()
    into[i] = value === NO_READING ? Number.NaN : value * step
  }
}

/** One number per bank, never packed. */
export function writeAmplitudes(writer: ByteWriter, layout: Layout, amplitudes: readonly number[]): void {
  layout.banks.forEach(({ step }, b) => {
    writeNumbers(writer, layout.format, { step }, amplitudes, b, 1)
  })
}

export function readAmplitudes(reader: ByteReader, layout: Layout): number[] {
  return layout.banks.map((bank) => (layout.format === 'i16' ? reader.i16() * bank.step : reader.f64()))
}
