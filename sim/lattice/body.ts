import { expandDense } from '../../src/codes/expand.ts'
import type { Receipt } from '../../src/contract/backend.ts'
import type { LoadedBlock, Track } from '../../src/contract/block.ts'
import { type DataSheet, type Port, type Readings, safeTheta } from '../../src/contract/sheet.ts'
import type { Body } from '../body.ts'
import { type Converter, convert } from '../converter.ts'
import { joined } from '../state.ts'
import type { Camera } from './camera.ts'
import type { Forces } from './forces.ts'
import type { Mechanics } from './mechanics.ts'

export interface LatticeParts {
  readonly sheet: DataSheet
  readonly local: Readings
  readonly load: Port
  readonly mechanics: Mechanics
  readonly forces: Forces
  readonly camera: Camera
  /** Numbers of the degrees of freedom that are read. */
  readonly outputs: Int32Array
}

/** Most rows of forces given to the mechanics at once. */
const ROWS = 32

/** A stretch of slots in which nothing changes. */
interface Stretch {
  readonly first: number
  readonly slots: number
}

/** The simulated lattice: stiffness, perturbations, forces, rest, camera, counts. */
export class LatticeBody implements Body {
  readonly sheet: DataSheet
  /** What an elongation is, and what can be held on an output. */
  readonly localPort: Readings
  readonly loadPort: Port
  readonly theta: Float64Array
  readonly #parts: LatticeParts
  readonly #width: number
  readonly #moved: Float64Array
  readonly #forces: Float64Array
  readonly #rest: Float64Array
  readonly #seen: Float64Array
  #slot = 0
  #seconds = 0

  constructor(parts: LatticeParts) {
    this.#parts = parts
    this.sheet = parts.sheet
    this.localPort = parts.local
    this.loadPort = parts.load
    this.#width = 2 * parts.mechanics.frame.nodes
    this.theta = safeTheta(parts.sheet)
    this.#moved = new Float64Array(this.theta.length)
    this.#forces = new Float64Array(ROWS * this.#width)
    this.#rest = new Float64Array(ROWS * this.#width)
    this.#seen = new Float64Array(this.#width)
    parts.mechanics.stiffen(this.theta)
  }

  store(theta: Float64Array): void {
    const { mechanics } = this.#parts
    try {
      mechanics.stiffen(theta)
    } catch (error) {
      mechanics.stiffen(this.theta)
      throw error
    }
    this.theta.set(theta)
  }

