import { randomBytes } from 'node:crypto'
import { type Observable, Subject } from 'rxjs'
import type { InsituError } from '../../src/errors.ts'
import type { Channel, Clock } from '../../src/wire/channel.ts'
import {
  armRequest,
  clearRequest,
  FAULT,
  type Identity,
  type Pulse,
  pingReply,
  REFUSED,
  REQUEST,
  type Refusal,
  requestName,
  STATE,
  stateReply,
  WireError,
} from '../../src/wire/index.ts'
import { Aborter } from './aborter.ts'
import { within } from './budget.ts'
import { monotonic } from './clock.ts'
import { type LinkCounters, type LinkEvent, type LinkState, newCounters } from './events.ts'
import { type Ask, type Exchange, TIMING, type Timing } from './exchange.ts'
import { Exchanger } from './exchanger.ts'
import { type Found, foundAs } from './found.ts'
import { Heartbeat } from './heartbeat.ts'
import { hello } from './hello.ts'
import { Noise } from './noise.ts'
import { befallen, disposedError, faultError, refusalError, replyError, resetError } from './refusals.ts'
import { closedError, silentError } from './silence.ts'

export interface LinkOptions {
  readonly clock?: Clock
  readonly timing?: Partial<Timing>
  /** Silence of the host after which an armed device goes to its safe values by itself, in milliseconds. */
  readonly watchdogMs?: number
}

/** One connection to one device: who it is, whether it is armed, and what has become of it. */
export class Link implements AsyncDisposable {
  readonly name: string
  readonly counters: LinkCounters = newCounters()
  readonly #noise = new Noise(this.counters)
  /** Grows with every arming: parameters written before belong to the past. */
  epoch = 0
  armId = 0
  #asked = 0
  watchdogMs: number
  /** What the device said when it was last greeted. */
  identity!: Identity
  readonly events: Observable<LinkEvent>
  readonly exchanger: Exchanger
  readonly #channel: Channel
  readonly #clock: Clock
  readonly #timing: Timing
  readonly #events = new Subject<LinkEvent>()
  #state: LinkState = 'OFFLINE'
  #trouble: InsituError | undefined
  readonly #heartbeat: Heartbeat
  #greeting = false
  readonly #aborter: Aborter
  /** Set before an arming is asked for: its answer may be lost. */
  #mayBeArmed = false
  #beating = false
  #leaving = false
  #closing: Promise<void> | undefined

