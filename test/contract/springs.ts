import { setTimeout } from 'node:timers/promises'
import { expandDense } from '../../src/codes/expand.ts'
import type { Backend, CallOptions, Receipt } from '../../src/contract/backend.ts'
import type { Code, LoadedBlock } from '../../src/contract/block.ts'
import type { AdjointPort, CodePort, LocalPort } from '../../src/contract/facets.ts'
import { type DataSheet, dataSheet, type Port, type Readings } from '../../src/contract/sheet.ts'
import { type Draws, draws } from '../../src/random/draws.ts'
import { STREAM } from '../../src/random/streams.ts'

export interface SpringsOptions {
  /** Every port has the step of a 16-bit converter; continuous otherwise. */
  readonly stepped?: boolean
  /** Standard deviation of a reading, in metres. */
  readonly noise?: number
  readonly repeatable?: boolean
  readonly maxSlots?: number
  readonly seed?: number
  /** Spring whose gauge is broken: its elongation cannot be read. */
  readonly blind?: number
  /** Part of the local readings that is lost at random. */
  readonly lost?: number
  /** Milliseconds every exchange takes; 0 computes at once. */
  readonly delay?: number
  /** Generates random codes itself. */
  readonly coded?: boolean
}

export const SPRINGS = 5
const NODES = 4
/** Nodes that the drive pulls at, and nodes whose displacement is read. */
const DRIVEN = [0, 2]
const READ = [1, 3]

/** Steps of stiffness (N/m), force (N) and displacement (m). */
const STEP = { stiffness: 2 ** -8, force: 2 ** -14, length: 2 ** -18 }

/**
 * Five springs in a row between two walls, four nodes: the smallest machine with the facets `local` and `adjoint`.
 *
 * Parameters are stiffnesses, the drive is forces on two nodes, the outputs are two displacements, local readings are
 * elongations, and a load is a force on each output. Small displacements, so all is linear and solved exactly.
 */
export class Springs implements Backend {
  readonly sheet: DataSheet
  readonly local: LocalPort
  readonly adjoint: AdjointPort
  readonly codes?: CodePort
  protected theta: Float64Array
  protected slot = 0
  readonly #draws: Draws
  /** What the sensors and the loading frame are, whatever the facets say. */
  readonly #gauge: Readings
  readonly #frame: Port
  readonly #blind: number
  readonly #lost: number
  readonly #losses: Draws
  readonly #delay: number

  constructor({
    stepped = false,
    noise = 0,
    repeatable = true,
    maxSlots = 64,
    seed = 1,
    blind = -1,
    lost = 0,
    delay = 0,
    coded = false,
  }: SpringsOptions = {}) {
    this.#blind = blind
    this.#lost = lost
    this.#delay = delay
    const step = stepped ? STEP : { stiffness: 0, force: 0, length: 0 }
    const force = { width: DRIVEN.length, unit: 'N', min: -1, max: 1, step: step.force }
    const length = { unit: 'm', min: -0.0625, max: 0.0625, step: step.length, noise }
    const stiffness = { unit: 'N/m', min: 64, max: 127, step: step.stiffness, safe: 96, slew: Number.POSITIVE_INFINITY }
    this.sheet = dataSheet({
      machine: 'springs',
      kind: 'simulator',
      identity: `${SPRINGS} springs`,
      banks: [{ ...stiffness, name: 'k', width: SPRINGS }],
      drive: force,
      sense: { ...length, width: READ.length },
      maxSlots,
      slotSeconds: 1e-3,
      repeatable,
      settings: { stepped },
    })
    this.theta = new Float64Array(SPRINGS).fill(stiffness.safe)
    this.#draws = draws(seed, STREAM.readNoise)
    this.#losses = draws(seed, STREAM.markerDropout)
    this.#gauge = { ...length, width: SPRINGS }
    this.#frame = { ...force, width: READ.length }
    this.local = {
      reads: 'root',
      sense: this.#gauge,
      read: (block, into, local, opts) => this.exchange(block, into, local, opts),
    }
    this.adjoint = {
      load: this.#frame,
      hold: (block, into, opts) => this.exchange(block, into, undefined, opts),
    }
    if (coded)
      this.codes = {
        families: ['random'],
        apply: (code, coefficients, theta) => this.#apply(code, coefficients, theta),
      }
  }

  async store(theta: Float64Array, _opts?: CallOptions): Promise<void> {
    const [bank] = this.sheet.banks
    this.theta = theta.map((value) => rounded(value, bank))
  }

  measure(block: LoadedBlock, into: Float64Array, opts?: CallOptions): Promise<Receipt> {
    return this.exchange(block, into, undefined, opts)
  }

