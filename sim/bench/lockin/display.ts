import { patternSlots } from '../../../src/contract/facets.ts'
import { PATTERN_FAMILIES, patternsOf } from '../../../src/patterns/family.ts'
import { frames } from '../../../src/patterns/frames.ts'
import type { Channel, Clock } from '../../../src/wire/channel.ts'
import {
  DISPLAY,
  DISPLAY_STATE,
  DISPLAY_STATUS,
  type DisplayIdentity,
  type DisplayRun,
  decodeLoad,
  decodeRun,
  displayReply,
  encodeIdentity,
  guardRequest,
  LEVELS,
} from '../../../src/wire/display.ts'
import { encodeFrame, type Frame, FrameDecoder, REPLY, WireError } from '../../../src/wire/index.ts'
import { ReplyStore } from '../serve-replies.ts'

export interface DisplayOptions {
  readonly clock: Clock
  readonly rows: number
  readonly columns: number
  readonly name?: string
  /** Families it makes by itself (default all that take no number). */
  readonly families?: readonly string[]
  /** Silence after which it goes dark until a host says otherwise, in ms (default 5000). */
  readonly silenceMs?: number
  /** What its trigger output is wired to. */
  readonly trigger?: () => void
}

/** An emulated pattern display: what it shows is what the optics see. */
export interface EmulatedDisplay {
  attach(channel: Channel): void
  /** Gray levels shown, 0..1, rows x columns; all zero while it is dark. */
  readonly shown: Float64Array
  readonly dark: boolean
  /** Asks to be told right before what is shown changes. */
  beforeChange(call: () => void): void
  powerCycle(): void
  /** Hears and says nothing from now on, as if its cable were out. */
  mute(on: boolean): void
}

const FULL = { unit: '1', min: 0, max: 1, step: 1 / LEVELS } as const

export function emulatedDisplay(options: DisplayOptions): EmulatedDisplay {
  return new Display(options)
}

class Display implements EmulatedDisplay {
  readonly shown: Float64Array
  dark = true
  readonly #options: DisplayOptions
  readonly #identity: DisplayIdentity
  readonly #waiting: Uint8Array
  /** How much of the waiting frame has been loaded since the last show. */
  #loaded = 0
  readonly #replies = new ReplyStore()
  #watchers: (() => void)[] = []
  #channel: Channel | undefined
  #boot = 1
  #muted = false
  #slots = 0
  #running: (() => void) | undefined
  #silenceMs: number
  #asleep: (() => void) | undefined

