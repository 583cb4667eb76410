/** Table 0 takes a byte through the polynomial; table k takes it through k zero bytes more. */
const [T0, T1, T2, T3] = tables()

function tables(): readonly [Uint32Array, Uint32Array, Uint32Array, Uint32Array] {
  const first = Uint32Array.from({ length: 256 }, (_, n) => {
    let c = n
    for (let k = 0; k < 8; k++) c = c & 1 ? (c >>> 1) ^ 0xedb88320 : c >>> 1
    return c
  })
  const next = (table: Uint32Array) => table.map((c) => (c >>> 8) ^ first[c & 0xff])
  const second = next(first)
  const third = next(second)
  return [first, second, third, next(third)]
}

/** CRC-32 (IEEE 802.3, as zlib) of `bytes[start..end-1]`, unsigned; four bytes at a time. */
export function crc32(bytes: Uint8Array, start = 0, end = bytes.length): number {
  let crc = -1
  let i = start
  for (; i + 4 <= end; i += 4) {
    crc ^= bytes[i] | (bytes[i + 1] << 8) | (bytes[i + 2] << 16) | (bytes[i + 3] << 24)
    crc = T3[crc & 0xff] ^ T2[(crc >>> 8) & 0xff] ^ T1[(crc >>> 16) & 0xff] ^ T0[crc >>> 24]
  }
  for (; i < end; i++) crc = (crc >>> 8) ^ T0[(crc ^ bytes[i]) & 0xff]
  return ~crc >>> 0
}
