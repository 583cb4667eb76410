import { InputSpikes } from '../../../devices/neuromorphic-core/input-spikes.ts'
import { expandDense } from '../../../src/codes/expand.ts'
import type { Backend, Receipt } from '../../../src/contract/backend.ts'
import type { Block } from '../../../src/contract/block.ts'
import type { Facets, StatePort } from '../../../src/contract/facets.ts'
import { type DataSheet, dataSheet } from '../../../src/contract/sheet.ts'
import { draws } from '../../../src/random/draws.ts'
import { STREAM } from '../../../src/random/streams.ts'

export interface CounterOptions {
  readonly input?: 'spikes' | 'rates'
  readonly ticks?: number
  readonly lines?: number
  readonly outputs?: number
  readonly noise?: number
  readonly maxSlots?: number
  /** Step of the crossbar's numbers and of the readings; 1: they are bits and counts. A power of two. */
  readonly step?: number
  readonly seed?: number
}

/**
 * The smallest machine that takes spikes: an output counts those of the lines its bits connect it to, plus an offset. Bank
 * `crossbar`, line-major, and bank `offset`.
 */
export class Counter implements Backend {
  readonly sheet: DataSheet
  readonly state: StatePort
  /** Blocks that ran. */
  runs = 0
  readonly #options: Required<CounterOptions>
  #theta: Float64Array
  #slot = 0

  constructor(options: CounterOptions = {}) {
    const all = {
      input: 'spikes',
      ticks: 3,
      lines: 5,
      outputs: 2,
      noise: 0,
      maxSlots: 64,
      step: 1,
      seed: 1,
      ...options,
    } as const
    const { input, ticks, lines, outputs, noise, maxSlots, step } = all
    this.#options = all
    const bank = { unit: '1', safe: 0, slew: Number.POSITIVE_INFINITY }
    const spikes = input === 'spikes'
    this.sheet = dataSheet({
      machine: 'counter',
      kind: 'simulator',
      identity: `${lines}-${outputs}`,
      banks: [
        { ...bank, name: 'crossbar', width: lines * outputs, min: 0, max: 1, step },
        { ...bank, name: 'offset', width: outputs, min: -256, max: 255, step: 1 },
      ],
      drive: { width: spikes ? ticks * lines : lines, unit: '1', min: 0, max: 1, step: spikes ? 1 : 0 },
      sense: { width: outputs, unit: '1', min: -400, max: 400 + ticks * lines, step, noise },
      maxSlots,
      // It takes hardly any time; the host waits for an answer accordingly.
      slotSeconds: 1e-6,
      repeatable: true,
      settings: { input, ticks, lines },
    })
    this.#theta = new Float64Array(outputs * (lines + 1))
    this.state = {
      snapshot: async () => new Uint8Array(Float64Array.of(this.#slot, ...this.#theta).buffer),
      restore: async (bytes, theta) => {
        const [slot, ...values] = new Float64Array(bytes.slice().buffer)
        this.#slot = slot
        this.#theta.set(values)
        theta.set(values)
      },
    }
  }

  async store(theta: Float64Array): Promise<void> {
    this.#theta = this.#resolved(theta)
  }

  async measure({ slots, drive, delta }: Block, into: Float64Array): Promise<Receipt> {
    const { input, ticks, lines, outputs, noise, seed, step } = this.#options
    const { slotSeconds } = this.sheet
    const from = this.#slot
    const source = new InputSpikes(seed, ticks)
    const shaken = draws(seed, STREAM.readNoise)
    const spikes = new Uint8Array(lines)
    const dense = delta && expandDense(delta, slots, this.sheet)
    this.runs++
    for (let s = 0; s < slots; s++, this.#slot++) {
      const row = Math.floor(s / drive.hold) * this.sheet.drive.width
      const theta = this.#theta.slice()
      if (dense !== undefined) {
        const at = Math.floor(s / dense.hold) * theta.length
        for (let i = 0; i < theta.length; i++) theta[i] += dense.data[at + i]
      }
      const held = this.#resolved(theta)
      const sums = Float64Array.from({ length: outputs }, (_, o) => held[lines * outputs + o])
      for (let tick = 0; tick < ticks; tick++) {
        if (input === 'rates') source.draw(this.#slot, tick, drive.data, row, lines, spikes, 0)
        else for (let l = 0; l < lines; l++) spikes[l] = drive.data[row + tick * lines + l] >= 0.5 ? 1 : 0
        for (let l = 0; l < lines; l++)
          if (spikes[l] === 1) for (let o = 0; o < outputs; o++) sums[o] += held[l * outputs + o]
      }
      for (let o = 0; o < outputs; o++)
        into[s * outputs + o] = rounded(sums[o] + noise * shaken.normal(this.#slot * outputs + o), step)
    }
    const receipt = { slots, clipped: 0, retries: 0, saturated: 0 }
    return { ...receipt, startedAt: from * slotSeconds, endedAt: this.#slot * slotSeconds }
  }

  async [Symbol.asyncDispose](): Promise<void> {}

  #resolved(theta: Float64Array): Float64Array {
    const { lines, outputs, step } = this.#options
    return theta.map((value, i) => rounded(value, i < lines * outputs ? step : 1))
  }
}

const rounded = (value: number, step: number) => Math.floor(value / step + 0.5) * step

export type AnyMachine = Backend & Partial<Facets>
