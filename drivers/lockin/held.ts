import type { Clock } from '../../src/wire/channel.ts'
import { pause } from '../link/pause.ts'
import { numbers, whole } from './answers.ts'
import { type Conversation, LONGEST_LINE } from './conversation.ts'
import type { Condition, Dialect } from './dialect.ts'
import { failure, lost } from './errors.ts'
import { holds, type Item } from './settings.ts'

/** Characters of settings in one line, with room for the tag. */
const CHUNK = LONGEST_LINE - 60
/** Answers in one line: the output queue holds 256 characters. */
const MOST_ANSWERS = 12
/** Times settings are asked for until they stay as they are. */
const ROUNDS = 4
/** Times a setting that reads back otherwise is set again. */
const REPEATS = 2

export interface HeldOptions {
  readonly name: string
  readonly conversation: Conversation
  readonly dialect: Dialect
  readonly clock: Clock
  readonly plan: readonly Item[]
  readonly settleSeconds: number
  readonly whenChanged: 'restore' | 'refuse'
}

/** The settings an instrument was given, whether it is known to hold them, and when something changed last. */
export class Held {
  /** Whether nothing has happened since they were asked for. */
  known = false
  /** Times they were found changed and set again. */
  restored = 0
  readonly #options: HeldOptions
  readonly #wanted = new Map<string, Item>()
  #changedAt = 0

  constructor(options: HeldOptions) {
    this.#options = options
    for (const one of options.plan) this.#wanted.set(one.key, one)
  }

  get all(): readonly Item[] {
    return [...this.#wanted.values()]
  }

  /** Those of some settings that are not known to be held: all of them, until the instrument has been asked. */
  changes(items: readonly Item[]): readonly Item[] {
    if (!this.known) return items
    return items.filter((one) => this.#wanted.get(one.key)?.set !== one.set)
  }

  /** Something changes now: readings wait for the filter. */
  touch(): void {
    this.#changedAt = this.#options.clock.now()
  }

  /** Takes note of what happened; returns whether the settings can still be trusted. */
  note({ restarted, touched, shifted, refused }: Condition): boolean {
    if (restarted || touched || shifted || refused) this.known = false
    return this.known
  }

  /** An exchange; if the line had to be brought back for it, settings are no longer known. */
  async asked<T>(exchange: () => Promise<T>): Promise<T> {
    const { conversation } = this.#options
    const before = conversation.recoveries
    try {
      return await exchange()
    } finally {
      if (conversation.recoveries !== before || conversation.suspect) {
        this.known = false
        this.touch()
      }
    }
  }

  /** Sets some settings and asks whether they were taken. */
  async apply(items: readonly Item[]): Promise<void> {
    for (const some of chunks(items)) {
      for (const one of some) this.#wanted.set(one.key, one)
      await this.#set(some)
    }
  }

  /** What is read back may have been damaged on the way, so it is said again before it counts as refused. */
  async #set(some: readonly Item[]): Promise<void> {
    const { conversation, name } = this.#options
    const set = some.map((one) => one.set)
    for (let attempt = 0; ; attempt++) {
      this.touch()
      const given = await this.asked(() => conversation.ask<(readonly number[])[]>(asks(some), shapes(some), set))
      this.touch()
      const at = some.findIndex((one, i) => !holds(one, given[i]))
      if (at < 0) return
      this.known = false
      if (attempt < REPEATS) continue
      throw failure(
        name,
        'DEVICE_REFUSED',
        `"${some[at].set}" was not taken: it reads ${given[at].join(',')}`,
        'check that the front panel is not locked and that this model has the setting',
      )
    }
  }

  /** Brings line and settings back to what is known. */
  async regain(): Promise<void> {
    const { conversation } = this.#options
    if (conversation.suspect || conversation.line.stray > 0) await conversation.recover()
    await this.verify()
    this.touch()
  }

  /** Asks for every setting until nothing has happened meanwhile; what differs is set again, or refused. */
  async verify(): Promise<void> {
    const { whenChanged, name } = this.#options
    for (let round = 0; round < ROUNDS; round++) {
      this.known = true
      const changes = await this.#differing()
      if (changes.length > 0) {
        this.known = false
        if (whenChanged === 'refuse') throw lost(name, changes)
        await this.apply(changes.map((change) => change.item))
        this.restored++
        continue
      }
      if (this.note(await this.#condition())) return
    }
    throw failure(
      name,
      'SETTINGS_LOST',
      'its settings do not stay as they are set',
      'somebody changes them, or its power fails',
    )
  }

  /** Waits until the filter has settled since the last change. */
  settled(signal: AbortSignal | undefined): Promise<void> {
    signal?.throwIfAborted()
    const { clock, settleSeconds } = this.#options
    const left = this.#changedAt + 1000 * settleSeconds - clock.now()
    return left > 0 ? pause(clock, left, signal) : Promise.resolve()
  }

  async #differing() {
    const { conversation } = this.#options
    const changes: { item: Item; given: readonly number[] }[] = []
    for (const some of chunks(this.all)) {
      const given = await this.asked(() => conversation.ask<(readonly number[])[]>(asks(some), shapes(some)))
      some.forEach((item, i) => {
        if (!holds(item, given[i])) changes.push({ item, given: given[i] })
      })
    }
    return changes
  }

  async #condition(): Promise<Condition> {
    const { conversation, dialect } = this.#options
    const [lias, esr] = await this.asked(() =>
      conversation.ask<[number, number]>(['LIAS?', '*ESR?'], [whole(dialect.mostLias), whole(255)]),
    )
    return dialect.condition(lias, esr)
  }
}

const asks = (items: readonly Item[]) => items.map((one) => one.ask)
const shapes = (items: readonly Item[]) => items.map((one) => numbers(one.values.length))

/** Settings in portions that fit the instruments' queues, to be set and asked for. */
function chunks(items: readonly Item[]): Item[][] {
  const all: Item[][] = []
  let room = 0
  for (const one of items) {
    const needs = one.set.length + one.ask.length + 2
    const last = all[all.length - 1]
    if (last === undefined || needs > room || last.length >= MOST_ANSWERS) {
      all.push([one])
      room = CHUNK - needs
    } else {
      last.push(one)
      room -= needs
    }
  }
  return all
}