  private constructor(channel: Channel, options: LinkOptions) {
    this.name = channel.name
    this.#channel = channel
    this.#clock = options.clock ?? monotonic
    this.#timing = { ...TIMING, ...options.timing }
    this.watchdogMs = options.watchdogMs ?? 2000
    this.events = this.#events.asObservable()
    this.exchanger = new Exchanger(
      channel,
      this.counters,
      {
        refused: (refusal, exchange) => this.#refused(refusal, exchange),
        resent: (exchange) => this.#resent(exchange),
        silent: (exchange, waited) => this.#silent(exchange, waited),
      },
      { clock: this.#clock, timing: this.#timing, firstSeq: randomBytes(2).readUInt16LE() },
    )
    this.#aborter = new Aborter(this.exchanger, () => this.#stop())
    this.#heartbeat = new Heartbeat(this.#clock, this.exchanger, () => void this.#beat())
    channel.listen({
      bytes: (chunk) => this.exchanger.bytes(chunk),
      closed: (cause) => this.#lost(cause),
    })
  }

  /** Greets the device; rejects with `TIMEOUT` if nothing is heard and `WRONG_FIRMWARE` if it is something else. */
  static async open(channel: Channel, options: LinkOptions = {}): Promise<Link> {
    const link = new Link(channel, options)
    try {
      await link.#greet(link.#timing.openMs)
      return link
    } catch (error) {
      await channel.close()
      throw error
    }
  }

  get state(): LinkState {
    return this.#state
  }
  get armed(): boolean {
    return this.#state === 'ARMED'
  }

  /** Sends a request; `decode` reads its reply. Rejects with the signal's reason at once when that fires. */
  async call<T>(
    type: number,
    payload: Uint8Array,
    decode: (reply: Uint8Array) => T,
    ask: Ask = {},
  ): Promise<{ readonly value: T; readonly retries: number }> {
    ask.signal?.throwIfAborted()
    if (this.#state === 'CLOSED') throw this.#trouble ?? disposedError(this.name)
    if (this.#leaving && !ask.urgent) throw disposedError(this.name)
    const exchange = this.exchanger.request(type, payload, ask)
    const stop = () => {
      if (this.exchanger.abandon(exchange, ask.signal?.reason)) void this.#aborter.abort()
    }
    ask.signal?.addEventListener('abort', stop, { once: true })
    try {
      const { payload: reply, retries } = await exchange.promise
      return { value: decode(reply), retries }
    } catch (error) {
      if (!(error instanceof WireError)) throw error
      throw replyError(this.name, type, error)
    } finally {
      ask.signal?.removeEventListener('abort', stop)
    }
  }

  /** Takes what a device says of itself; its window depends on how it is set up. */
  introduced(identity: Identity): void {
    this.identity = identity
    this.exchanger.credits = Math.max(1, identity.credits)
  }

  /** Reports what befell the device since the last call, once; afterwards readies it for an arming and says how it was. */
  async revive(): Promise<Found> {
    const trouble = this.#trouble
    if (this.#state === 'CLOSED') throw trouble ?? disposedError(this.name)
    this.#trouble = undefined
    if (trouble !== undefined) throw trouble
    if (this.#state !== 'IDLE' && this.#state !== 'HELLO')
      await this.#greet(2 * this.#timing.replyMs * (this.#timing.retries + 1))
    const { state, fault } = this.identity
    const found = foundAs(this.identity, [this.armId, this.#asked])
    if (found === 'fault' && fault !== FAULT.watchdog) throw faultError(this.name, fault)
    if (found === 'fault') await this.call(REQUEST.clear, clearRequest.encode({ fault }), stateReply.decode)
    if (state === STATE.running) await this.#aborter.abort()
    // An arming of somebody before us; its parameters are not ours.
    if (found === 'theirs') await this.disarm()
    // What was found is dealt with: the next revival must not deal with it again.
    this.identity = { ...this.identity, state: STATE.idle, fault: FAULT.none, armId: 0 }
    this.#enter('IDLE')
    return found
  }

  /** Arms the device with a fresh id; from here on it is kept from thinking the host is gone. */
  async arm(): Promise<void> {
    const armId = randomBytes(4).readUInt32LE() || 1
    this.#asked = armId
    this.#mayBeArmed = true
    await this.call(REQUEST.arm, armRequest.encode({ armId, watchdogMs: this.watchdogMs }), stateReply.decode)
    this.armId = armId
    this.epoch++
    this.#enter('ARMED')
  }

  /** Asks how the device is; throws what befell it since it was armed. */
  async pulse(): Promise<Pulse> {
    const { value } = await this.call(REQUEST.ping, new Uint8Array(0), pingReply.decode)
    const error = befallen(this, value)
    if (error !== undefined) throw this.#told(error)
    return value
  }

  /** Puts all parameters to their safe values. */
  async disarm(ask: Ask = {}): Promise<void> {
    await this.call(REQUEST.disarm, new Uint8Array(0), stateReply.decode, ask)
    this.armId = 0
    this.#mayBeArmed = false
    this.#enter('IDLE')
  }

  /** Brings the device to its safe values, if it can be reached within its budget, and closes the channel. */
  [Symbol.asyncDispose](): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #greet(budgetMs: number): Promise<void> {
    this.#enter('HELLO')
    this.#greeting = true
    try {
      this.introduced(await hello(this.exchanger, this.name, budgetMs, this.#timing.replyMs))
    } catch (error) {
      this.#enter('OFFLINE')
      throw error
    } finally {
      this.#greeting = false
    }
  }

  #enter(state: LinkState): void {
    if (this.#state === state || this.#state === 'CLOSED') return
    this.#state = state
    if (state === 'ARMED') this.#heartbeat.start(Math.min(this.#timing.beatMs, this.watchdogMs / 4))
    else this.#heartbeat.stop()
    this.#events.next({ kind: 'state', at: this.#clock.now(), state })
  }

  async #beat(): Promise<void> {
    if (this.#beating) return
    this.#beating = true
    try {
      // A device at work answers between two readings; one that never got its work would take the wait for silence.
      const { value } = await this.call(REQUEST.ping, new Uint8Array(0), pingReply.decode, { urgent: true })
      const error = befallen(this, value)
      if (error !== undefined) this.#report(error)
    } catch {
      // Silence is reported where it is noticed.
    } finally {
      this.#beating = false
    }
  }

  /** Notes what befell the device, for the next call, and stops believing that it is armed. */
  #report(error: InsituError): InsituError {
    if (this.#state === 'CLOSED') return error
    this.#trouble = error
    this.#events.next({ kind: 'trouble', at: this.#clock.now(), error })
    this.#enter(error.code === 'DEVICE_FAULT' ? 'FAULT' : 'OFFLINE')
    return error
  }

  #refused(refused: Refusal, exchange: Exchange): unknown {
    const error = refusalError(this.name, refused)
    const idle = refused.code === REFUSED.state && refused.state === STATE.idle
    if (idle && this.armed && exchange.type !== REQUEST.abort) {
      return this.#told(resetError(this.name, 'it is not armed any more'))
    }
    return error.code === 'DEVICE_RESET' || error.code === 'DEVICE_FAULT' ? this.#told(error) : error
  }

  /** As `#report`, for an error a caller gets right away. */
  #told(error: InsituError): InsituError {
    this.#report(error)
    if (this.#state !== 'CLOSED') this.#trouble = undefined
    return error
  }

  #resent(exchange: Exchange): void {
    const at = this.#clock.now()
    this.#events.next({ kind: 'resent', at, request: requestName(exchange.type), attempt: exchange.retries })
    for (const noisy of this.#noise.news()) this.#events.next({ kind: 'noisy', at, ...noisy })
  }

  #silent(exchange: Exchange, waitedMs: number): unknown {
    const error = silentError(this.name, this.exchanger, exchange, waitedMs, this.#clock.now())
    // While greeting, `hello` says what it means.
    return this.#greeting ? error : this.#told(error)
  }

  async #stop(): Promise<void> {
    await this.call(REQUEST.abort, new Uint8Array(0), stateReply.decode, { urgent: true })
    this.#events.next({ kind: 'aborted', at: this.#clock.now() })
  }

  #lost(cause: Error | undefined): void {
    if (this.#state === 'CLOSED') return
    const error = closedError(this.name, this.exchanger, cause, this.#clock.now())
    this.#events.next({ kind: 'trouble', at: this.#clock.now(), error })
    this.#enter('CLOSED')
    this.#trouble = error
    this.exchanger.failAll(error)
    this.#events.complete()
  }

  async #close(): Promise<void> {
    if (this.#state !== 'CLOSED') {
      this.#leaving = true
      this.#heartbeat.stop()
      this.exchanger.failAll(disposedError(this.name))
      // Ends the device's work as well.
      if (this.#mayBeArmed) await within(this.#clock, this.#timing.closeMs, this.disarm({ urgent: true }))
      this.#enter('CLOSED')
      this.exchanger.failAll(disposedError(this.name))
      this.#events.complete()
    }
    await this.#channel.close()
  }
}
