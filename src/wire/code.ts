import type { Code, Family } from '../contract/block.ts'
import type { ByteReader, ByteWriter } from './bytes.ts'
import { type Layout, readAmplitudes, writeAmplitudes } from './numbers.ts'

/** Families by their number on the wire. */
export const FAMILIES: readonly Family[] = ['random', 'walsh', 'sequential', 'sinusoid']

/** Thrown for a number that means nothing, so that a device can refuse it by its place. */
export class ValueError extends Error {
  /** Offset of the byte in the payload. */
  readonly offset: number
  constructor(offset: number, message: string) {
    super(message)
    this.name = 'ValueError'
    this.offset = offset
  }
}

export function writeCode(writer: ByteWriter, layout: Layout, code: Code): void {
  writer.u8(FAMILIES.indexOf(code.family))
  writer.u8(code.pairing === 'opposite' ? 1 : 0)
  writer.u32(code.seed)
  writer.u32(code.first)
  writer.u16(code.hold)
  writeAmplitudes(writer, layout, code.amplitudes)
}

/** Reads a code; `offset` is where it starts in the payload, for refusals. */
export function readCode(reader: ByteReader, layout: Layout, offset: number): Code {
  const family = FAMILIES[reader.u8()]
  if (family === undefined) throw new ValueError(offset, 'unknown code family')
  const flags = reader.u8()
  if (flags > 1) throw new ValueError(offset + 1, 'unknown code flags')
  const seed = reader.u32()
  const first = reader.u32()
  const hold = reader.u16()
  if (hold === 0) throw new ValueError(offset + 10, 'hold must not be 0')
  const amplitudes = readAmplitudes(reader, layout)
  return { kind: 'code', family, pairing: flags === 1 ? 'opposite' : 'single', seed, first, hold, amplitudes }
}
