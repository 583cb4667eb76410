import type { Channel } from '../../src/wire/channel.ts'

/** Hands frames to a channel as fast as it takes them: what gathers while it is busy goes out in one write. */
export class Outbox {
  readonly #channel: Channel
  #frames: Uint8Array[] = []
  #writing = false

  constructor(channel: Channel) {
    this.#channel = channel
  }

  put(frame: Uint8Array): void {
    this.#frames.push(frame)
    if (!this.#writing) void this.#drain()
  }

  async #drain(): Promise<void> {
    this.#writing = true
    try {
      while (this.#frames.length > 0) {
        const frames = this.#frames
        this.#frames = []
        await this.#channel.write(frames.length === 1 ? frames[0] : joined(frames))
      }
    } catch {
      // The channel tells its listener why it closed; frames for it are void.
      this.#frames = []
    } finally {
      this.#writing = false
    }
  }
}

function joined(frames: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(frames.reduce((total, frame) => total + frame.length, 0))
  let at = 0
  for (const frame of frames) {
    bytes.set(frame, at)
    at += frame.length
  }
  return bytes
}