  constructor(options: DisplayOptions) {
    const { rows, columns } = options
    this.#options = options
    this.#silenceMs = options.silenceMs ?? 5000
    this.shown = new Float64Array(rows * columns)
    this.#waiting = new Uint8Array(rows * columns)
    this.#identity = {
      name: options.name ?? 'emulated display',
      rows,
      columns,
      families: options.families ?? PATTERN_FAMILIES.filter((family) => !family.includes('<')),
      shortestMicros: 100,
    }
  }

  attach(channel: Channel): void {
    this.#channel = channel
    const decoder = new FrameDecoder((frame) => this.#hear(frame))
    channel.listen({
      bytes: (chunk) => {
        if (!this.#muted) decoder.push(chunk)
      },
      closed: () => {
        if (this.#channel === channel) this.#channel = undefined
      },
    })
  }

  beforeChange(call: () => void): void {
    this.#watchers.push(call)
  }

  powerCycle(): void {
    this.#goDark()
    this.#waiting.fill(0)
    this.#loaded = 0
    this.#slots = 0
    this.#boot++
    this.#replies.clear()
    this.#silenceMs = this.#options.silenceMs ?? 5000
  }

  mute(on: boolean): void {
    this.#muted = on
  }

  #hear({ type, seq, crc, payload }: Frame): void {
    this.#watch()
    const known = this.#replies.find(seq, type, crc)
    if (known !== undefined && known !== 'working') {
      for (const frame of known) this.#send(frame)
      return
    }
    this.#replies.begin(seq, type, crc)
    let status: number
    try {
      status = this.#obey(type, payload)
    } catch (error) {
      if (!(error instanceof WireError)) throw error
      status = DISPLAY_STATUS.malformed
    }
    const head = displayReply.encode({
      status,
      boot: this.#boot,
      state: this.#running ? DISPLAY_STATE.running : this.dark ? DISPLAY_STATE.dark : DISPLAY_STATE.lit,
      slots: this.#slots,
    })
    const more = type === DISPLAY.identify ? encodeIdentity(this.#identity) : new Uint8Array(0)
    const frame = encodeFrame(type | REPLY, seq, Uint8Array.from([...head, ...more]))
    this.#replies.end(seq, type, crc, [frame])
    this.#send(frame)
  }

  #send(frame: Uint8Array): void {
    if (!this.#muted) this.#channel?.write(frame).catch(() => {})
  }

  #obey(type: number, payload: Uint8Array): number {
    switch (type) {
      case DISPLAY.identify:
      case DISPLAY.status:
        return DISPLAY_STATUS.done
      case DISPLAY.load:
        return this.#load(payload)
      case DISPLAY.choose:
        return this.#choose(decodeRun(payload))
      case DISPLAY.show:
        if (this.#running !== undefined) return DISPLAY_STATUS.running
        if (this.#loaded < this.#waiting.length) return DISPLAY_STATUS.incomplete
        this.#show(this.#waiting)
        this.#loaded = 0
        return DISPLAY_STATUS.done
      case DISPLAY.dark:
        this.#goDark()
        return DISPLAY_STATUS.done
      case DISPLAY.run:
        return this.#run(decodeRun(payload))
      case DISPLAY.guard:
        this.#silenceMs = guardRequest.decode(payload).silenceMs
        this.#watch()
        return DISPLAY_STATUS.done
      default:
        return DISPLAY_STATUS.malformed
    }
  }

  #load(payload: Uint8Array): number {
    const { first, levels } = decodeLoad(payload)
    if (first + levels.length > this.#waiting.length) return DISPLAY_STATUS.outside
    if (first !== 0 && first !== this.#loaded) return DISPLAY_STATUS.incomplete
    this.#waiting.set(levels, first)
    this.#loaded = first + levels.length
    return DISPLAY_STATUS.done
  }

  #choose(run: DisplayRun): number {
    const made = this.#make({ ...run, window: { ...run.window, count: 1, hold: 1 } })
    if (typeof made === 'number') return made
    // With `opposite` it is the opposite alone that is wanted.
    this.#waiting.set(made[made.length - 1])
    this.#loaded = this.#waiting.length
    return DISPLAY_STATUS.done
  }

  #run(run: DisplayRun): number {
    if (this.#running !== undefined) return DISPLAY_STATUS.running
    if (run.slotMicros < this.#identity.shortestMicros) return DISPLAY_STATUS.outside
    const made = this.#make(run)
    if (typeof made === 'number') return made
    this.#slots = 0
    const next = () => {
      // The edge comes while the frame still stands, so that what hangs on it takes the settled value.
      this.#options.trigger?.()
      this.#slots++
      if (this.#slots < made.length) begin()
      else {
        this.#running = undefined
        this.#goDark()
      }
    }
    const begin = () => {
      this.#show(made[this.#slots])
      this.#running = this.#options.clock.after(run.slotMicros / 1000, next)
    }
    begin()
    return DISPLAY_STATUS.done
  }

  /** The frames of a window, one for each slot. */
  #make({ window }: DisplayRun): Uint8Array[] | number {
    const { rows, columns, families } = this.#identity
    if (!families.includes(window.family)) return DISPLAY_STATUS.unknownFamily
    const { first, count, hold } = window
    if (count < 1 || hold < 1 || first + count > rows * columns) return DISPLAY_STATUS.outside
    const width = rows * columns
    const slots = patternSlots(window)
    const all = new Float64Array(slots * width)
    frames(patternsOf(window.family, rows, columns), window, { ...FULL, width }, all)
    return Array.from({ length: slots }, (_, s) =>
      Uint8Array.from(all.subarray(s * width, (s + 1) * width), (level) => Math.round(level * LEVELS)),
    )
  }

  #show(levels: Uint8Array): void {
    for (const watcher of this.#watchers) watcher()
    for (let i = 0; i < levels.length; i++) this.shown[i] = levels[i] / LEVELS
    this.dark = false
  }

  #goDark(): void {
    this.#running?.()
    this.#running = undefined
    for (const watcher of this.#watchers) watcher()
    this.shown.fill(0)
    this.dark = true
  }

  /** Somebody is there: darkness by silence begins to count anew. */
  #watch(): void {
    this.#asleep?.()
    this.#asleep = this.#options.clock.after(
      this.#silenceMs,
      () => {
        if (this.#running === undefined) this.#goDark()
      },
      'background',
    )
  }
}
