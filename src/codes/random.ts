import { threefryFill } from '../kernels/threefry.ts'
import { STREAM } from '../random/streams.ts'
import { threefry2x32 } from '../random/threefry.ts'
import { tailMask, unpackSigns, wordsFor } from './signs.ts'
import type { SignSource } from './source.ts'

/** Fair signs, independent from code index to code index ("CDMA" in the MGD papers). */
export function randomCode(seed: number, paramCount: number): SignSource {
  const pair = new Uint32Array(2)
  const row = new Uint32Array(wordsFor(paramCount))
  const mask = tailMask(paramCount)
  const words = paramCount > 64 ? wide(seed, row.length, mask) : narrow(seed, paramCount, mask, pair)
  return {
    family: 'random',
    paramCount,
    length: Number.POSITIVE_INFINITY,
    words,
    fill(k, into) {
      words(k, 1, row)
      unpackSigns(row, into, paramCount)
    },
  }
}

type Words = SignSource['words']

/** Up to 64 parameters one block of 64 bits serves several code indices. */
function narrow(seed: number, paramCount: number, mask: number, pair: Uint32Array): Words {
  let room = 1
  while (room < paramCount) room *= 2
  const share = 64 / room
  let held = -1
  return (first, count, into) => {
    for (let k = first, at = 0; k < first + count; k++) {
      const block = Math.floor(k / share)
      if (block !== held) threefry2x32(seed, STREAM.randomCode, block, 0, pair)
      held = block
      if (room === 64) {
        into[at++] = pair[0]
        into[at++] = pair[1] & mask
      } else {
        const bit = (k % share) * room
        into[at++] = (pair[bit >> 5] >>> (bit & 31)) & mask
      }
    }
  }
}

/** A row takes one block of two words per 64 parameters; the last word of a block may go unused. */
function wide(seed: number, width: number, mask: number): Words {
  const blocks = Math.ceil(width / 2)
  let room = new Uint32Array(2 * blocks)
  return (first, count, into) => {
    if (room.length < 2 * blocks * count) room = new Uint32Array(2 * blocks * count)
    threefryFill(seed, STREAM.randomCode, first, blocks, blocks * count, room)
    for (let row = 0, from = 0, at = 0; row < count; row++, from += 2 * blocks) {
      for (let w = 0; w < width; w++, at++) into[at] = room[from + w]
      into[at - 1] &= mask
    }
  }
}