  async [Symbol.asyncDispose](): Promise<void> {}

  /** Takes the machine's time, then does what a block asks for; an abort ends it early. */
  protected async exchange(
    block: LoadedBlock,
    into: Float64Array,
    local?: Float64Array,
    { signal }: CallOptions = {},
  ): Promise<Receipt> {
    if (this.#delay > 0)
      await setTimeout(this.#delay, undefined, signal && { signal }).catch(() => signal?.throwIfAborted())
    return this.run(block, into, local)
  }

  async #apply(code: Code, coefficients: Float64Array, theta: Float64Array): Promise<Receipt> {
    const { data } = expandDense({ ...code, hold: 1, pairing: 'single' }, coefficients.length, this.sheet)
    theta.set(this.theta)
    for (let i = 0; i < data.length; i++) theta[i % SPRINGS] += coefficients[Math.floor(i / SPRINGS)] * data[i]
    await this.store(theta)
    theta.set(this.theta)
    const now = this.slot * this.sheet.slotSeconds
    return { slots: 0, clipped: 0, retries: 0, saturated: 0, startedAt: now, endedAt: now }
  }

  protected run(block: LoadedBlock, into: Float64Array, local?: Float64Array): Receipt {
    const { sense, slotSeconds } = this.sheet
    const from = this.slot
    const delta = block.delta && expandDense(block.delta, block.slots, this.sheet)
    for (let t = 0; t < block.slots; t++, this.slot++) {
      const k = this.theta.slice()
      if (delta !== undefined) {
        const row = Math.floor(t / delta.hold) * SPRINGS
        for (let b = 0; b < SPRINGS; b++) k[b] = rounded(k[b] + delta.data[row + b], this.sheet.banks[0])
      }
      const u = displacements(k, this.forces(block, t))
      for (let o = 0; o < READ.length; o++) into[t * READ.length + o] = this.reading(u[READ[o]], sense, o)
      if (local === undefined) continue
      for (let b = 0; b < SPRINGS; b++) {
        const lost = b === this.#blind || this.#losses.uniform(this.slot * SPRINGS + b) < this.#lost
        const value = lost ? Number.NaN : elongation(u, b)
        local[t * SPRINGS + b] = this.reading(value, this.#gauge, READ.length + b)
      }
    }
    const times = { startedAt: from * slotSeconds, endedAt: this.slot * slotSeconds }
    return { slots: block.slots, clipped: 0, retries: 0, saturated: 0, ...times }
  }

  /** Forces on the nodes in slot `t`. */
  protected forces({ drive, load }: LoadedBlock, t: number): Float64Array {
    const forces = new Float64Array(NODES)
    const driven = Math.floor(t / drive.hold) * DRIVEN.length
    for (let d = 0; d < DRIVEN.length; d++) forces[DRIVEN[d]] += rounded(drive.data[driven + d], this.sheet.drive)
    if (load === undefined) return forces
    const loaded = Math.floor(t / load.hold) * READ.length
    for (let o = 0; o < READ.length; o++) forces[READ[o]] += rounded(load.data[loaded + o], this.#frame)
    return forces
  }

  /** What a sensor makes of a length; `channel` tells the sensors of a slot apart. */
  protected reading(value: number, port: Port, channel: number): number {
    const { noise } = this.sheet.sense
    const noisy =
      noise === 0 ? value : value + noise * this.#draws.normal(this.slot * (READ.length + SPRINGS) + channel)
    return Math.min(port.max, Math.max(port.min, rounded(noisy, port)))
  }
}

/** What a board's process calls. */
export const springs = (options?: SpringsOptions) => new Springs(options)

function rounded(value: number, { step }: Port): number {
  return step === 0 ? value : Math.round(value / step) * step
}

/** How much longer spring `b` is than at rest: node b against node b - 1, walls at both ends. */
function elongation(u: Float64Array, b: number): number {
  return (b < NODES ? u[b] : 0) - (b > 0 ? u[b - 1] : 0)
}

/** Solves the tridiagonal balance of forces: k_n + k_(n+1) on the diagonal, -k_(n+1) beside it. */
function displacements(k: Float64Array, forces: Float64Array): Float64Array {
  const pivots = new Float64Array(NODES)
  const u = forces.slice()
  for (let n = 0; n < NODES; n++) {
    pivots[n] = k[n] + k[n + 1] - (n > 0 ? k[n] ** 2 / pivots[n - 1] : 0)
    if (n > 0) u[n] += (k[n] / pivots[n - 1]) * u[n - 1]
  }
  for (let n = NODES - 1; n >= 0; n--) u[n] = (u[n] + (n < NODES - 1 ? k[n + 1] * u[n + 1] : 0)) / pivots[n]
  return u
}
