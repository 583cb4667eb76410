import { createCode } from '../../src/codes/code.ts'
import type { CallOptions, Receipt } from '../../src/contract/backend.ts'
import type { Block, Code, Delta } from '../../src/contract/block.ts'
import type { LearnJob } from '../../src/contract/facets.ts'
import type { DataSheet } from '../../src/contract/sheet.ts'
import { dataSheet } from '../../src/contract/sheet.ts'
import { pause } from '../../src/testing/laws/order.ts'
import { Toy, type ToyOptions } from './toy.ts'

/** Machines that break the contract in one way each: what a law is for is what it catches. */

/** Leaves the last reading of a block unwritten. */
export class ShortFill extends Toy {
  override async measure(block: Block, into: Float64Array, opts?: CallOptions): Promise<Receipt> {
    const last = into[into.length - 1]
    const receipt = await super.measure(block, into, opts)
    into[into.length - 1] = last
    return receipt
  }
}

/** Writes one number too many into the caller's memory. */
export class LongFill extends Toy {
  override async measure(block: Block, into: Float64Array, opts?: CallOptions): Promise<Receipt> {
    const receipt = await super.measure(block, into, opts)
    const beyond = into.byteOffset / 8 + into.length
    const memory = new Float64Array(into.buffer)
    if (beyond < memory.length) memory[beyond] = 0
    return receipt
  }
}

