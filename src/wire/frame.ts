import { cobsBound, cobsEncode } from './cobs.ts'
import { crc32 } from './crc32.ts'

/** Bytes of a decoded frame around its payload: type, seq and CRC. */
export const FRAME_OVERHEAD = 7
/** Largest decoded frame the host takes. */
export const HOST_MAX_FRAME = 65535

/** One message between host and device; `payload` may be a view that is valid only until the next bytes arrive. */
export interface Frame {
  readonly type: number
  readonly seq: number
  readonly payload: Uint8Array
  /** CRC-32 over type, seq and payload: tells a repeat from a new request. */
  readonly crc: number
}

/** `00 | COBS(type, seq, payload, crc32) | 00`; see `docs/reference/wire.md`. */
export function encodeFrame(type: number, seq: number, payload: Uint8Array): Uint8Array {
  const length = payload.length + FRAME_OVERHEAD
  const plain = new Uint8Array(length)
  plain[0] = type
  plain[1] = seq & 0xff
  plain[2] = seq >>> 8
  plain.set(payload, 3)
  const crc = crc32(plain, 0, length - 4)
  for (let i = 0; i < 4; i++) plain[length - 4 + i] = crc >>> (8 * i)
  const bytes = new Uint8Array(cobsBound(length) + 2)
  const end = cobsEncode(plain, length, bytes, 1)
  return bytes.subarray(0, end + 1)
}

/** Bytes on the wire for a payload of this length, at most. */
export function wireBytes(payload: number): number {
  return cobsBound(payload + FRAME_OVERHEAD) + 2
}
