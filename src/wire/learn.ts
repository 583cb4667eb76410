import type { Code } from '../contract/block.ts'
import { ByteReader, ByteWriter } from './bytes.ts'
import { readCode, ValueError, writeCode } from './code.ts'
import { type Layout, numberBytes, readNumbers, writeNumbers } from './numbers.ts'

/** Step sizes as they travel: per bank `mantissa * 2^-exponent` in counts (`i16`), or one rate in units (`f64`). */
export type Gain = { readonly mantissa: number; readonly exponent: number }[] | { readonly rate: number }

/** A LEARN request; `drive` and `target` are row-major in port units. */
export interface LearnRequest {
  readonly armId: number
  readonly code: Code
  readonly gain: Gain
  readonly hold: number
  readonly updateEvery: number
  readonly rows: number
  readonly drive: Float64Array
  readonly target: Float64Array
}

export interface LearnReply {
  readonly clipped: number
  readonly startedAt: number
  readonly endedAt: number
  readonly parameterCrc: number
  /** One cost per row as it travels. */
  readonly costs: Float64Array
}

/** Payload bytes of a LEARN request without its rows, and of one row. */
export function learnBytes(layout: Layout): { readonly head: number; readonly row: number } {
  const size = numberBytes(layout.format)
  const gain = layout.format === 'i16' ? 3 * layout.banks.length : 8
  const head = 4 + 12 + layout.banks.length * size + gain + 6
  return { head, row: (layout.drive.width + layout.sense.width) * size }
}

export function encodeLearn(layout: Layout, request: LearnRequest): Uint8Array {
  const { format, drive, sense } = layout
  const writer = new ByteWriter()
  writer.u32(request.armId)
  writeCode(writer, layout, request.code)
  if ('rate' in request.gain) writer.f64(request.gain.rate)
  else {
    for (const { mantissa, exponent } of request.gain) {
      writer.i16(mantissa)
      writer.i8(exponent)
    }
  }
  writer.u16(request.hold)
  writer.u16(request.updateEvery)
  writer.u16(request.rows)
  for (let row = 0; row < request.rows; row++) {
    writeNumbers(writer, format, drive, request.drive, row * drive.width, drive.width)
    writeNumbers(writer, format, sense, request.target, row * sense.width, sense.width)
  }
  return writer.done()
}

export function decodeLearn(layout: Layout, payload: Uint8Array): LearnRequest {
  const { format, drive: driven, sense } = layout
  const reader = new ByteReader(payload)
  const armId = reader.u32()
  const code = readCode(reader, layout, 4)
  const gain =
    format === 'f64'
      ? { rate: reader.f64() }
      : layout.banks.map(() => ({ mantissa: reader.i16(), exponent: reader.i8() }))
  const offset = payload.length - reader.left
  const hold = reader.u16()
  const updateEvery = reader.u16()
  const rows = reader.u16()
  if (hold === 0) throw new ValueError(offset, 'hold must not be 0')
  if (updateEvery === 0) throw new ValueError(offset + 2, 'updateEvery must not be 0')
  if (rows === 0) throw new ValueError(offset + 4, 'rows must not be 0')
  reader.need(rows * learnBytes(layout).row)
  const drive = new Float64Array(rows * driven.width)
  const target = new Float64Array(rows * sense.width)
  for (let row = 0; row < rows; row++) {
    readNumbers(reader, format, driven, drive, row * driven.width, driven.width)
    readNumbers(reader, format, sense, target, row * sense.width, sense.width)
  }
  reader.end()
  return { armId, code, gain, hold, updateEvery, rows, drive, target }
}

export function encodeLearnReply(layout: Layout, reply: LearnReply): Uint8Array {
  const writer = new ByteWriter()
  writer.u16(reply.clipped)
  writer.u32(reply.startedAt)
  writer.u32(reply.endedAt)
  writer.u32(reply.parameterCrc)
  for (const cost of reply.costs) {
    if (layout.format === 'i16') writer.u32(cost)
    else writer.f64(cost)
  }
  return writer.done()
}

/** Reads the reply to a LEARN of `rows` rows. */
export function decodeLearnReply(layout: Layout, payload: Uint8Array, rows: number): LearnReply {
  const reader = new ByteReader(payload)
  const clipped = reader.u16()
  const startedAt = reader.u32()
  const endedAt = reader.u32()
  const parameterCrc = reader.u32()
  reader.need(rows * (layout.format === 'i16' ? 4 : 8))
  const costs = Float64Array.from({ length: rows }, () => (layout.format === 'i16' ? reader.u32() : reader.f64()))
  reader.end()
  return { clipped, startedAt, endedAt, parameterCrc, costs }
}
