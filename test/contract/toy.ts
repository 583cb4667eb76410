import { createCode } from '../../src/codes/code.ts'
import { expandDense, perParameter } from '../../src/codes/expand.ts'
import type { Backend, CallOptions, Receipt } from '../../src/contract/backend.ts'
import type { Block, Code } from '../../src/contract/block.ts'
import { type CodePort, type LearnJob, type LearnPort, learnSlots, type StatePort } from '../../src/contract/facets.ts'
import { type DataSheet, dataSheet } from '../../src/contract/sheet.ts'
import { type Draws, draws } from '../../src/random/draws.ts'
import { STREAM } from '../../src/random/streams.ts'

export interface ToyOptions {
  readonly inputs?: number
  readonly outputs?: number
  /** Step of parameters, drive and sense; continuous if 0. */
  readonly step?: number
  /** Standard deviation of a reading. */
  readonly noise?: number
  readonly repeatable?: boolean
  readonly maxSlots?: number
  /** Milliseconds every exchange takes; 0 computes at once. */
  readonly delay?: number
  readonly seed?: number
}

/** Readings y = W x + b, in volts: the smallest machine with every facet, for the tests of the contract itself. */
export class Toy implements Backend {
  readonly sheet: DataSheet
  readonly codes: CodePort
  readonly learn: LearnPort
  readonly state: StatePort
  readonly calls: string[] = []
  protected theta: Float64Array
  protected slot = 0
  protected closed = false
  readonly #noise: Draws
  readonly #options: Required<ToyOptions>

