import { safeTheta } from '../../src/contract/sheet.ts'
import { InsituError } from '../../src/errors.ts'
import type { Clock } from '../../src/wire/channel.ts'
import { asRead, configureReply, type Description, REQUEST } from '../../src/wire/index.ts'
import type { Link } from '../link/link.ts'
import { flightOver } from '../link/refusals.ts'
import { FixedTheta } from './fixed.ts'
import { befell, fieldLost, isLoss } from './lost.ts'
import { readTheta, writeTheta } from './parameters.ts'
import { type SpikeSender, spikeSender } from './spikes.ts'
import { Stopwatch } from './stopwatch.ts'

/** What the host knows of an opened machine: its link, its description, and the parameters it holds. */
export class Session {
  readonly link: Link
  readonly description: Description
  readonly stopwatch: Stopwatch
  /** The parameters as the device holds them, in bank units; those last read or stored where an echo moves them. */
  readonly theta: Float64Array
  /** The same with the fraction below one count, while the host can follow it. */
  readonly fixed: FixedTheta | undefined
  /** For a machine whose drive goes ahead as spikes. */
  readonly spikes: SpikeSender | undefined
  readonly #configure: Uint8Array | undefined
  readonly #described: number
  #boot: number
  #epoch = 0
  #stored = false
  /** Set while the device may hold something else than `theta`. */
  #unsure = false
  /** Set while the device's learning field is ahead of `theta`: an echo moved it, and nobody has read it since. */
  #ahead = false
  #background: Promise<unknown> = Promise.resolve()

  constructor(link: Link, description: Description, configure: Uint8Array | undefined, clock: Clock) {
    this.link = link
    this.description = description
    this.stopwatch = new Stopwatch(clock)
    this.#configure = configure
    this.#described = link.identity.descriptionCrc
    this.#boot = link.identity.boot
    const { layout, sheet } = description
    this.theta = safeTheta(sheet)
    this.fixed = layout.format === 'i16' ? new FixedTheta(layout) : undefined
    this.fixed?.load(this.theta)
    this.spikes = spikeSender(link, description)
  }

  /** Waits for what is still under way, arms a device that is not armed, and gives it its parameters back. */
  ready(): Promise<void> {
    return this.#after(() => this.#prepare())
  }

  /** Runs work that moves the parameters to its end, whatever becomes of the caller. */
  moving<T>(work: () => Promise<T>): Promise<T> {
    return this.#after(async () => {
      await this.#prepare()
      this.#unsure = true
      const result = await work()
      this.#unsure = false
      return result
    })
  }

  /** Runs work that moves nothing but must not be interrupted. */
  resting<T>(work: () => Promise<T>): Promise<T> {
    return this.#after(() => this.#prepare().then(work))
  }

  /** Runs work for a wave that was launched in `epoch`: no wave outlives the arming of its device. */
  flying<T>(epoch: number, work: () => Promise<T>): Promise<T> {
    return this.#after(async () => {
      if (this.link.armed && this.link.epoch === epoch) return work()
      await this.#prepare()
      throw flightOver(this.link.name, 'the device was armed anew')
    })
  }

  /** Runs work without parameters; an error that tells of their loss tells of the learning field's too, once. */
  async telling<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (error) {
      if (!this.#ahead || !isLoss(error)) throw error
      this.#ahead = false
      throw fieldLost(error)
    }
  }

  /** Notes that an echo moves the learning field. */
  moved(): void {
    this.#ahead = true
  }

  /** Reads the parameters if an echo has moved them; returns the repeats it took. */
  async known(): Promise<number> {
    return this.#ahead ? this.refresh() : 0
  }

  /** Waits for work the caller has left, within the link's own budget for going, and closes the link. */
  async close(): Promise<void> {
    await this.link[Symbol.asyncDispose]()
    await this.#background
  }

  /** Writes all parameters and remembers them. */
  async write(theta: Float64Array): Promise<number> {
    const retries = await writeTheta(this.link, this.description.layout, theta)
    this.hold(theta)
    return retries
  }

  /** Notes what the device holds after a write. */
  hold(theta: Float64Array): void {
    const { layout } = this.description
    let i = 0
    for (const bank of layout.banks)
      for (const end = i + bank.width; i < end; i++) this.theta[i] = asRead(layout.format, bank, theta[i])
    this.fixed?.load(this.theta)
    this.#stored = true
    this.#ahead = false
  }

  /** Reads back what the device holds; from then on the host does not know fractions of a count. */
  async refresh(crc?: number): Promise<number> {
    const held = new Float64Array(this.theta.length)
    const retries = await readTheta(this.link, this.description.layout, held, crc)
    this.fixed?.forget()
    this.theta.set(held)
    this.#stored = true
    this.#unsure = false
    this.#ahead = false
    return retries
  }

  /** A caller may leave before its work has ended; the next one waits for it. */
  #after<T>(work: () => Promise<T>): Promise<T> {
    const run = this.#background.then(() => this.telling(work))
    this.#background = run.catch(() => {})
    return run
  }

  async #prepare(): Promise<void> {
    if (!this.link.armed || this.#epoch !== this.link.epoch) await this.#restore()
    if (this.#unsure) await this.refresh()
  }

  async #restore(): Promise<void> {
    const { link } = this
    const found = await link.revive()
    if (link.identity.boot !== this.#boot) {
      this.#boot = link.identity.boot
      this.stopwatch.restart()
      await this.#reconfigure()
    }
    // What an echo made of the parameters is nowhere but in the device.
    if (this.#ahead && found !== 'armed') throw befell(link.name, found)
    await link.arm()
    if (!this.#ahead) {
      if (this.#stored) await this.write(this.theta)
      this.#unsure = false
    }
    this.#epoch = link.epoch
  }

  /** A board that started again has forgotten what it was set up as. */
  async #reconfigure(): Promise<void> {
    const { link } = this
    const known = link.identity.descriptionCrc
    if (this.#configure !== undefined) await configure(link, this.#configure)
    if (link.identity.descriptionCrc === this.#described) return
    throw new InsituError('WRONG_FIRMWARE', `${link.name}: another machine is on the line (${known.toString(16)})`, {
      port: link.name,
      hint: 'open the device again',
    })
  }
}

/** Sets a machine up; only an idle one takes it. */
export async function configure(link: Link, bytes: Uint8Array): Promise<void> {
  const { value } = await link.call(REQUEST.configure, bytes, configureReply.decode)
  link.introduced(value)
}