  /** Runs a block; `local`, where it is given, takes the elongations of every slot. */
  run(block: LoadedBlock, into: Float64Array, local?: Float64Array): Receipt {
    const { slots, delta } = block
    const startedAt = this.#seconds
    const counts = { saturated: 0, retries: 0 }
    if (delta === undefined) this.#rows(block, 0, slots, into, local, counts)
    else this.#perturbed(block, expandDense(delta, slots, this.sheet), into, local, counts)
    return { slots, clipped: 0, ...counts, startedAt, endedAt: this.#seconds }
  }

  save(): Float64Array {
    return joined([this.#slot, this.#seconds], this.theta, this.#parts.mechanics.save())
  }

  load(state: Float64Array): void {
    const count = this.theta.length
    this.store(state.subarray(2, 2 + count))
    this.#parts.mechanics.load(state.subarray(2 + count))
    this.#slot = state[0]
    this.#seconds = state[1]
  }

  /** One set of stiffnesses per row of the perturbation; the stored ones come back however this ends. */
  #perturbed(
    block: LoadedBlock,
    delta: Track,
    into: Float64Array,
    local: Float64Array | undefined,
    counts: Counts,
  ): void {
    const { mechanics } = this.#parts
    const { theta } = this
    const moved = this.#moved
    try {
      for (let row = 0, first = 0; first < block.slots; row++, first += delta.hold) {
        for (let i = 0; i < theta.length; i++) moved[i] = theta[i] + delta.data[row * theta.length + i]
        mechanics.stiffen(moved)
        this.#rows(block, first, Math.min(first + delta.hold, block.slots), into, local, counts)
      }
    } finally {
      mechanics.stiffen(theta)
    }
  }

  /** Slots [from, to) under one set of stiffnesses. */
  #rows(
    block: LoadedBlock,
    from: number,
    to: number,
    into: Float64Array,
    local: Float64Array | undefined,
    counts: Counts,
  ): void {
    const { mechanics, forces } = this.#parts
    const { drive, load } = block
    const width = this.#width
    let waiting: Stretch[] = []
    const flush = () => {
      const rows = waiting.length
      this.#seconds += mechanics.settle(this.#forces, rows, this.sheet.slotSeconds, this.#rest)
      waiting.forEach((stretch, r) => {
        this.#read(stretch, this.#rest.subarray(r * width, (r + 1) * width), into, local, counts)
      })
      waiting = []
    }
    for (let first = from; first < to; ) {
      // A lattice that remembers is asked slot by slot: it moves on while its load is held.
      const end = mechanics.memoryless ? Math.min(to, rowEnd(drive, first), rowEnd(load, first)) : first + 1
      forces.compose(
        drive.data,
        Math.floor(first / drive.hold) * this.sheet.drive.width,
        load?.data,
        load === undefined ? 0 : Math.floor(first / load.hold) * this.sheet.sense.width,
        this.#forces.subarray(waiting.length * width, (waiting.length + 1) * width),
      )
      waiting.push({ first, slots: end - first })
      if (waiting.length === ROWS) flush()
      first = end
    }
    if (waiting.length > 0) flush()
  }

  /** What the camera makes of one row, slot by slot; one that adds nothing is asked once. */
  #read(
    { first, slots }: Stretch,
    rest: Float64Array,
    into: Float64Array,
    local: Float64Array | undefined,
    counts: Counts,
  ): void {
    const { mechanics, camera } = this.#parts
    const end = first + slots
    if (camera.perfect) {
      const saturated = this.#show(first, rest, into, local)
      const [outputs, bonds] = [this.sheet.sense.width, this.theta.length]
      for (let slot = first + 1; slot < end; slot++) {
        into.copyWithin(slot * outputs, first * outputs, (first + 1) * outputs)
        local?.copyWithin(slot * bonds, first * bonds, (first + 1) * bonds)
      }
      counts.saturated += slots * saturated
      this.#slot += slots
    } else {
      for (let slot = first; slot < end; slot++) {
        this.#seen.set(rest)
        counts.retries += camera.see(this.#seen, this.#slot++)
        counts.saturated += this.#show(slot, this.#seen, into, local)
      }
    }
    if (mechanics.memoryless) this.#seconds += (slots - 1) * this.sheet.slotSeconds
  }

  /** Readings of one slot from seen displacements; returns how many hit the end of a range. */
  #show(slot: number, seen: Float64Array, into: Float64Array, local: Float64Array | undefined): number {
    const { mechanics, outputs } = this.#parts
    const { sense } = this.sheet
    const bonds = this.theta.length
    for (let o = 0; o < outputs.length; o++) into[slot * sense.width + o] = seen[outputs[o]]
    const saturated = held(into, slot * sense.width, sense.width, sense)
    if (local === undefined) return saturated
    const most = mechanics.elongate(seen, 1, local.subarray(slot * bonds, (slot + 1) * bonds))
    const port = this.#parts.local
    // Nothing to round and nothing near an end: no need to look at each.
    if (port.step === 0 && most <= port.max && most <= -port.min) return saturated
    return saturated + held(local, slot * bonds, bonds, port)
  }
}

/** First slot after the row of a track that slot `at` belongs to. */
function rowEnd(track: Track | undefined, at: number): number {
  return track === undefined ? Number.POSITIVE_INFINITY : (Math.floor(at / track.hold) + 1) * track.hold
}

interface Counts {
  saturated: number
  retries: number
}

/** Brings readings onto their converter's steps and within its range; returns how many hit an end. */
function held(values: Float64Array, at: number, count: number, converter: Converter): number {
  const { min, max, step } = converter
  let saturated = 0
  for (let i = at; i < at + count; i++) {
    const value = values[i]
    if (value > max || value < min) {
      saturated++
      values[i] = value > max ? max : min
    }
    if (step > 0) values[i] = convert(values[i], converter)
  }
  return saturated
}
