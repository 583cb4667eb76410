import type { CallOptions } from '../../src/contract/backend.ts'
import type { PatternWindow } from '../../src/contract/facets.ts'
import { InsituError } from '../../src/errors.ts'
import type { Channel, Clock } from '../../src/wire/channel.ts'
import {
  DISPLAY,
  DISPLAY_PROTOCOL,
  DISPLAY_REFUSALS,
  DISPLAY_STATE,
  type DisplayIdentity,
  type DisplayReply,
  decodeIdentity,
  displayReply,
  encodeLoad,
  encodeRun,
  guardRequest,
  LEVELS,
} from '../../src/wire/display.ts'
import { monotonic } from '../link/clock.ts'
import { type FrameLink, frameLink } from '../link/frame-link.ts'

/** Gray levels in one request. */
const AT_ONCE = 1024
/** Bytes before the identity in its reply. */
const HEAD = displayReply.encode({ status: 0, boot: 0, state: 0, slots: 0 }).length

export interface DisplayOptions {
  readonly clock?: Clock
  /** Silence after which it goes dark by itself, in ms (default 5000). */
  readonly silenceMs?: number
}

/** A pattern display on a channel of its own; it goes dark by itself when nothing is said to it. */
export class Display implements AsyncDisposable {
  readonly identity: DisplayIdentity
  readonly name: string
  readonly #link: FrameLink
  readonly #silenceMs: number
  #boot: number

  /** Use `openDisplay`. */
  constructor(link: FrameLink, name: string, identity: DisplayIdentity, boot: number, silenceMs: number) {
    this.#link = link
    this.identity = identity
    this.name = `${identity.name} at ${name}`
    this.#boot = boot
    this.#silenceMs = silenceMs
  }

  /** Shows a frame of gray levels, 0..1, rows x columns. */
  async show(levels: Float64Array, opts?: CallOptions): Promise<void> {
    const bytes = Uint8Array.from(levels, (level) => Math.round(Math.min(1, Math.max(0, level)) * LEVELS))
    for (let from = 0; from < bytes.length; from += AT_ONCE)
      await this.#ask(DISPLAY.load, encodeLoad(from, bytes.subarray(from, from + AT_ONCE)), opts)
    await this.#ask(DISPLAY.show, undefined, opts)
  }

  /** Shows one pattern that it makes itself. */
  async choose(family: string, number: number, pairing: PatternWindow['pairing'], opts?: CallOptions): Promise<void> {
    const window = { family, first: number, count: 1, hold: 1, pairing }
    await this.#ask(DISPLAY.choose, encodeRun({ window, slotMicros: this.identity.shortestMicros }), opts)
    await this.#ask(DISPLAY.show, undefined, opts)
  }

  /**
   * Begins to show a window of patterns by itself, with an edge at its trigger output at the end of every slot. Rejects with `LIMIT`
   * for what its request has no room for: slots above 71 minutes, patterns held for more than 65535 of them.
   */
  async run(window: PatternWindow, slotSeconds: number, opts?: CallOptions): Promise<void> {
    const slotMicros = Math.ceil(slotSeconds * 1e6)
    // Cut to its width, a number would be another one: slots too short to settle in, or other patterns.
    const rooms = [
      ['us a slot', slotMicros, 2 ** 32 - 1],
      ['slots a pattern is held', window.hold, 2 ** 16 - 1],
      ['patterns up to the last', window.first + window.count, 2 ** 32 - 1],
    ] as const
    for (const [what, value, most] of rooms)
      if (!(value <= most))
        throw new InsituError('LIMIT', `${this.name}: ${what}: at most ${most}, got ${value}; nothing was sent`, {
          device: this.name,
        })
    await this.#ask(DISPLAY.run, encodeRun({ window, slotMicros }), opts)
  }

  /** Whether it still shows what it was told to. */
  async lit(opts?: CallOptions): Promise<boolean> {
    return (await this.#ask(DISPLAY.status, undefined, opts)).state === DISPLAY_STATE.lit
  }

  /** Whether a run is under way, and how many of its slots are over. */
  async progress(opts?: CallOptions): Promise<{ readonly running: boolean; readonly slots: number }> {
    const { state, slots } = await this.#ask(DISPLAY.status, undefined, opts)
    return { running: state === DISPLAY_STATE.running, slots }
  }

  /** Shows nothing; ends a run. */
  async dark(opts?: CallOptions): Promise<void> {
    await this.#ask(DISPLAY.dark, undefined, opts)
  }

  /** States again how long a silence it bears; a display that was switched off has forgotten. */
  async guard(opts?: CallOptions): Promise<void> {
    await this.#ask(DISPLAY.guard, guardRequest.encode({ silenceMs: this.#silenceMs }), opts)
  }

  [Symbol.asyncDispose](): Promise<void> {
    return Promise.resolve(this.#link[Symbol.asyncDispose]())
  }

  async #ask(type: number, payload: Uint8Array = new Uint8Array(0), opts: CallOptions = {}): Promise<DisplayReply> {
    const reply = displayReply.decode(await this.#link.request(type, payload, opts))
    if (reply.boot !== this.#boot) {
      this.#boot = reply.boot
      throw new InsituError('DEVICE_RESET', `${this.name}: it was switched off and on (start ${reply.boot})`, {
        device: this.name,
        hint: 'what it showed is gone; measure again',
      })
    }
    if (reply.status === 0) return reply
    const why = DISPLAY_REFUSALS[reply.status] ?? `status ${reply.status}`
    throw new InsituError('DEVICE_REFUSED', `${this.name}: ${why}`, { device: this.name })
  }
}

/** Asks a display who it is and leaves it dark. Rejects with `TIMEOUT`, `LINK_LOST` or `WRONG_FIRMWARE`. */
export async function openDisplay(channel: Channel, options: DisplayOptions = {}): Promise<Display> {
  const { clock = monotonic, silenceMs = 5000 } = options
  const link = frameLink(channel, clock)
  try {
    const reply = await link.request(DISPLAY.identify, new Uint8Array(0))
    const { boot } = displayReply.decode(reply.subarray(0, HEAD))
    const { protocol, ...identity } = decodeIdentity(reply.subarray(HEAD))
    if (protocol !== DISPLAY_PROTOCOL)
      throw new InsituError(
        'WRONG_FIRMWARE',
        `${channel.name}: display protocol ${protocol}, wanted ${DISPLAY_PROTOCOL}`,
        {
          port: channel.name,
          hint: 'check that display and host are of one version',
        },
      )
    const display = new Display(link, channel.name, identity, boot, silenceMs)
    await display.guard()
    await display.dark()
    return display
  } catch (error) {
    await link[Symbol.asyncDispose]()
    throw error
  }
}
