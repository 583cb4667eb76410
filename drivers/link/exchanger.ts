import type { Channel, Clock } from '../../src/wire/channel.ts'
import {
  DATA,
  encodeFrame,
  type Frame,
  FrameDecoder,
  isMoving,
  REFUSAL,
  REFUSED,
  REPLY,
  type Refusal,
  refusal,
  STATE,
  WireError,
  wireBytes,
} from '../../src/wire/index.ts'
import type { LinkCounters } from './events.ts'
import { Alarm, type Ask, Exchange, type Timing } from './exchange.ts'
import { Ledger } from './ledger.ts'
import { Outbox } from './outbox.ts'

/** What the exchanger tells the link above it. */
export interface ExchangerHooks {
  /** The error a refusal means. */
  refused(refusal: Refusal, exchange: Exchange): unknown
  resent(exchange: Exchange): void
  /** Nothing was heard for too long; all requests fail with what this returns. */
  silent(exchange: Exchange, waitedMs: number): unknown
}

/** Repeats of a request whose reply keeps coming without all of its pieces. */
const PATIENCE_WITH_PIECES = 64

/**
 * Requests and their answers over a channel: sequence numbers, the window, repeats, and what comes too late.
 *
 * A request that moves the machine travels alone; others share the window. Repeats carry the same number and bytes.
 */
export class Exchanger {
  /** Requests the device takes before it has answered. */
  credits = 1
  /** When the last good frame came, and any byte at all. */
  heardAt: number | undefined
  lastType = 0
  bytesHeard = 0
  /** When something was last written. */
  sentAt: number
  readonly counters: LinkCounters
  readonly #clock: Clock
  readonly #timing: Timing
  readonly #hooks: ExchangerHooks
  readonly #channel: Channel
  readonly #outbox: Outbox
  readonly #decoder: FrameDecoder
  readonly #alarm: Alarm
  readonly #ledger = new Ledger()
  readonly #unanswered = new Map<number, Exchange>()
  #waiting: Exchange[] = []
  #held = false
  #progressAt = 0
  #seq: number

  constructor(
    channel: Channel,
    counters: LinkCounters,
    hooks: ExchangerHooks,
    options: { clock: Clock; timing: Timing; firstSeq: number },
  ) {
    this.#channel = channel
    this.counters = counters
    this.#hooks = hooks
    this.#clock = options.clock
    this.#timing = options.timing
    this.#seq = options.firstSeq
    this.sentAt = this.#clock.now()
    this.#outbox = new Outbox(channel)
    this.#alarm = new Alarm(this.#clock, () => this.#check())
    this.#decoder = new FrameDecoder((frame) => this.#hear(frame))
  }

  /** Takes what the channel brings. */
  bytes(chunk: Uint8Array): void {
    this.bytesHeard += chunk.length
    this.#decoder.push(chunk)
    this.counters.bad = this.#decoder.bad
  }

  /** Sends a request when the window allows and resolves with its reply. */
  request(type: number, payload: Uint8Array, ask: Ask = {}): Exchange {
    const seq = this.#nextSeq()
    const line = this.#channel.bytesPerSecond
    const bytes = (ask.aheadBytes ?? 0) + wireBytes(payload.length) + 1.1 * (ask.replyBytes ?? 32)
    const lineMs = line === undefined ? 0 : (1000 * bytes) / line
    const patience = this.#timing.replyMs + 2 * (ask.workMs ?? 0) + lineMs
    const exchange = new Exchange(type, seq, encodeFrame(type, seq, payload), ask, patience)
    if (ask.urgent) this.#send(exchange)
    else {
      this.#waiting.push(exchange)
      this.#pump()
    }
    return exchange
  }

  /** Writes a frame that is never answered. */
  post(type: number, payload: Uint8Array): void {
    this.counters.sent++
    this.sentAt = this.#clock.now()
    this.#outbox.put(encodeFrame(type, this.#nextSeq(), payload))
  }

  /** Stops waiting for a request; returns whether the device may be working on it. */
  abandon(exchange: Exchange, reason: unknown): boolean {
    const sent = this.#unanswered.delete(exchange.seq)
    if (sent) this.#ledger.note(exchange.seq, 'late')
    else this.#waiting = this.#waiting.filter((other) => other !== exchange)
    exchange.reject(reason)
    this.#pump()
    return sent
  }

  /** Keeps requests back until `release`; urgent ones still go. */
  hold(): void {
    this.#held = true
  }

  release(): void {
    this.#held = false
    this.#pump()
  }

  /** Fails everything that waits. */
  failAll(error: unknown): void {
    const all = [...this.#unanswered.values(), ...this.#waiting]
    for (const { seq } of this.#unanswered.values()) this.#ledger.note(seq, 'late')
    this.#unanswered.clear()
    this.#waiting = []
    this.#alarm.set(Number.POSITIVE_INFINITY)
    for (const exchange of all) exchange.reject(error)
  }

  #nextSeq(): number {
    do this.#seq = (this.#seq + 1) & 0xffff
    while (this.#unanswered.has(this.#seq))
    return this.#seq
  }

  #pump(): void {
    while (!this.#held && this.#waiting.length > 0) {
      const [next] = this.#waiting
      if (this.#unanswered.size >= (isMoving(next.type) || this.#moving() ? 1 : this.credits)) break
      this.#waiting.shift()
      this.#send(next)
    }
    this.#arm()
  }

  /** Whether the one request under way moves the machine; it travels alone, so the first tells. */
  #moving(): boolean {
    for (const { type } of this.#unanswered.values()) return isMoving(type)
    return false
  }

  #send(exchange: Exchange): void {
    const now = this.#clock.now()
    exchange.attempts++
    exchange.sentAt = now
    exchange.order = this.counters.sent
    exchange.heardBefore = this.bytesHeard
    if (!this.#unanswered.has(exchange.seq)) {
      this.#unanswered.set(exchange.seq, exchange)
      exchange.turnAt = now
    }
    this.counters.sent++
    this.sentAt = now
    this.#outbox.put(exchange.frame)
    this.#arm()
  }

  #repeat(exchange: Exchange): void {
    exchange.retries++
    this.counters.retries++
    this.#hooks.resent(exchange)
    this.#send(exchange)
  }