  constructor(options: ToyOptions = {}) {
    this.#options = {
      inputs: 3,
      outputs: 2,
      step: 0,
      noise: 0,
      repeatable: true,
      maxSlots: 64,
      delay: 0,
      seed: 1,
      ...options,
    }
    const { inputs, outputs, step, noise, repeatable, maxSlots } = this.#options
    const bank = { unit: 'V', min: -4, max: 4, step, safe: 0, slew: Number.POSITIVE_INFINITY }
    this.sheet = dataSheet({
      machine: 'toy',
      kind: 'simulator',
      identity: `${inputs}-${outputs}`,
      banks: [
        { ...bank, name: 'w', width: inputs * outputs },
        { ...bank, name: 'b', width: outputs, max: 2, min: -2 },
      ],
      drive: { width: inputs, unit: 'V', min: -1, max: 1, step },
      sense: { width: outputs, unit: 'V', min: -32, max: 32, step, noise },
      maxSlots,
      slotSeconds: 1e-3,
      repeatable,
      settings: {},
    })
    this.theta = new Float64Array(inputs * outputs + outputs)
    this.#noise = draws(this.#options.seed, STREAM.readNoise)
    this.codes = {
      families: ['random', 'walsh', 'sequential', 'sinusoid'],
      apply: (code, coefficients, theta) => this.apply(code, coefficients, theta),
    }
    this.learn = { run: (job, costs, theta) => this.learning(job, costs, theta) }
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
    this.calls.push('store')
    await this.wait(opts)
    this.keep(theta)
  }

  async measure(block: Block, into: Float64Array, opts?: CallOptions): Promise<Receipt> {
    this.calls.push('measure')
    await this.wait(opts)
    return this.run(block, into)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.closed = true
  }

  protected keep(theta: Float64Array): void {
    this.theta = theta.map((value) => this.rounded(value))
  }

  protected run(block: Block, into: Float64Array): Receipt {
    const from = this.slot
    const dense = block.delta && this.dense(block)
    const { inputs, outputs } = this.#options
    const theta = this.theta.slice()
    for (let t = 0; t < block.slots; t++, this.slot++) {
      if (dense !== undefined) this.perturb(theta, dense.data, Math.floor(t / dense.hold))
      const row = Math.floor(t / block.drive.hold) * inputs
      for (let o = 0; o < outputs; o++) {
        let y = theta[inputs * outputs + o]
        for (let j = 0; j < inputs; j++) y += theta[j * outputs + o] * this.rounded(block.drive.data[row + j])
        into[t * outputs + o] = this.reading(y, o)
      }
    }
    return this.receipt(block.slots, from)
  }

  /** theta becomes the stored values plus row `row` of the delta. */
  protected perturb(theta: Float64Array, delta: Float64Array, row: number): void {
    for (let i = 0; i < theta.length; i++) theta[i] = this.rounded(this.theta[i] + delta[row * theta.length + i])
  }

  protected reading(value: number, output: number): number {
    const { noise, outputs } = this.#options
    return this.rounded(noise === 0 ? value : value + noise * this.#noise.normal(this.slot * outputs + output))
  }

  protected dense(block: Block): { readonly data: Float64Array; readonly hold: number } {
    return expandDense(block.delta as Code, block.slots, this.sheet)
  }

  protected receipt(slots: number, from: number): Receipt {
    const seconds = this.sheet.slotSeconds
    return {
      slots,
      clipped: 0,
      retries: 0,
      saturated: 0,
      startedAt: from * seconds,
      endedAt: (from + slots) * seconds,
    }
  }

  protected rounded(value: number): number {
    const { step } = this.#options
    return step === 0 ? value : Math.round(value / step) * step
  }

  /** Takes the machine's time; an abort ends it early. */
  protected async wait(opts?: CallOptions): Promise<void> {
    if (this.#options.delay === 0) return
    await new Promise<void>((resolve, reject) => {
      const stop = () => {
        clearTimeout(timer)
        reject(opts?.signal?.reason)
      }
      const timer = setTimeout(() => {
        opts?.signal?.removeEventListener('abort', stop)
        resolve()
      }, this.#options.delay)
      opts?.signal?.addEventListener('abort', stop, { once: true })
    })
  }

  protected async apply(code: Code, coefficients: Float64Array, theta: Float64Array): Promise<Receipt> {
    const { data } = expandDense({ ...code, hold: 1, pairing: 'single' }, coefficients.length, this.sheet)
    const sum = this.theta.slice()
    for (let k = 0; k < coefficients.length; k++) {
      for (let i = 0; i < sum.length; i++) sum[i] += coefficients[k] * data[k * sum.length + i]
    }
    this.keep(sum)
    theta.set(this.theta)
    return this.receipt(0, this.slot)
  }

  /** The baseline is measured again when the sample or the parameters have changed. */
  protected baselineDue(step: number, job: LearnJob): boolean {
    return step % job.hold === 0 || step % job.updateEvery === 0
  }

  /** The chip's own version of the rule: it works on one window at a time, with increments kept aside. */
  protected async learning(job: LearnJob, costs: Float64Array, theta: Float64Array): Promise<Receipt> {
    const from = this.slot
    const params = this.theta.length
    const { inputs, outputs } = this.#options
    const amplitude = perParameter(this.sheet, job.code.amplitudes)
    const source = createCode(job.code.family, job.code.seed, params)
    const share = { random: 1, walsh: 1, sinusoid: 0.5, sequential: 1 / params }[job.code.family]
    const norm2 = share * amplitude.reduce((sum, a) => sum + a * a, 0)
    const exact = this.theta.slice()
    const increment = new Float64Array(params)
    const s = new Float64Array(params)
    const mse = (row: number, perturbed: boolean) => {
      const data = job.drive.subarray(row * inputs, (row + 1) * inputs)
      const drive = { kind: 'track', data, hold: 1 } as const
      const into = new Float64Array(outputs)
      const delta = { kind: 'track', data: s.map((value, i) => value * amplitude[i]), hold: 1 } as const
      this.run(perturbed ? { slots: 1, drive, delta } : { slots: 1, drive }, into)
      return into.reduce((sum, y, o) => sum + (y - job.target[row * outputs + o]) ** 2 / outputs, 0)
    }
    costs.fill(0)
    let c0 = 0
    for (let step = 0; step < job.rows * job.hold; step++) {
      const row = Math.floor(step / job.hold)
      if (this.baselineDue(step, job)) c0 = mse(row, false)
      source.fill(job.code.first + step, s)
      const gain = (job.rate * (mse(row, true) - c0)) / norm2
      for (let i = 0; i < params; i++) increment[i] += gain * s[i] * amplitude[i]
      costs[row] += c0 / job.hold
      if ((step + 1) % job.updateEvery > 0) continue
      for (let i = 0; i < params; i++) exact[i] -= increment[i]
      increment.fill(0)
      this.keep(exact)
    }
    theta.set(this.theta)
    return this.receipt(learnSlots(job), from)
  }
}
