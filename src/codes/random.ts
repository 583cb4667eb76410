import { STREAM } from '../random/streams.ts'
import { threefry2x32 } from '../random/threefry.ts'
import type { SignSource } from './code.ts'
import { tailMask, unpackSigns, wordsFor } from './signs.ts'

/** Fair signs, independent from code index to code index ("CDMA" in the MGD papers). */
export function randomCode(seed: number, paramCount: number): SignSource {
  const pair = new Uint32Array(2)
  const row = new Uint32Array(wordsFor(paramCount))
  const mask = tailMask(paramCount)
  // Up to 64 parameters one block of 64 bits serves several code indices.
  let room = 1
  while (room < paramCount) room *= 2
  const share = Math.max(1, 64 / room)

  const narrow = (k: number, into: Uint32Array) => {
    threefry2x32(seed, STREAM.randomCode, Math.floor(k / share), 0, pair)
    const bit = (k % share) * room
    into[0] = (room === 64 ? pair[0] : pair[bit >> 5] >>> (bit & 31)) & (paramCount < 32 ? mask : 0xffffffff)
    if (paramCount > 32) into[1] = pair[1] & mask
  }
  const wide = (k: number, into: Uint32Array) => {
    for (let w = 0; w < row.length; w += 2) {
      threefry2x32(seed, STREAM.randomCode, k, w >> 1, pair)
      into[w] = pair[0]
      if (w + 1 < row.length) into[w + 1] = pair[1]
    }
    into[row.length - 1] &= mask
  }
  const words = paramCount <= 64 ? narrow : wide
  return {
    family: 'random',
    paramCount,
    length: Number.POSITIVE_INFINITY,
    words,
    fill(k, into) {
      words(k, row)
      unpackSigns(row, into, paramCount)
    },
  }
}
