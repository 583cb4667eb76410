import { setTimeout } from 'node:timers/promises'
import { expandDense } from '../../src/codes/expand.ts'
import type { Backend, CallOptions, Receipt } from '../../src/contract/backend.ts'
import type { Block, LoadedBlock } from '../../src/contract/block.ts'
import type { Echo, EchoOptions, EchoPort, Flight, LearningField } from '../../src/contract/echo.ts'
import type { LocalPort, StatePort } from '../../src/contract/facets.ts'
import { type DataSheet, dataSheet, type Port, type Readings } from '../../src/contract/sheet.ts'
import { type Draws, draws } from '../../src/random/draws.ts'
import { STREAM } from '../../src/random/streams.ts'

export interface WavesOptions {
  /** The couplings are a field of their own, with the bracket 1 or 1/2, that an echo can move. */
  readonly learning?: 1 | 0.5
  /** Every port has the step of a 16-bit converter; continuous otherwise. */
  readonly stepped?: boolean
  /** Standard deviation of every reading, also of what comes back. */
  readonly noise?: number
  readonly repeatable?: boolean
  readonly seed?: number
  /** Part of each momentum that friction takes in a unit of time. */
  readonly loss?: number
  readonly maxFrames?: number
  /** Milliseconds every call takes; 0 computes at once. */
  readonly delay?: number
}

export const MODES = 4
export const COUPLINGS = MODES - 1
export const DRIVEN = 2
export const READ = 2
const STEPS = 24
const DT = 0.05
/** How fast a learning field follows its momentum while a wave passes, and how far in one decay. */
const DRIFT = 0.2
export const GAIN = 3

/** A moment of the field. */
export interface Moment {
  q: Float64Array
  p: Float64Array
  theta: Float64Array
  momentum: Float64Array
}

/** A wave on its way. */
export interface Passage {
  readonly drive: Float64Array
  readonly frames: number
  readonly field: Moment
  /** Parameters at the launch. */
  readonly start: Float64Array
}

/**
 * Four oscillators in a row, the smallest machine with the facet `echo`, by hand and in drift-kick-drift steps:
 * H = sum p^2 / 2 + q^2 / 2 + q^4 / 4 + sum theta_i (q_(i+1) - q_i)^2 / 2, and DRIFT momentum^2 / 2 of a learning field.
 *
 * The drive adds to the position of the first mode and the momentum of the second; the position of the last mode and the
 * momentum of the third are read. Couplings are the parameters, their actions the local readings.
 */
export class Waves implements Backend {
  readonly sheet: DataSheet
  readonly local: LocalPort
  readonly echo: EchoPort
  readonly state: StatePort
  protected theta: Float64Array
  protected slot = 0
  protected readonly bracket: number
  protected readonly learns: boolean
  readonly #options: Required<Omit<WavesOptions, 'learning'>>
  readonly #actions: Readings
  readonly #injection: Port
  readonly #draws: Draws