/** Reports the slots of the block before. */
export class StaleReceipt extends Toy {
  #before = 0
  protected override receipt(slots: number, from: number): Receipt {
    const receipt = { ...super.receipt(slots, from), slots: this.#before }
    this.#before = slots
    return receipt
  }
}

/** Answers a plausible number whatever it is asked. */
export class Deaf extends Toy {
  protected override reading(): number {
    return 0.25
  }
}

/** Keeps the first parameters it is given. */
export class FirstOnly extends Toy {
  #stored = false
  override async store(theta: Float64Array, opts?: CallOptions): Promise<void> {
    if (!this.#stored) await super.store(theta, opts)
    this.#stored = true
  }
}

/** Adds the last perturbation of a block to the stored parameters. */
export class Leaking extends Toy {
  protected override run(block: Block, into: Float64Array): Receipt {
    const receipt = super.run(block, into)
    if (block.delta !== undefined) {
      const { data } = this.dense(block)
      for (let i = 0; i < this.theta.length; i++) this.theta[i] += data[i]
    }
    return receipt
  }
}

/** A zero delta moves its operating point a little. */
export class Shifted extends Toy {
  protected override reading(value: number, output: number): number {
    return super.reading(value, output) + this.offset
  }
  private offset = 0
  protected override run(block: Block, into: Float64Array): Receipt {
    this.offset = block.delta === undefined ? 0 : 2 ** -10
    return super.run(block, into)
  }
}

/** Clips what perturbations may reach at half the stated range and says nothing. */
export class SilentClip extends Toy {
  protected override perturb(theta: Float64Array, delta: Float64Array, row: number): void {
    super.perturb(theta, delta, row)
    for (let i = 0; i < theta.length; i++) theta[i] = Math.min(2, Math.max(-2, theta[i]))
  }
}

/** Reads sign bits most significant first. */
export class MirroredSigns extends Toy {
  protected override dense(block: Block): { readonly data: Float64Array; readonly hold: number } {
    const { delta } = block
    if (delta?.kind !== 'signs') return super.dense(block)
    const reversed = delta.bits.map((byte) =>
      Number.parseInt(byte.toString(2).padStart(8, '0').split('').reverse().join(''), 2),
    )
    return super.dense({ ...block, delta: { ...delta, bits: reversed } })
  }
}

/** Takes the first drive row for the whole block when rows are held. */
export class IgnoresDriveHold extends Toy {
  protected override run(block: Block, into: Float64Array): Receipt {
    const width = this.sheet.drive.width
    const { drive } = block
    if (drive.hold === 1) return super.run(block, into)
    return super.run({ ...block, drive: { ...drive, data: drive.data.slice(0, width), hold: block.slots } }, into)
  }
}

/** Takes a new row of the delta every slot as long as rows last. */
export class IgnoresDeltaHold extends Toy {
  protected override perturb(theta: Float64Array, delta: Float64Array, row: number): void {
    super.perturb(theta, delta, row === 0 ? 0 : Math.min(row + 1, delta.length / theta.length - 1))
  }
}

/** Loses the second half of long blocks' parity: every block begins with a warm-up slot. */
export class WarmUp extends Toy {
  protected override run(block: Block, into: Float64Array): Receipt {
    const receipt = super.run(block, into)
    for (let o = 0; o < this.sheet.sense.width; o++) into[o] *= 0.5
    return receipt
  }
}

/** States more slots than it takes. */
export class Boastful extends Toy {
  override async measure(block: Block, into: Float64Array, opts?: CallOptions): Promise<Receipt> {
    if (block.slots > 48) throw new Error('the buffer is full')
    return super.measure(block, into, opts)
  }
}

/** Starts every code one index late. */
export class LateCode extends Toy {
  protected override dense(block: Block): { readonly data: Float64Array; readonly hold: number } {
    const { delta } = block
    if (delta?.kind !== 'code') return super.dense(block)
    return super.dense({ ...block, delta: { ...delta, first: (delta.first + 1) % 2 ** 31 } })
  }
}

/** Forgets the negative half of opposite pairs. */
export class Unpaired extends Toy {
  protected override dense(block: Block): { readonly data: Float64Array; readonly hold: number } {
    const { delta } = block
    return super.dense({ ...block, delta: (delta?.kind === 'code' ? { ...delta, pairing: 'single' } : delta) as Delta })
  }
}

/** Its code counter has 16 bits. */
export class ShortCounter extends Toy {
  protected override dense(block: Block): { readonly data: Float64Array; readonly hold: number } {
    const { delta } = block
    if (delta?.kind !== 'code' || delta.family !== 'random') return super.dense(block)
    return super.dense({ ...block, delta: { ...delta, first: delta.first % 65536 } })
  }
}

/** Applies codes with the wrong sign. */
export class WrongApply extends Toy {
  protected override apply(code: Code, coefficients: Float64Array, theta: Float64Array): Promise<Receipt> {
    return super.apply(
      code,
      coefficients.map((c) => -c),
      theta,
    )
  }
}

/** Applies codes but reports what it held before. */
export class StaleApply extends Toy {
  protected override async apply(code: Code, coefficients: Float64Array, theta: Float64Array): Promise<Receipt> {
    const before = this.theta.slice()
    const receipt = await super.apply(code, coefficients, theta)
    theta.set(before)
    return receipt
  }
}

/** Learns with a baseline that is not measured again when the parameters have moved. */
export class StaleBaseline extends Toy {
  protected override baselineDue(step: number, job: LearnJob): boolean {
    return step % job.hold === 0
  }
}

/** Takes twice the stated time for a slot. */
export class Slow extends Toy {
  protected override receipt(slots: number, from: number): Receipt {
    const { startedAt, endedAt, ...rest } = super.receipt(slots, from)
    return { ...rest, startedAt: 2 * startedAt, endedAt: 2 * endedAt }
  }
}

/** Normalises by the number of parameters once more (the factor P of the two published forms). */
export class OtherNormalisation extends Toy {
  protected override learning(job: LearnJob, costs: Float64Array, theta: Float64Array): Promise<Receipt> {
    return super.learning({ ...job, rate: job.rate / this.theta.length }, costs, theta)
  }
}

/** Learns with the amplitude of the first bank everywhere. */
export class OneAmplitude extends Toy {
  protected override learning(job: LearnJob, costs: Float64Array, theta: Float64Array): Promise<Receipt> {
    const [first, ...others] = job.code.amplitudes
    const code = { ...job.code, amplitudes: [first, ...others.map(() => first)] }
    return super.learning({ ...job, code }, costs, theta)
  }
}

/** Snapshots forget the clock, and with it the noise that comes next. */
export class Forgetful extends Toy {
  constructor(options: ToyOptions = {}) {
    super({ noise: 0.01, ...options })
    const { restore } = this.state
    Object.assign(this.state, {
      restore: async (bytes: Uint8Array, theta: Float64Array) => {
        const slot = this.slot
        await restore(bytes, theta)
        this.slot = slot
      },
    })
  }
}

/** Says that parameters are stored before they are. */
export class Hasty extends Toy {
  override async store(theta: Float64Array, opts?: CallOptions): Promise<void> {
    const values = theta.slice()
    pause(2).then(() => super.store(values, opts))
  }
}

/** Keeps the caller's array and reads it again later. */
export class Borrower extends Toy {
  protected override keep(theta: Float64Array): void {
    this.theta = theta
  }
}

/** Finishes what it was told to abort. */
export class Stubborn extends Toy {
  constructor(options: ToyOptions = {}) {
    super({ delay: 15, ...options })
  }
  protected override wait(): Promise<void> {
    return super.wait({})
  }
}

/** Gives its own error where the caller gave a reason. */
export class OwnReason extends Toy {
  constructor(options: ToyOptions = {}) {
    super({ delay: 15, ...options })
  }
  protected override async wait(opts?: CallOptions): Promise<void> {
    await super.wait(opts).catch(() => Promise.reject(new Error('cancelled')))
  }
}

/** The reply to an aborted exchange is taken for the reply to the next one. */
export class LateReply extends Toy {
  #stray: Float64Array | undefined
  constructor(options: ToyOptions = {}) {
    super({ delay: 15, ...options })
  }
  override async measure(block: Block, into: Float64Array, opts?: CallOptions): Promise<Receipt> {
    const stray = this.#stray
    this.#stray = undefined
    try {
      const receipt = await super.measure(block, into, opts)
      if (stray !== undefined) into.set(stray.subarray(0, into.length))
      return receipt
    } catch (error) {
      this.#stray = new Float64Array(into.length)
      this.run(block, this.#stray)
      throw error
    }
  }
}

/** Works no more after an abort. */
export class Jammed extends Toy {
  #jammed = false
  constructor(options: ToyOptions = {}) {
    super({ delay: 15, ...options })
  }
  protected override async wait(opts?: CallOptions): Promise<void> {
    if (this.#jammed) throw new Error('jammed')
    await super.wait(opts).catch((reason) => {
      this.#jammed = true
      throw reason
    })
  }
}

/** Cannot be closed twice. */
export class Brittle extends Toy {
  override async [Symbol.asyncDispose](): Promise<void> {
    if (this.closed) throw new Error('already closed')
    await super[Symbol.asyncDispose]()
  }
}

/** A toy with a sheet that is not true. */
export function misdescribed(change: (sheet: DataSheet) => Partial<DataSheet>, options: ToyOptions = {}): () => Toy {
  return () => {
    const toy = new Toy(options)
    return Object.defineProperty(toy, 'sheet', { value: dataSheet({ ...toy.sheet, ...change(toy.sheet) }) })
  }
}

/** A toy whose sheet can still be changed. */
export function thawed(): Toy {
  const toy = new Toy()
  return Object.defineProperty(toy, 'sheet', { value: { ...toy.sheet } })
}

/** A sinusoid from the sine of the phase instead of the table. */
export class RealSine extends Toy {
  protected override dense(block: Block): { readonly data: Float64Array; readonly hold: number } {
    const { delta } = block
    const exact = super.dense(block)
    if (delta?.kind !== 'code' || delta.family !== 'sinusoid') return exact
    const step = Math.PI / 2 ** 10
    return { ...exact, data: exact.data.map((value) => value * Math.cos(step)) }
  }
}

/** Walsh codes without the negation of every second cycle. */
export class NeverNegated extends Toy {
  protected override dense(block: Block): { readonly data: Float64Array; readonly hold: number } {
    const { delta } = block
    if (delta?.kind !== 'code' || delta.family !== 'walsh') return super.dense(block)
    const { length } = createCode('walsh', delta.seed, this.theta.length)
    return super.dense({ ...block, delta: { ...delta, first: delta.first % length } })
  }
}
