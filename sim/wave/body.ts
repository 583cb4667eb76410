import { expandDense } from '../../src/codes/expand.ts'
import type { Receipt } from '../../src/contract/backend.ts'
import type { Block } from '../../src/contract/block.ts'
import { type DataSheet, type Readings, safeTheta } from '../../src/contract/sheet.ts'
import type { WaveState } from '../../src/kernels/wave/state.ts'
import type { Body } from '../body.ts'
import { convert } from '../converter.ts'
import { joined } from '../state.ts'
import { type Course, sendOut } from './passage.ts'
import type { Probe } from './probe.ts'
import { copyState, emptyState } from './splitting.ts'

interface WaveParts {
  readonly sheet: DataSheet
  /** What a local reading is. */
  readonly local: Readings
  readonly course: Course
  readonly probe: Probe
  /** What disorder adds to every stored parameter. */
  readonly offset: Float64Array
}

/** Slots that run at once, side by side in one call of the stepper. */
const SIDE_BY_SIDE = 8

/** The simulated wave field: its learning field at rest or moving, and the waves that are sent through it. */
export class WaveBody implements Body {
  readonly sheet: DataSheet
  readonly localPort: Readings
  readonly theta: Float64Array
  /** Momentum that a decay which was too short left in the learning field. */
  readonly momentum: Float64Array
  readonly parts: WaveParts
  /** Echoes so far: the mirror's errors are drawn by their number. */
  echoes = 0
  #slot = 0
  readonly #states: readonly WaveState[]

  constructor(parts: WaveParts) {
    this.parts = parts
    this.sheet = parts.sheet
    this.localPort = parts.local
    this.theta = safeTheta(parts.sheet)
    this.momentum = new Float64Array(this.theta.length)
    this.#states = Array.from({ length: SIDE_BY_SIDE }, () => emptyState(parts.course.field))
  }

  /** Sets the learning field, at rest, to the steps of its bank. */
  store(theta: Float64Array): void {
    const [bank] = this.sheet.banks
    for (let i = 0; i < theta.length; i++) this.theta[i] = convert(theta[i], bank)
    this.momentum.fill(0)
  }

  /** A copy of drive rows as they are sent: to the steps of the drive port. */
  sent(drive: Float64Array): Float64Array {
    return drive.map((value) => convert(value, this.sheet.drive))
  }

  /** The field empty, and the learning field as it is. */
  ready(state: WaveState): void {
    state.q.fill(0)
    state.p.fill(0)
    for (let i = 0; i < this.theta.length; i++) state.theta[i] = this.theta[i] + this.parts.offset[i]
    state.momentum.set(this.momentum)
  }

  /** Runs a block, every slot a wave of its own; none of them moves the learning field. */
  run(block: Block, into: Float64Array, local?: Float64Array): Receipt {
    const { course } = this.parts
    const { slots, drive } = block
    const startedAt = this.seconds
    const delta = block.delta && expandDense(block.delta, slots, this.sheet)
    const width = this.sheet.drive.width
    const [bank] = this.sheet.banks
    const sent = this.sent(drive.data)
    let saturated = 0
    for (let first = 0; first < slots; first += SIDE_BY_SIDE) {
      const states = this.#states.slice(0, Math.min(SIDE_BY_SIDE, slots - first))
      states.forEach((state, s) => {
        this.ready(state)
        if (delta === undefined) return
        const row = Math.floor((first + s) / delta.hold) * this.theta.length
        for (let i = 0; i < this.theta.length; i++) {
          const moved = delta.data[row + i]
          if (moved !== 0) state.theta[i] = convert(this.theta[i] + moved, bank) + this.parts.offset[i]
        }
      })
      const row = (s: number) => {
        const at = Math.floor((first + s) / drive.hold) * width
        return sent.subarray(at, at + width)
      }
      sendOut(course, states, row, 1, () => {})
      states.forEach((state, s) => {
        saturated += this.show(state, into, (first + s) * this.sheet.sense.width)
        if (local !== undefined) saturated += this.action(state, this.momentum, local, (first + s) * this.theta.length)
        this.passed(1)
      })
    }
    return { slots, clipped: 0, retries: 0, saturated, startedAt, endedAt: this.seconds }
  }

  /** The clock goes on by so many slots. */
  passed(slots: number): void {
    this.#slot += slots
  }

  /** Slots so far. */
  get slot(): number {
    return this.#slot
  }

  /** Time on the machine's clock, s. */
  get seconds(): number {
    return this.#slot * this.sheet.slotSeconds
  }

  /** Reads the outputs of a field; returns how many hit the end of their range. */
  show(state: WaveState, into: Float64Array, first: number): number {
    const { course, probe } = this.parts
    return probe.outputs(state, course.outputs, this.#slot, into, first)
  }

  /** Reads the action since the learning momentum was `from`. */
  action(state: WaveState, from: Float64Array, into: Float64Array, first: number): number {
    const { course, probe } = this.parts
    return probe.actions(state, from, course.field.bracket, this.#slot, into, first)
  }

  save(): Float64Array {
    return joined([this.#slot, this.echoes], this.theta, this.momentum)
  }

  load(state: Float64Array): void {
    const count = this.theta.length
    this.#slot = state[0]
    this.echoes = state[1]
    this.theta.set(state.subarray(2, 2 + count))
    this.momentum.set(state.subarray(2 + count))
  }

  /** A copy of a state, for a second way back. */
  copy(state: WaveState): WaveState {
    const other = emptyState(this.parts.course.field)
    copyState(state, other)
    return other
  }
}
