import type { Port } from '../contract/sheet.ts'
import type { ByteReader, ByteWriter } from './bytes.ts'

/** Most bits of one number: with the seven that may wait they fit 31. */
const PACKED_BITS = 24

/** How the values of a port lie in bits: value = min + code x step. */
export interface Packing {
  readonly min: number
  readonly step: number
  /** Highest code of a value. */
  readonly top: number
  readonly bits: number
  /** The code of a reading that could not be taken, where there may be one. */
  readonly gap?: number
}

/** Steps between the ends of a range; Infinity without a step. */
const stepsOf = ({ min, max, step }: Omit<Port, 'width' | 'unit'>) =>
  step > 0 ? Math.floor((max - min) / step + 0.5) : Number.POSITIVE_INFINITY

const bitsFor = (top: number) => Math.max(1, 32 - Math.clz32(top))

/** Whether every number of a port, and every difference of two, fits the bits there are. */
export function isPackable(port: Omit<Port, 'width' | 'unit'>): boolean {
  const steps = stepsOf(port)
  return steps >= 1 && 2 * steps < 2 ** PACKED_BITS
}

/** Parameters and drive, in as few bits as their range needs. */
export function packedValues(port: Port): Packing {
  const top = stepsOf(port)
  return { min: port.min, step: port.step, top, bits: bitsFor(top) }
}

/** Differences of two values. */
export function packedDifferences(port: Port): Packing {
  const steps = stepsOf(port)
  return { min: -steps * port.step, step: port.step, top: 2 * steps, bits: bitsFor(2 * steps) }
}

/** Readings, with one code more. */
export function packedReadings(port: Port): Packing {
  const top = stepsOf(port)
  return { min: port.min, step: port.step, top, bits: bitsFor(top + 1), gap: top + 1 }
}

/** The code of the nearest value, half up, kept within the range. */
export function toCode({ min, step, top, gap }: Packing, value: number): number {
  if (!Number.isFinite(value) && gap !== undefined) return gap
  return Math.max(0, Math.min(top, Math.floor((value - min) / step + 0.5)))
}

/** The value of a code; NaN for a reading that could not be taken. */
export function fromCode({ min, step, gap }: Packing, code: number): number {
  return code === gap ? Number.NaN : min + code * step
}

/** Bytes of `count` numbers in one run. */
export function packedBytes({ bits }: Packing, count: number): number {
  return Math.ceil((bits * count) / 8)
}

/** Numbers of one run that `bytes` hold. */
export function packedWithin({ bits }: Packing, bytes: number): number {
  return Math.floor((8 * bytes) / bits)
}

/** Writes a run, lowest bit first; zeros fill its last byte. */
export function writePacked(
  writer: ByteWriter,
  packing: Packing,
  values: ArrayLike<number>,
  from: number,
  count: number,
): void {
  const { bits } = packing
  const out = new Uint8Array(packedBytes(packing, count))
  let at = 0
  let held = 0
  let waiting = 0
  for (let i = from; i < from + count; i++) {
    held |= toCode(packing, values[i]) << waiting
    for (waiting += bits; waiting >= 8; waiting -= 8) {
      out[at++] = held & 255
      held >>>= 8
    }
  }
  if (waiting > 0) out[at] = held
  writer.bytes(out)
}

/** Reads a run of `count` numbers into `into` from `at`. */
export function readPacked(reader: ByteReader, packing: Packing, into: Float64Array, at: number, count: number): void {
  const { bits } = packing
  const bytes = reader.bytes(packedBytes(packing, count))
  const mask = 2 ** bits - 1
  let next = 0
  let held = 0
  let waiting = 0
  for (let i = at; i < at + count; i++) {
    for (; waiting < bits; waiting += 8) held |= bytes[next++] << waiting
    into[i] = fromCode(packing, held & mask)
    held >>>= bits
    waiting -= bits
  }
}
