/** Most bytes COBS makes of `length`: one more per started 254. */
export function cobsBound(length: number): number {
  return length + Math.max(1, Math.ceil(length / 254))
}

/** Consistent overhead byte stuffing of `source[0..length-1]` into `into` from `at`; returns the index after the last byte. */
export function cobsEncode(source: Uint8Array, length: number, into: Uint8Array, at: number): number {
  let code = at
  let out = at + 1
  let run = 1
  for (let i = 0; i < length; i++) {
    const byte = source[i]
    if (byte !== 0) {
      into[out++] = byte
      run++
      if (run < 0xff) continue
      // A full group carries no zero; at the very end the next group need not be opened.
      into[code] = run
      if (i === length - 1) return out
    } else {
      into[code] = run
    }
    code = out++
    run = 1
  }
  into[code] = run
  return out
}

/**
 * Undoes `cobsEncode` on `source[start..end-1]`, which holds no zero, into `into` from 0; may be done in place.
 * Returns the decoded length, or -1 if the bytes are not COBS.
 */
export function cobsDecode(source: Uint8Array, start: number, end: number, into: Uint8Array): number {
  let out = 0
  let at = start
  while (at < end) {
    const code = source[at++]
    const stop = at + code - 1
    if (stop > end) return -1
    while (at < stop) into[out++] = source[at++]
    if (code < 0xff && at < end) into[out++] = 0
  }
  return out
}
