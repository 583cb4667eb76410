import type { Channel, Clock } from '../../../src/wire/channel.ts'
import type { EventBits } from './core.ts'
import { AnswerFaults } from './faults.ts'
import type { StatusRegister } from './status.ts'

/** Characters either queue holds. */
const QUEUE = 256

/** What a model does behind its interfaces. */
export interface Mind {
  readonly terminator: '\r' | '\n'
  /** Answers of one line come as one line, with a semicolon between them. */
  readonly joined: boolean
  readonly bits: EventBits
  readonly esr: StatusRegister
  /** Answers go to the interface these commands choose; undefined where each answers for itself. */
  answersTo(): 'serial' | 'gpib' | undefined
  /** Does one line; gives the answers of its queries. */
  line(text: string): readonly Answer[]
  /** Until when it does nothing else, in milliseconds. */
  busyUntil(): number
  powerOn(): void
}

export interface Answer {
  /** One byte a character. */
  readonly text: string
  /** A block of data: without a terminator, and not held in the output queue. */
  readonly block?: boolean
}

/** The serial side of an emulated instrument: its queues, one line at a time, answers on the interface they are sent to. */
export class Instrument {
  readonly faults = new AnswerFaults()
  readonly #mind: Mind
  readonly #clock: Clock
  readonly #lineMs: number
  #channel: Channel | undefined
  #input = ''
  #working = false
  #on = true
  /** What the other interface was answered. */
  readonly gpibAnswers: string[] = []
  /** Lines of the serial side, as they were carried out. */
  readonly heard: string[] = []

  constructor(mind: Mind, clock: Clock, lineMs: number) {
    this.#mind = mind
    this.#clock = clock
    this.#lineMs = lineMs
  }

  /** Serves a host on this channel; one at a time. */
  attach(channel: Channel): void {
    this.#channel = channel
    channel.listen({
      bytes: (chunk) => this.#hear(chunk),
      closed: () => {
        if (this.#channel === channel) this.#channel = undefined
      },
    })
  }

  /** A line from the other interface; its answers go wherever answers go. */
  gpib(line: string): void {
    this.#carryOut(line, 'gpib')
  }

  /** Somebody turns a knob: the command is done and the key is noted. */
  panel(line: string): void {
    this.#mind.line(line)
    this.#mind.esr.set(this.#mind.bits.key)
  }

  /** Off and on again: what was on its way is gone. */
  powerCycle(): void {
    this.powerOff()
    this.powerOn()
  }

  powerOff(): void {
    this.#on = false
    this.#input = ''
  }

  powerOn(): void {
    this.#on = true
    this.#mind.powerOn()
  }

  #hear(chunk: Uint8Array): void {
    if (!this.#on) return
    // One line feed or carriage return ends a command; the other one after it ends an empty one.
    for (const byte of chunk) this.#input += String.fromCharCode(byte)
    if (this.#input.length > QUEUE && (this.#working || !/[\r\n]/.test(this.#input))) {
      this.#input = ''
      this.#mind.esr.set(this.#mind.bits.inputQueue)
    }
    this.#work()
  }

  #work(): void {
    if (this.#working || !/[\r\n]/.test(this.#input)) return
    this.#working = true
    const wait = Math.max(this.#lineMs, this.#mind.busyUntil() - this.#clock.now())
    this.#clock.after(wait, () => {
      this.#working = false
      const [, line, rest] = /^([^\r\n]*)[\r\n]([\s\S]*)$/.exec(this.#input) ?? ['', '', this.#input]
      this.#input = rest
      if (this.#on && line.trim() !== '') {
        this.heard.push(line)
        this.#carryOut(line, 'serial')
      }
      this.#work()
    })
  }

  #carryOut(line: string, from: 'serial' | 'gpib'): void {
    const { terminator, joined, bits, esr } = this.#mind
    const answers = this.#mind.line(line)
    const to = this.#mind.answersTo() ?? from
    const end = to === 'gpib' ? '\n' : terminator
    const waiting = answers.filter(({ block }) => !block)
    const queued = waiting.reduce((sum, { text }) => sum + text.length + 1, 0)
    if (queued > QUEUE) {
      esr.set(bits.outputQueue)
      this.#input = ''
      return
    }
    const text = joined
      ? answers.map((one) => one.text).join(';') + (waiting.length > 0 ? end : '')
      : answers.map((one) => (one.block ? one.text : one.text + end)).join('')
    // A line that is carried out answers when the last of its commands has.
    const send = () => {
      if (to === 'gpib') {
        if (text !== '') this.gpibAnswers.push(text)
      } else this.faults.pass(line, text, this.#clock, (bytes) => this.#send(bytes))
    }
    const wait = this.#mind.busyUntil() - this.#clock.now()
    if (wait > 0 && text !== '') this.#clock.after(wait, send)
    else send()
  }

  #send(bytes: Uint8Array): void {
    if (this.#on && bytes.length > 0) this.#channel?.write(bytes).catch(() => {})
  }
}
