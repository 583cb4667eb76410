import { draws } from '../../src/random/draws.ts'
import { STREAM } from '../../src/random/streams.ts'
import type { Channel, ChannelListener } from '../../src/wire/channel.ts'
import { damage, type FaultKind } from './faults-damage.ts'

export type { FaultKind } from './faults-damage.ts'

/** Faults per byte, each with its own probability. */
export interface FaultRates {
  readonly drop?: number
  readonly flip?: number
  readonly duplicate?: number
  /** Eight bytes of noise in place of eight bytes. */
  readonly burst?: number
}

/** One fault at one frame: for sweeps. Frames are counted from 0 on, in each direction. */
export interface FaultAt {
  readonly kind: FaultKind
  readonly frame: number
  readonly direction: 'out' | 'in'
}

export interface FaultOptions {
  readonly seed?: number
  /** Faults at random, both ways. */
  readonly rates?: FaultRates
  readonly at?: FaultAt
  /** How long everything is held back by a `delay`, in milliseconds. */
  readonly delayMs?: number
}

/** A line that damages what it carries; `faults` counts what it did, `frames` what passed. */
export interface FaultyChannel extends Channel {
  readonly faults: number
  readonly frames: { readonly out: number; readonly in: number }
}

/** Puts a bad line in front of one end of a channel. The same seed and the same bytes are damaged the same way. */
export function faulty(channel: Channel, options: FaultOptions = {}): FaultyChannel {
  return new BadLine(channel, options)
}

class BadLine implements FaultyChannel {
  readonly name: string
  readonly #channel: Channel
  readonly #out: Direction
  readonly #in: Direction

  constructor(channel: Channel, options: FaultOptions) {
    this.name = `${channel.name}+faults`
    this.#channel = channel
    const cut = () => void channel.close()
    this.#out = new Direction('out', options, cut)
    this.#in = new Direction('in', options, cut)
  }

  get closed() {
    return this.#channel.closed
  }
  get faults(): number {
    return this.#out.faults + this.#in.faults
  }
  get frames() {
    return { out: this.#out.frames, in: this.#in.frames }
  }

  listen(listener: ChannelListener): void {
    this.#channel.listen({
      bytes: (chunk) => void this.#in.pass(chunk, async (bytes) => listener.bytes(bytes)),
      closed: (cause) => listener.closed(cause),
    })
  }

  async write(bytes: Uint8Array): Promise<void> {
    await this.#out.pass(bytes, (passed) => this.#channel.write(passed))
  }

  close(): Promise<void> {
    return this.#channel.close()
  }
}

/** One way of the line. */
class Direction {
  faults = 0
  /** Frames that have begun. */
  frames = 0
  readonly #options: FaultOptions
  readonly #at: FaultAt | undefined
  readonly #cut: () => void
  readonly #random: (index: number) => number
  readonly #rates: readonly (readonly [FaultKind, number])[]
  #draw = 0
  #frame: number[] = []
  #busy: Promise<void> | undefined

  constructor(way: 'out' | 'in', options: FaultOptions, cut: () => void) {
    const source = draws(options.seed ?? 1, STREAM.linkFaults)
    // The two ways take every other number of one stream.
    this.#random = (index) => source.uniform(2 * index + (way === 'in' ? 1 : 0))
    this.#options = options
    this.#at = options.at?.direction === way ? options.at : undefined
    this.#cut = cut
    this.#rates = Object.entries(options.rates ?? {}).map(([kind, rate]) => [kind as FaultKind, rate])
  }

  /** Hands on what becomes of the bytes, in order. */
  async pass(chunk: Uint8Array, hand: (bytes: Uint8Array) => Promise<void>): Promise<void> {
    const { bytes, delay } = this.#at === undefined ? { bytes: this.#scatter(chunk), delay: false } : this.#sweep(chunk)
    if (!delay && this.#busy === undefined) return hand(bytes)
    const before = this.#busy ?? Promise.resolve()
    const wait = delay ? (this.#options.delayMs ?? 0) : 0
    const turn = before.then(() => new Promise<void>((resolve) => setTimeout(resolve, wait))).then(() => hand(bytes))
    this.#busy = turn.catch(() => {})
    await turn
  }

  /** Faults at random places. */
  #scatter(chunk: Uint8Array): Uint8Array {
    if (this.#rates.length === 0) return chunk
    const out: number[] = []
    for (const byte of chunk) {
      let bytes = [byte]
      for (const [kind, rate] of this.#rates) {
        if (this.#random(this.#draw++) >= rate) continue
        this.faults++
        bytes = bytes.flatMap((each) => damage(kind, [each], () => this.#random(this.#draw++)))
      }
      out.push(...bytes)
    }
    return Uint8Array.from(out)
  }

  /** Gathers whole frames and damages the one that was asked for. */
  #sweep(chunk: Uint8Array): { bytes: Uint8Array; delay: boolean } {
    const out: number[] = []
    let delay = false
    for (const byte of chunk) {
      this.#frame.push(byte)
      // A zero ends a frame unless nothing but zeros came before it.
      if (byte !== 0 || this.#frame.every((each) => each === 0)) continue
      const frame = this.#frame
      this.#frame = []
      if (this.frames++ === this.#at?.frame) {
        this.faults++
        if (this.#at.kind === 'cut') this.#cut()
        delay = this.#at.kind === 'delay'
        out.push(...damage(this.#at.kind, frame, () => this.#random(this.#draw++)))
      } else out.push(...frame)
    }
    return { bytes: Uint8Array.from(out), delay }
  }
}
