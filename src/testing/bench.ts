import type { Backend, CallOptions } from '../contract/backend.ts'
import type { Block } from '../contract/block.ts'
import type { AttachOptions, CheckedDevice } from '../contract/device.ts'
import { attach } from '../contract/device.ts'
import type { Facets } from '../contract/facets.ts'
import { type DataSheet, nameOf, type Port } from '../contract/sheet.ts'
import { InsituError } from '../errors.ts'
import { Inputs } from './inputs.ts'

/** Any backend, its facets known only at run time. */
export type AnyBackend = Backend & Partial<Facets>

/** The checked handle of such a backend. */
export type AnyDevice = CheckedDevice & Partial<Facets>

/** Gives a machine in its first state: same seed, safe values, clock at its start. */
export type Factory = () => AnyBackend | Promise<AnyBackend>

/** Puts something between a machine and its checked handle. */
export type Change = (backend: AnyBackend) => AnyBackend

export interface EchoLawOptions {
  /** Frames of a typical passage (default 3, and no more than the machine takes). */
  readonly frames?: number
  /**
   * Size of injections, in the unit of their port (default about a thousandth of the way from zero to its limits). Small
   * enough that the machine answers in proportion, large enough to stand out of its noise.
   */
  readonly injection?: number
  /** Part of the largest value by which what an undisturbed echo brings back may miss what was sent out (default 1e-9). */
  readonly returns?: number
  /** Part by which gradients from echoes may miss those by differences (default 0.001). */
  readonly relative?: number
}

export interface LawOptions {
  /** Laws left out, by name, each with its reason. */
  readonly skip?: Readonly<Record<string, string>>
  /** Seed of all test values (default 1). */
  readonly seed?: number
  /** Part of each bank's range that test parameters cover (default 0.1), one for all banks or one for each. */
  readonly spread?: number | readonly number[]
  /** What test parameters lie around, one value per bank (default its safe value): for machines that do nothing there. */
  readonly centre?: readonly number[]
  /** Slots of a typical block (default 12; at least 8). */
  readonly slots?: number
  /**
   * Readings behind every mean (default 64), in two places. On a machine that is not repeatable, each way of a comparison
   * is run so many times and the means are compared. Where readings are noisy, repeatable or not, the laws of loads hold
   * each load for so many slots of one block and take the mean over these.
   */
  readonly repeats?: number
  /** Standard errors a mean may be off before a law counts as broken (default 5). */
  readonly sigmas?: number
  /** Largest part the observed slot time may differ from `slotSeconds` (default 0.25). */
  readonly slotTolerance?: number
  /** Part of the way from zero to its limits that loads on the outputs go (default 0.1). */
  readonly loadPart?: number
  /** Part by which a machine that is not linear may miss reciprocity and the product rule at such loads (default 0.01). */
  readonly relative?: number
  /** What the laws of echoes ask of the machine; the defaults are made for one without loss and noise, in float64. */
  readonly echo?: EchoLawOptions
  /**
   * The machine remembers nothing but its parameters, so one opened instance serves until a law closes it.
   * Saves opening a slow board twice per law; wrong for machines with drift or seeded noise.
   */
  readonly reuse?: boolean
}

/** Where laws get their machines and test values from. */
export class Bench {
  readonly sheet: DataSheet
  readonly facets: Partial<Facets>
  readonly options: LawOptions
  readonly #factory: Factory
  #kept: AnyBackend | undefined

  private constructor(factory: Factory, first: AnyBackend, options: LawOptions) {
    this.#factory = factory
    this.options = options
    this.sheet = first.sheet
    const { adjoint, codes, echo, learn, local, state, taps } = first
    this.facets = {
      ...(adjoint && { adjoint }),
      ...(codes && { codes }),
      ...(echo && { echo }),
      ...(learn && { learn }),
      ...(local && { local }),
      ...(state && { state }),
      ...(taps && { taps }),
    }
    this.#kept = first
  }

  /** Opens one machine to learn what it is. */
  static async open(factory: Factory, options: LawOptions = {}): Promise<Bench> {
    return new Bench(factory, await factory(), options)
  }

  get slots(): number {
    return Math.min(this.options.slots ?? 12, this.sheet.maxSlots)
  }

  /** The port of the facet `adjoint`; only laws of machines that have it ask. */
  get load(): Port {
    if (this.facets.adjoint === undefined)
      throw new InsituError('CAPABILITY', `${nameOf(this.sheet)} takes no load on its outputs`)
    return this.facets.adjoint.load
  }

  get loadPart(): number {
    return this.options.loadPart ?? 0.1
  }

  get relative(): number {
    return this.options.relative ?? 0.01
  }

  get repeats(): number {
    return this.options.repeats ?? 64
  }

  get sigmas(): number {
    return this.options.sigmas ?? 5
  }

  /** Test values; every call starts the same sequence again. `spread` as in the options. */
  inputs(spread: number | readonly number[] = this.options.spread ?? 0.1): Inputs {
    return new Inputs(this.sheet, this.options.seed ?? 1, spread, this.options.centre)
  }

  /** Runs `work` on a machine in its first state, then closes it, also when `work` fails. */
  async raw<T>(work: (backend: AnyBackend) => Promise<T>): Promise<T> {
    const backend = await this.#take()
    try {
      const result = await work(backend)
      if (this.options.reuse) this.#kept = backend
      else await backend[Symbol.asyncDispose]()
      return result
    } catch (error) {
      await closeQuietly(backend)
      throw error
    }
  }

  /** The same with the checked handle in front; `change` may replace the backend first. */
  device<T>(work: (device: AnyDevice) => Promise<T>, options: AttachOptions = {}, change?: Change): Promise<T> {
    return this.devices(([device]) => work(device), options, change)
  }

  /** The same with one handle of one machine for each of the changes, for calls by turns. */
  devices<T>(
    work: (devices: readonly AnyDevice[]) => Promise<T>,
    options: AttachOptions,
    ...changes: readonly (Change | undefined)[]
  ): Promise<T> {
    return this.raw(async (backend) => {
      const devices = changes.map((change): AnyDevice => attach(change?.(backend) ?? backend, options))
      if (this.options.reuse) await devices[0].store(this.inputs().safe())
      return work(devices)
    })
  }

  /** Runs `work` on a machine that `work` itself closes. */
  async own<T>(work: (backend: AnyBackend) => Promise<T>): Promise<T> {
    const backend = await this.#take()
    try {
      return await work(backend)
    } finally {
      await closeQuietly(backend)
    }
  }

  /** Closes what is still open. */
  async close(): Promise<void> {
    const kept = this.#kept
    this.#kept = undefined
    await kept?.[Symbol.asyncDispose]()
  }

  async #take(): Promise<AnyBackend> {
    const kept = this.#kept
    this.#kept = undefined
    return kept ?? (await this.#factory())
  }
}

/** After a failure, which counts; a machine that cannot even be closed then adds nothing. */
async function closeQuietly(backend: AnyBackend): Promise<void> {
  try {
    await backend[Symbol.asyncDispose]()
  } catch {}
}

/** Measures a block into a new array. */
export async function readings(
  device: AnyDevice | AnyBackend,
  block: Block,
  opts?: CallOptions,
): Promise<Float64Array> {
  const into = new Float64Array(block.slots * device.sheet.sense.width)
  await device.measure(block, into, opts)
  return into
}
