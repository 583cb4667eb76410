import { setTimeout } from 'node:timers/promises'
import { expandDense } from '../../src/codes/expand.ts'
import type { Backend, CallOptions, Receipt } from '../../src/contract/backend.ts'
import type { Block } from '../../src/contract/block.ts'
import type { StatePort, TapPort } from '../../src/contract/facets.ts'
import { type DataSheet, dataSheet, type Readings } from '../../src/contract/sheet.ts'
import { type Draws, draws } from '../../src/random/draws.ts'
import { STREAM } from '../../src/random/streams.ts'

export interface StagesOptions {
  /** Every port has a step; continuous otherwise. */
  readonly stepped?: boolean
  /** Standard deviation of a reading, in volts. */
  readonly noise?: number
  readonly repeatable?: boolean
  readonly seed?: number
  /** Part of the readings between layers that is lost at random. */
  readonly lost?: number
  /** Milliseconds every exchange takes; 0 computes at once. */
  readonly delay?: number
}

const INPUTS = 2
/** Signals of every stage; the last are the outputs. */
const STAGES = [3, 2, 1]
/** Readings between the stages in one slot, and all readings. */
export const TAPS = 5
const ALL = 6
const PARAMS = 2 * 3 + 3 * 2 + 2 * 1

/** Steps of what is set and of what is read, in V: all ranges fit 16 bits. */
const STEP = { set: 2 ** -10, read: 2 ** -8 }

/**
 * Three linear stages in a row, in volts, read between them: the smallest machine with the facet `taps`. What the second stage
 * gives is read in millivolts.
 */
export class Stages implements Backend {
  readonly sheet: DataSheet
  readonly taps: TapPort
  readonly state: StatePort
  protected theta = new Float64Array(PARAMS)
  protected slot = 0
  readonly #noise: Draws
  readonly #losses: Draws
  readonly #lost: number
  readonly #delay: number
  /** What the readers are, whatever the facet says. */
  readonly #readers: readonly Readings[]

  constructor({ stepped = false, noise = 0, repeatable = true, seed = 1, lost = 0, delay = 0 }: StagesOptions = {}) {
    const step = stepped ? STEP : { set: 0, read: 0 }
    const range = { unit: 'V', min: -1, max: 1, step: step.set }
    const gain = { ...range, min: -8, max: 8 }
    this.sheet = dataSheet({
      machine: 'stages',
      kind: 'simulator',
      identity: [INPUTS, ...STAGES].join('-'),
      banks: [{ ...gain, name: 'w', width: PARAMS, safe: 0, slew: Number.POSITIVE_INFINITY }],
      drive: { ...range, width: INPUTS },
      sense: { unit: 'V', min: -64, max: 64, step: step.read, width: 1, noise },
      maxSlots: 1024,
      slotSeconds: 1e-3,
      repeatable,
      settings: { stepped },
    })
    this.#noise = draws(seed, STREAM.readNoise)
    this.#losses = draws(seed, STREAM.markerDropout)
    this.#lost = lost
    this.#delay = delay
    const { sense } = this.sheet
    const milli = {
      unit: 'mV',
      min: 1000 * sense.min,
      max: 1000 * sense.max,
      step: 1000 * step.read,
      noise: 1000 * noise,
    }
    this.#readers = [
      { ...sense, width: 3 },
      { ...milli, width: 2 },
    ]
    this.taps = { layers: this.#readers, read: (block, into, taps, opts) => this.exchange(block, into, taps, opts) }
    this.state = {
      snapshot: async () => this.save(),
      restore: async (bytes, theta) => {
        this.load(bytes)
        theta.set(this.theta)
      },
    }
  }

  async store(theta: Float64Array, _opts?: CallOptions): Promise<void> {
    this.theta = theta.map((value) => rounded(value, this.sheet.banks[0].step))
  }

  measure(block: Block, into: Float64Array, opts?: CallOptions): Promise<Receipt> {
    return this.exchange(block, into, undefined, opts)
  }

  async [Symbol.asyncDispose](): Promise<void> {}

  protected save(): Uint8Array {
    return new Uint8Array(Float64Array.of(this.slot, ...this.theta).buffer)
  }

  protected load(bytes: Uint8Array): void {
    const [slot, ...theta] = new Float64Array(bytes.slice().buffer)
    this.slot = slot
    this.theta = Float64Array.from(theta)
  }

  /** Takes the machine's time, then does what a block asks for; an abort ends it early. */
  protected async exchange(
    block: Block,
    into: Float64Array,
    taps?: Float64Array,
    { signal }: CallOptions = {},
  ): Promise<Receipt> {
    if (this.#delay > 0)
      await setTimeout(this.#delay, undefined, signal && { signal }).catch(() => signal?.throwIfAborted())
    return this.run(block, into, taps)
  }

  protected run(block: Block, into: Float64Array, taps?: Float64Array): Receipt {
    const { slotSeconds, banks } = this.sheet
    const from = this.slot
    const delta = block.delta && expandDense(block.delta, block.slots, this.sheet)
    for (let t = 0; t < block.slots; t++, this.slot++) {
      const theta = this.theta.slice()
      if (delta !== undefined) {
        const row = Math.floor(t / delta.hold) * PARAMS
        for (let i = 0; i < PARAMS; i++) theta[i] = rounded(theta[i] + delta.data[row + i], banks[0].step)
      }
      const [first, second, last] = this.signals(theta, block, t)
      into[t] = this.reading(last[0], this.sheet.sense, TAPS)
      if (taps === undefined) continue
      for (let i = 0; i < 3; i++) taps[t * TAPS + i] = this.reading(first[i], this.#readers[0], i)
      for (let i = 0; i < 2; i++) taps[t * TAPS + 3 + i] = this.reading(1000 * second[i], this.#readers[1], 3 + i)
      for (let i = 0; i < TAPS; i++)
        if (this.#losses.uniform(this.slot * TAPS + i) < this.#lost) taps[t * TAPS + i] = Number.NaN
    }
    const times = { startedAt: from * slotSeconds, endedAt: this.slot * slotSeconds }
    return { slots: block.slots, clipped: 0, retries: 0, saturated: 0, ...times }
  }

  /** What every stage gives in slot `t`, in volts. */
  protected signals(theta: Float64Array, { drive }: Block, t: number): readonly Float64Array[] {
    const row = Math.floor(t / drive.hold) * INPUTS
    let signal = drive.data.slice(row, row + INPUTS).map((value) => rounded(value, this.sheet.drive.step))
    let w = 0
    return STAGES.map((width) => {
      const next = new Float64Array(width)
      for (let o = 0; o < width; o++) for (const value of signal) next[o] += value * theta[w++]
      signal = next
      return next
    })
  }

  /** What a reader makes of a signal; `channel` tells the readers of a slot apart. */
  protected reading(value: number, { noise, step, min, max }: Readings, channel: number): number {
    const noisy = noise === 0 ? value : value + noise * this.#noise.normal(this.slot * ALL + channel)
    return Math.min(max, Math.max(min, rounded(noisy, step)))
  }
}

function rounded(value: number, step: number): number {
  return step === 0 ? value : Math.floor(value / step + 0.5) * step
}