  constructor(options: WavesOptions = {}) {
    const { learning, ...rest } = options
    this.#options = {
      stepped: false,
      noise: 0,
      repeatable: true,
      seed: 1,
      loss: 0,
      maxFrames: 6,
      delay: 0,
      ...rest,
    }
    const { stepped, noise, repeatable, seed, maxFrames } = this.#options
    this.learns = learning !== undefined
    this.bracket = learning ?? 1
    const step = stepped ? 2 ** -14 : 0
    const coupling = { unit: '1', min: 0, max: 2, step, safe: 1, slew: Number.POSITIVE_INFINITY }
    const field = { unit: '1', min: -1, max: 1, step }
    this.sheet = dataSheet({
      machine: 'waves',
      kind: 'simulator',
      identity: `${MODES} oscillators`,
      banks: [{ ...coupling, name: 'k', width: COUPLINGS }],
      drive: { ...field, width: DRIVEN },
      sense: { ...field, min: -4, max: 4, width: READ, noise },
      maxSlots: 64,
      slotSeconds: 1e-3,
      repeatable,
      settings: { learning: learning ?? 'none' },
    })
    this.theta = new Float64Array(COUPLINGS).fill(coupling.safe)
    this.#draws = draws(seed, STREAM.readNoise)
    this.#actions = { unit: 's', min: -64, max: 64, step, noise, width: COUPLINGS }
    this.#injection = { ...field, width: READ }
    this.local = {
      reads: 'action',
      sense: this.#actions,
      read: (block, into, local, opts) => this.exchange(opts, () => this.run(block, into, local)),
    }
    this.echo = {
      injection: this.#injection,
      maxFrames,
      ...(learning && { learning: this.learningField() }),
      launch: (drive, opts) => this.exchange(opts, () => this.launched(drive)),
    }
    this.state = {
      snapshot: async () => new Uint8Array(Float64Array.of(this.slot, ...this.theta).buffer),
      restore: async (bytes, theta) => {
        const [slot, ...values] = new Float64Array(bytes.slice().buffer)
        this.slot = slot
        this.theta.set(values)
        theta.set(values)
      },
    }
  }

  async store(theta: Float64Array, opts?: CallOptions): Promise<void> {
    await this.exchange(opts, () => this.keep(theta))
  }

  measure(block: Block, into: Float64Array, opts?: CallOptions): Promise<Receipt> {
    return this.exchange(opts, () => this.run(block, into))
  }

  async [Symbol.asyncDispose](): Promise<void> {}

  protected learningField(): LearningField {
    return {
      bracket: this.bracket,
      gain: GAIN,
      read: async (theta) => theta.set(this.theta),
    }
  }

  /** Takes the machine's time, then works; an abort ends it early. */
  protected async exchange<T>({ signal }: CallOptions = {}, work: () => T): Promise<T> {
    const { delay } = this.#options
    if (delay > 0) await setTimeout(delay, undefined, signal && { signal }).catch(() => signal?.throwIfAborted())
    return work()
  }

  protected keep(theta: Float64Array): void {
    this.theta = theta.map((value) => rounded(value, this.sheet.banks[0]))
  }

  /** A block: every slot is a wave of its own, from rest. */
  protected run(block: LoadedBlock, into: Float64Array, local?: Float64Array): Receipt {
    const from = this.slot
    const delta = block.delta && expandDense(block.delta, block.slots, this.sheet)
    for (let t = 0; t < block.slots; t++, this.slot++) {
      const field = this.rest()
      if (delta !== undefined) {
        const row = Math.floor(t / delta.hold) * COUPLINGS
        for (let i = 0; i < COUPLINGS; i++)
          field.theta[i] = rounded(field.theta[i] + delta.data[row + i], this.sheet.banks[0])
      }
      const row = Math.floor(t / block.drive.hold) * DRIVEN
      this.add(field, block.drive.data.subarray(row, row + DRIVEN))
      const action = this.evolve(field)
      this.readOut(field, into.subarray(t * READ, (t + 1) * READ))
      local?.set(this.actionsOf(action, this.slot), t * COUPLINGS)
    }
    return this.receipt(from)
  }

  protected launched(drive: Float64Array): Flight {
    const frames = drive.length / DRIVEN
    const from = this.slot
    const field = this.rest()
    const output = new Float64Array(frames * READ)
    const action = new Float64Array(COUPLINGS)
    const passage = { drive, frames, field, start: this.theta.slice() }
    for (let f = 0; f < frames; f++, this.slot++) {
      this.add(field, this.driveRow(passage, f))
      addTo(action, this.evolve(field))
      this.readOut(field, output.subarray(f * READ, (f + 1) * READ))
    }
    const copies = this.#options.noise === 0
    return {
      output,
      receipt: this.receipt(from),
      local: this.actionsOf(action, from),
      echo: (injection, opts = {}) => this.exchange(opts, () => this.echoed(passage, injection, opts)),
      ...(copies && { both: (injection: Float64Array, opts?: CallOptions) => this.#both(passage, injection, opts) }),
      [Symbol.asyncDispose]: async () => this.dropped(passage),
    }
  }

  #both(passage: Passage, injection: Float64Array, opts?: CallOptions): Promise<readonly [Echo, Echo]> {
    const copy = { ...passage, field: copied(passage.field) }
    const opposite = injection.map((value) => -value)
    return this.exchange(opts, () => [this.echoed(passage, injection, {}), this.echoed(copy, opposite, {})] as const)
  }

  protected dropped(_passage: Passage): void {}

  protected echoed(passage: Passage, injection: Float64Array, { decay }: EchoOptions): Echo {
    const { frames, field } = passage
    const from = this.slot
    const returned = new Float64Array(DRIVEN)
    const conjugate = new Float64Array(frames * DRIVEN)
    const action = new Float64Array(COUPLINGS)
    this.reverse(field)
    for (let f = frames - 1; f >= 0; f--, this.slot++) {
      this.inject(field, this.injectionRow(injection, f))
      addTo(action, this.evolve(field))
      conjugate.set(this.conjugates(field), f * DRIVEN)
      if (f > 0) this.takeAway(field, this.driveRow(passage, f))
    }
    this.reverse(field)
    returned.set(this.cameBack(passage))
    if (decay !== undefined) this.decayed(field, decay === 'mirrored' ? -GAIN : GAIN)
    const noisy = (values: Float64Array, channel: number) => values.map((v, i) => v + this.noise(channel + i))
    return {
      receipt: this.receipt(from),
      returned: noisy(returned, 16),
      conjugate: noisy(conjugate, 32),
      local: this.actionsOf(action, from),
    }
  }

  /** Friction turns the momentum of the learning field into a shift. */
  protected decayed({ theta, momentum }: Moment, gain: number): void {
    const [{ min, max }] = this.sheet.banks
    this.theta = theta.map((value, i) => Math.min(max, Math.max(min, value + gain * momentum[i])))
  }

  protected rest(): Moment {
    const zero = () => new Float64Array(MODES)
    return { q: zero(), p: zero(), theta: this.theta.slice(), momentum: new Float64Array(COUPLINGS) }
  }

  protected driveRow({ drive }: Passage, frame: number): Float64Array {
    return drive.subarray(frame * DRIVEN, (frame + 1) * DRIVEN)
  }

  protected injectionRow(injection: Float64Array, frame: number): Float64Array {
    return injection.subarray(frame * READ, (frame + 1) * READ)
  }

  protected add({ q, p }: Moment, drive: Float64Array): void {
    q[0] += rounded(drive[0], this.sheet.drive)
    p[1] += rounded(drive[1], this.sheet.drive)
  }

  /** In reversed time, where momenta point the other way. */
  protected takeAway({ q, p }: Moment, drive: Float64Array): void {
    q[0] -= rounded(drive[0], this.sheet.drive)
    p[1] += rounded(drive[1], this.sheet.drive)
  }

  /** A pulse of energy -injection . reading just before the reversal, seen just after it. */
  protected inject({ q, p }: Moment, injection: Float64Array): void {
    p[3] -= this.bracket * rounded(injection[0], this.#injection)
    q[2] -= this.bracket * rounded(injection[1], this.#injection)
  }

  /** p / bracket of what adds to q and -q / bracket of what adds to p, in the sense of the way out. */
  protected conjugates({ q, p }: Moment): Float64Array {
    return Float64Array.of(-p[0] / this.bracket, -q[1] / this.bracket)
  }

  /** The driven channels as they were when the first row had been added. */
  protected cameBack({ field }: Passage): Float64Array {
    return Float64Array.of(field.q[0], field.p[1])
  }

  protected reverse({ p, momentum }: Moment): void {
    for (let j = 0; j < MODES; j++) p[j] = -p[j]
    for (let i = 0; i < COUPLINGS; i++) momentum[i] = -momentum[i]
  }

  /** One frame; gives the integrals of dH / d theta. */
  protected evolve(field: Moment): Float64Array {
    const { q, p, theta, momentum } = field
    const b = this.bracket
    const action = new Float64Array(COUPLINGS)
    const drift = this.learns ? (b * DRIFT * DT) / 2 : 0
    const kept = Math.exp(-this.#options.loss * DT)
    for (let n = 0; n < STEPS; n++) {
      for (let j = 0; j < MODES; j++) q[j] += (b * DT * p[j]) / 2
      for (let i = 0; i < COUPLINGS; i++) theta[i] += drift * momentum[i]
      for (let j = 0; j < MODES; j++) {
        const right = j < COUPLINGS ? theta[j] * (q[j + 1] - q[j]) : 0
        const left = j > 0 ? theta[j - 1] * (q[j] - q[j - 1]) : 0
        p[j] = kept * (p[j] + b * DT * (right - left - q[j] - q[j] ** 3))
      }
      for (let i = 0; i < COUPLINGS; i++) {
        const slope = (q[i + 1] - q[i]) ** 2 / 2
        action[i] += DT * slope
        if (this.learns) momentum[i] -= b * DT * slope
      }
      for (let i = 0; i < COUPLINGS; i++) theta[i] += drift * momentum[i]
      for (let j = 0; j < MODES; j++) q[j] += (b * DT * p[j]) / 2
    }
    return action
  }

  protected readOut({ q, p }: Moment, into: Float64Array): void {
    const { sense } = this.sheet
    into[0] = held(q[3] + this.noise(0), sense)
    into[1] = held(p[2] + this.noise(1), sense)
  }

  protected actionsOf(action: Float64Array, slot: number): Float64Array {
    return action.map((value, i) => held(value + this.noise(READ + i, slot), this.#actions))
  }

  /** Noise of a reading in a slot; `channel` tells readings of one slot apart. */
  protected noise(channel: number, slot = this.slot): number {
    const { noise } = this.#options
    return noise === 0 ? 0 : noise * this.#draws.normal(slot * 64 + channel)
  }

  protected receipt(from: number): Receipt {
    const { slotSeconds } = this.sheet
    const times = { startedAt: from * slotSeconds, endedAt: this.slot * slotSeconds }
    return { slots: this.slot - from, clipped: 0, retries: 0, saturated: 0, ...times }
  }
}

export function copied({ q, p, theta, momentum }: Moment): Moment {
  return { q: q.slice(), p: p.slice(), theta: theta.slice(), momentum: momentum.slice() }
}

function addTo(sum: Float64Array, values: Float64Array): void {
  for (let i = 0; i < sum.length; i++) sum[i] += values[i]
}

function rounded(value: number, { step }: Port): number {
  return step === 0 ? value : Math.round(value / step) * step
}

function held(value: number, port: Port): number {
  return Math.min(port.max, Math.max(port.min, rounded(value, port)))
}
