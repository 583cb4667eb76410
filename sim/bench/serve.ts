import type { Backend } from '../../src/contract/backend.ts'
import type { Facets } from '../../src/contract/facets.ts'
import type { Channel, Clock } from '../../src/wire/channel.ts'
import {
  encodeFrame,
  type Format,
  type Frame,
  FrameDecoder,
  REFUSAL,
  REFUSED,
  REPLY,
  REQUEST,
  refusal,
  SPIKES,
  STATE,
} from '../../src/wire/index.ts'
import { Board } from './serve-board.ts'
import { Refused } from './serve-refused.ts'
import { KEPT_REPLIES, type Reply, ReplyStore } from './serve-replies.ts'
import { handlers } from './serve-requests.ts'
import type { SpikeCounts } from './serve-spikes.ts'
import { Watchdog } from './serve-watchdog.ts'

export interface ServeOptions {
  /** For the watchdog and the stamps of jobs whose machine has no clock. */
  readonly clock?: Clock
  /**
   * How numbers travel: doubles by default; `i16` for a machine whose ports all have steps and fit 16 bits, without its
   * codes and its learning; `packed` for one whose ports all have steps and that has no other facet than its state.
   */
  readonly format?: Format
  /** Largest decoded frame taken. */
  readonly maxFrame?: number
  /**
   * Requests taken before they are answered. One by default for a repeatable machine: a lost frame would otherwise
   * change the order of its readings, and with it their noise.
   */
  readonly credits?: number
  readonly boot?: number
}

/** A machine being served; `reset` is what a power cut would do. */
export interface Served extends AsyncDisposable {
  readonly state: number
  readonly fault: number
  readonly badFrames: number
  /** What became of spikes, where the drive of the machine is spikes. */
  readonly spikes: Readonly<SpikeCounts> | undefined
  /** Parameters at their safe values, nothing remembered, the boot counter one higher. */
  reset(): Promise<void>
}

/** Requests that take the machine's time, which an ABORT ends or keeps from starting. */
const WORKS: ReadonlySet<number> = new Set([REQUEST.measure, REQUEST.learn, REQUEST.launch, REQUEST.echo, REQUEST.show])

const systemClock: Clock = {
  now: () => performance.now(),
  after(ms, call) {
    const timer = setTimeout(call, ms)
    timer.unref()
    return () => clearTimeout(timer)
  },
}

/** The device's side of the wire for any backend; the backend is closed with the server. */
export function serve(backend: Backend & Partial<Facets>, channel: Channel, options: ServeOptions = {}): Served {
  const clock = options.clock ?? systemClock
  const board = new Board(backend, {
    format: options.format ?? 'f64',
    maxFrame: options.maxFrame ?? 8192,
    credits: Math.min(KEPT_REPLIES, options.credits ?? (backend.sheet.repeatable ? 1 : 4)),
    boot: options.boot ?? 1,
  })
  return new Server(board, channel, clock)
}

class Server implements Served {
  readonly #board: Board
  readonly #channel: Channel
  readonly #decoder: FrameDecoder
  readonly #replies = new ReplyStore()
  readonly #watchdog: Watchdog
  #turn: Promise<unknown> = Promise.resolve()
  /** Answers on their way; work and watchdog do not wait for a host that takes none. */
  #out: Promise<unknown> = Promise.resolve()
  #aborts = 0
  #closed = false

  constructor(board: Board, channel: Channel, clock: Clock) {
    this.#board = board
    this.#channel = channel
    this.#watchdog = new Watchdog(clock, board, () => this.#enqueue(() => board.trip()).catch(() => {}))
    this.#decoder = new FrameDecoder((frame) => this.#hear(frame), board.maxFrame)
    channel.listen({
      bytes: (chunk) => {
        this.#decoder.push(chunk)
        this.#text()
      },
      closed: () => {},
    })
  }

  get state(): number {
    return this.#board.state
  }
  get fault(): number {
    return this.#board.fault
  }
  get badFrames(): number {
    return this.#decoder.bad
  }
  get spikes(): Readonly<SpikeCounts> | undefined {
    return this.#board.spikes?.counts
  }

  reset(): Promise<void> {
    this.#replies.clear()
    this.#board.abort()
    return this.#enqueue(async () => {
      this.#replies.clear()
      await this.#board.reset()
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    this.#watchdog.stop()
    this.#board.abort()
    await this.#turn
    await this.#board.runway.clear()
    await this.#channel.close()
    await this.#board.backend[Symbol.asyncDispose]()
  }

  #enqueue<T>(work: () => Promise<T>): Promise<T> {
    const run = this.#turn.then(work)
    this.#turn = run.catch(() => {})
    return run
  }

  #hear({ type, seq, payload, crc }: Frame): void {
    if (this.#closed) return
    this.#watchdog.fed()
    const { spikes, armId } = this.#board
    if (type === SPIKES && spikes !== undefined) {
      spikes.hear(payload, armId)
      return
    }
    const request = { type, seq, payload: payload.slice(), crc }
    if (type === REQUEST.ping || type === REQUEST.hello) {
      // Always answered afresh and at once, even while the machine works.
      void this.#run(request).then((frames) => this.#send(frames))
      return
    }
    const stored = this.#replies.find(seq, type, crc)
    if (stored === 'working') return
    if (stored !== undefined) {
      void this.#enqueue(async () => this.#answer(stored))
      return
    }
    this.#replies.begin(seq, type, crc)
    if (type === REQUEST.abort || type === REQUEST.disarm) {
      this.#board.abort()
      this.#aborts++
    }
    const aborts = this.#aborts
    void this.#enqueue(async () => this.#answer(await this.#run(request, aborts)))
  }

  /** Does a request and returns its answer; one that would work but waited when an ABORT came is refused. */
  async #run({ type, seq, payload, crc }: Frame, aborts = this.#aborts): Promise<readonly Uint8Array[]> {
    try {
      const handle = handlers[type]
      if (handle === undefined) throw new Refused(REFUSED.unknown, 0)
      if (WORKS.has(type) && aborts !== this.#aborts) throw new Refused(REFUSED.aborted, 0)
      const replies = await handle(this.#board, payload, { badFrames: this.#decoder.bad })
      const frames = replies.map(({ as = type | REPLY, payload: bytes }: Reply) => encodeFrame(as, seq, bytes))
      this.#replies.end(seq, type, crc, frames)
      this.#watchdog.fed()
      return frames
    } catch (error) {
      this.#replies.forget(seq)
      const { code, detail } = this.#board.refusalFor(error)
      const payload = refusal.encode({ code, request: type, state: this.#board.state, detail })
      return [encodeFrame(REFUSAL, seq, payload)]
    }
  }

  #answer(frames: readonly Uint8Array[]): void {
    this.#out = this.#out.then(() => this.#send(frames))
  }

  async #send(frames: readonly Uint8Array[]): Promise<void> {
    try {
      for (const frame of frames) await this.#channel.write(frame)
    } catch {
      // Nobody listens any more; the watchdog looks after the machine.
    }
  }

  /** A line `?` outside any frame is answered with a line for people. */
  #text(): void {
    const { tail } = this.#decoder
    if (tail.length !== 2 || tail[0] !== 0x3f || tail[1] !== 0x0a) return
    if (this.#board.state !== STATE.idle && this.#board.state !== STATE.fault) return
    this.#decoder.reset()
    void this.#send([new TextEncoder().encode(`${this.#board.summary()}\n`)])
  }
}
