/** What JSON cannot carry, as JSON: typed arrays as base64 (little-endian), and numbers that are not finite by name. */
interface Packed {
  readonly $f64?: string
  readonly $u8?: string
  readonly $number?: string
}

/** A copy of `value` that JSON carries without loss. */
export function pack(value: unknown): unknown {
  if (typeof value === 'number') {
    const plain = Number.isFinite(value) && !Object.is(value, -0)
    return plain ? value : { $number: Object.is(value, -0) ? '-0' : String(value) }
  }
  if (value instanceof Float64Array) return { $f64: base64(value) }
  if (value instanceof Uint8Array) return { $u8: base64(value) }
  if (Array.isArray(value)) return value.map(pack)
  if (value !== null && typeof value === 'object') {
    return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, pack(part)]))
  }
  return value
}

/** The inverse of `pack`. */
export function unpack(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(unpack)
  if (value === null || typeof value !== 'object') return value
  const packed: Packed = value
  if (typeof packed.$f64 === 'string') return new Float64Array(bytesOf(packed.$f64).buffer)
  if (typeof packed.$u8 === 'string') return bytesOf(packed.$u8)
  if (typeof packed.$number === 'string') return Number(packed.$number)
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, unpack(part)]))
}

function base64(array: Float64Array | Uint8Array): string {
  return Buffer.from(array.buffer, array.byteOffset, array.byteLength).toString('base64')
}

/** A copy in a buffer of its own, so that it may be read as doubles. */
function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.from(text, 'base64'))
}