  /** The device works in order, so only the oldest request can be overdue. */
  #oldest(): Exchange | undefined {
    for (const exchange of this.#unanswered.values()) return exchange
    return undefined
  }

  #deadline(exchange: Exchange): number {
    const silence = Math.max(exchange.sentAt, this.#progressAt) + exchange.patience
    return Math.min(silence, exchange.turnAt + exchange.cap(this.#timing))
  }

  #arm(): void {
    const oldest = this.#oldest()
    this.#alarm.set(oldest === undefined ? Number.POSITIVE_INFINITY : this.#deadline(oldest))
  }

  #check(): void {
    const oldest = this.#oldest()
    const now = this.#clock.now()
    if (oldest === undefined) return
    if (now < this.#deadline(oldest)) this.#arm()
    else if (this.#exhausted(this.#credited(oldest), now)) this.failAll(this.#hooks.silent(oldest, now - oldest.turnAt))
    else this.#repeat(oldest)
  }

  /** Damaged bytes are no silence: the line is bad, but somebody is there. Greetings take no such comfort. */
  #credited(exchange: Exchange): Exchange {
    const noise = this.bytesHeard > exchange.heardBefore && exchange.ask.patienceMs === undefined
    if (noise) exchange.attempts = 1
    return exchange
  }

  #exhausted(exchange: Exchange, now: number): boolean {
    const spent = exchange.attempts > (exchange.ask.retries ?? this.#timing.retries)
    return spent || now >= exchange.turnAt + exchange.cap(this.#timing)
  }

  #hear(frame: Frame): void {
    this.counters.heard++
    this.heardAt = this.#clock.now()
    this.lastType = frame.type
    const exchange = this.#unanswered.get(frame.seq)
    if (exchange === undefined) {
      const known = this.#ledger.recall(frame.seq)
      this.counters[known === 'answered' ? 'duplicates' : known === 'late' ? 'late' : 'unknown']++
      return
    }
    try {
      this.#answer(exchange, frame)
    } catch (error) {
      if (!(error instanceof WireError)) throw error
      this.counters.unknown++
    }
  }

  #answer(exchange: Exchange, { type, payload }: Frame): void {
    if (type === DATA && exchange.ask.data !== undefined) {
      this.#progressAt = this.#clock.now()
      if (exchange.ask.data(payload)) exchange.attempts = 1
      this.#arm()
    } else if (type === REFUSAL) {
      this.#refuse(exchange, refusal.decode(payload))
    } else if (type === (exchange.type | REPLY)) {
      if (exchange.ask.urgent) this.#discount(payload)
      else this.#progressAt = this.#clock.now()
      if (exchange.ask.accept?.(payload) === false) this.#incomplete(exchange)
      else this.#settle(exchange, () => exchange.resolve(payload.slice()))
    } else this.counters.unknown++
  }

  #refuse(exchange: Exchange, refused: Refusal): void {
    if (refused.request !== exchange.type) throw new WireError(exchange.type, refused.request)
    // A device that is still at it says so to the repeat; the answer to the first is on its way.
    const working = refused.code === REFUSED.state && refused.state === STATE.running && exchange.retries > 0
    if (working) this.#progressAt = this.#clock.now()
    else this.#settle(exchange, () => exchange.reject(this.#hooks.refused(refused, exchange)))
  }

  /** The reply came but pieces before it were lost: ask again at once. That is no silence, but not for ever either. */
  #incomplete(exchange: Exchange): void {
    if (exchange.retries < PATIENCE_WITH_PIECES && exchange.ask.patienceMs === undefined) exchange.attempts = 1
    if (this.#exhausted(exchange, this.#clock.now())) {
      this.failAll(this.#hooks.silent(exchange, this.#clock.now() - exchange.turnAt))
    } else this.#repeat(exchange)
  }

  /** A device answers urgent requests in the middle of its work: that says nothing about the work. */
  #discount(payload: Uint8Array): void {
    for (const other of this.#unanswered.values()) other.heardBefore += wireBytes(payload.length)
  }

  #settle(exchange: Exchange, settle: () => void): void {
    this.#unanswered.delete(exchange.seq)
    this.#ledger.note(exchange.seq, 'answered')
    settle()
    if (!exchange.ask.urgent) this.#advance(exchange)
    this.#pump()
  }

  /** It is the turn of what was sent after a request that was answered. */
  #advance(exchange: Exchange): void {
    // A repeated request does not tell which of its writes was answered.
    if (exchange.retries === 0 && this.#unanswered.size > 0) this.#overtake(exchange)
    const oldest = this.#oldest()
    if (oldest !== undefined) oldest.turnAt = Math.max(oldest.turnAt, this.#progressAt)
  }

  /** Both directions keep their order: an older request without an answer was lost, or its answer was. */
  #overtake(exchange: Exchange): void {
    const older = [...this.#unanswered.values()].filter((other) => other.order < exchange.order)
    for (const other of older) if (!this.#exhausted(other, this.#clock.now())) this.#repeat(other)
  }
}
