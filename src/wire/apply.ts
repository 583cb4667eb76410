import type { Code } from '../contract/block.ts'
import { ByteReader, ByteWriter } from './bytes.ts'
import { readCode, writeCode } from './code.ts'
import { type Layout, numberBytes, writeNumbers } from './numbers.ts'

/** Coefficients as they travel: whole numbers times 2^-exponent (`i16`), or doubles (`f64`, exponent 0). */
export interface Coefficients {
  readonly exponent: number
  readonly values: ArrayLike<number>
}

/** Payload bytes of an APPLY request around its coefficients. */
export function applyOverhead(layout: Layout): number {
  return 4 + 12 + layout.banks.length * numberBytes(layout.format) + 3
}

export function encodeApply(layout: Layout, armId: number, code: Code, coefficients: Coefficients): Uint8Array {
  const writer = new ByteWriter()
  writer.u32(armId)
  writeCode(writer, layout, code)
  writer.i8(coefficients.exponent)
  writer.u16(coefficients.values.length)
  writeNumbers(writer, layout.format, { step: 1 }, coefficients.values)
  return writer.done()
}

export function decodeApply(layout: Layout, payload: Uint8Array): { armId: number; code: Code } & Coefficients {
  const reader = new ByteReader(payload)
  const armId = reader.u32()
  const code = readCode(reader, layout, 4)
  const exponent = reader.i8()
  const count = reader.u16()
  reader.need(count * numberBytes(layout.format))
  const values = Float64Array.from({ length: count }, () => (layout.format === 'i16' ? reader.i16() : reader.f64()))
  reader.end()
  return { armId, code, exponent, values }
}
