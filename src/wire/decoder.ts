import { cobsBound, cobsDecode } from './cobs.ts'
import { crc32 } from './crc32.ts'
import { FRAME_OVERHEAD, type Frame, HOST_MAX_FRAME } from './frame.ts'

/**
 * Finds frames in a stream of bytes that may hold anything, however it is cut.
 *
 * Never throws and never holds more than one frame; after a bad frame it is in step again at the next zero byte.
 */
export class FrameDecoder {
  /** Frames dropped: too long, too short, not COBS, or a wrong CRC. */
  bad = 0
  readonly #onFrame: (frame: Frame) => void
  readonly #longest: number
  #held: Uint8Array
  #length = 0
  #overflow = false

  /** `maxFrame` is the largest decoded frame taken, type to CRC inclusive. */
  constructor(onFrame: (frame: Frame) => void, maxFrame = HOST_MAX_FRAME) {
    this.#onFrame = onFrame
    this.#longest = cobsBound(maxFrame)
    this.#held = new Uint8Array(Math.min(this.#longest, 1024))
  }

  /** Bytes since the last zero: part of a frame, or a line of text. */
  get tail(): Uint8Array {
    return this.#held.subarray(0, this.#length)
  }

  /** Forgets the bytes since the last zero. */
  reset(): void {
    this.#length = 0
    this.#overflow = false
  }

  push(chunk: Uint8Array): void {
    let from = 0
    while (from < chunk.length) {
      const zero = chunk.indexOf(0, from)
      const end = zero < 0 ? chunk.length : zero
      this.#take(chunk, from, end)
      if (zero < 0) return
      this.#finish()
      from = zero + 1
    }
  }

  #take(chunk: Uint8Array, from: number, end: number): void {
    const length = this.#length + end - from
    if (this.#overflow || length > this.#longest) {
      this.#overflow = true
      return
    }
    if (length > this.#held.length) {
      const grown = new Uint8Array(Math.min(this.#longest, Math.max(length, 2 * this.#held.length)))
      grown.set(this.#held.subarray(0, this.#length))
      this.#held = grown
    }
    this.#held.set(end - from === chunk.length ? chunk : chunk.subarray(from, end), this.#length)
    this.#length = length
  }

  #finish(): void {
    const overflow = this.#overflow
    const encoded = this.#length
    this.reset()
    if (encoded === 0 && !overflow) return
    const held = this.#held
    const length = overflow ? -1 : cobsDecode(held, 0, encoded, held)
    if (length < FRAME_OVERHEAD) {
      this.bad++
      return
    }
    const at = length - 4
    const crc = (held[at] | (held[at + 1] << 8) | (held[at + 2] << 16) | (held[at + 3] << 24)) >>> 0
    if (crc !== crc32(held, 0, at)) {
      this.bad++
      return
    }
    this.#onFrame({ type: held[0], seq: held[1] | (held[2] << 8), payload: held.subarray(3, at), crc })
  }
}
