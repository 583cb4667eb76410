import type { DataSheet } from '../../src/contract/sheet.ts'
import { nameOf } from '../../src/contract/sheet.ts'
import { InsituError } from '../../src/errors.ts'
import {
  type Burst,
  countSpikes,
  decodeSpikes,
  mostTicks,
  REFUSED,
  type SpikeShape,
  spikesOf,
  tickBytes,
  unpackTick,
  WireError,
} from '../../src/wire/index.ts'
import { Refused } from './serve-refused.ts'

/** Bursts that may wait: more than a host has under way, and few enough that those it gave up take little room. */
const WAITING = 32

/** What became of spikes since the board was made, in spikes; `unfit` in frames. */
export interface SpikeCounts {
  /** Announced by a MEASURE that was refused because they had not come. */
  lost: number
  /** Came when their burst had run, or under an arming that is over. */
  late: number
  /** Came although they were here already. */
  repeated: number
  /** Frames that name a place that there is not. */
  unfit: number
}

/** Ticks of one burst, packed, by their number. */
type Ticks = Map<number, Uint8Array>

/** Spikes that came ahead of the MEASURE they belong to. */
export class SpikeInbox {
  readonly counts: SpikeCounts = { lost: 0, late: 0, repeated: 0, unfit: 0 }
  readonly #shape: SpikeShape
  readonly #rows: number
  readonly #waiting = new Map<number, Ticks>()
  /** The highest burst that has run. */
  #done = -1
  #before = { late: 0, repeated: 0 }

  constructor(shape: SpikeShape, rows: number) {
    this.#shape = shape
    this.#rows = rows
  }

  /** Keeps what a frame brings for a board armed with this id, 0 if with none. Whatever does not fit is counted only. */
  hear(payload: Uint8Array, armed: number): void {
    try {
      this.#take(payload, armed)
    } catch (error) {
      if (!(error instanceof WireError)) throw error
      this.counts.unfit++
    }
  }

  /**
   * The drive rows of a burst. Refuses, and keeps what there is, if spikes are missing; a second burst of this number is
   * refused as well.
   */
  collect({ burst, spikes }: Burst, rows: number): Float64Array {
    const { ticks, lines } = this.#shape
    const found = this.#waiting.get(burst)
    if (found === undefined && burst <= this.#done) throw new Refused(REFUSED.value, 9)
    let count = 0
    for (const [n, bits] of found ?? []) {
      if (n >= rows * ticks) throw new Refused(REFUSED.value, 9)
      count += countSpikes(bits)
    }
    if (count > spikes) throw new Refused(REFUSED.value, 13)
    if (count < spikes) {
      this.counts.lost += spikes - count
      this.#open(burst)
      throw new Refused(REFUSED.spikesLost, spikes - count)
    }
    this.#waiting.delete(burst)
    this.#done = Math.max(this.#done, burst)
    const data = new Float64Array(rows * ticks * lines)
    for (const [n, bits] of found ?? []) unpackTick(this.#shape, bits, data, n * lines)
    return data
  }

  /** Late and repeated spikes since it was armed, for the host. */
  news(): { readonly lateSpikes: number; readonly repeatedSpikes: number } {
    const { late, repeated } = this.counts
    return { lateSpikes: late - this.#before.late, repeatedSpikes: repeated - this.#before.repeated }
  }

  /** Begins anew for a new arming. */
  clear(): void {
    this.#waiting.clear()
    this.#done = -1
    this.#before = { ...this.counts }
  }

  #take(payload: Uint8Array, armed: number): void {
    const { ticks, lines } = this.#shape
    const { armId, burst, row, tick, bits } = decodeSpikes(payload)
    const stride = tickBytes(this.#shape)
    const first = row * ticks + tick
    const count = bits.length / stride
    const fits = count > 0 && Number.isInteger(count) && tick < ticks && first + count <= this.#rows * ticks
    const spare = lines % 8 === 0 ? 0 : 0xff << (lines % 8)
    if (!fits || bits.some((byte, i) => i % stride === stride - 1 && (byte & spare) !== 0)) {
      this.counts.unfit++
      return
    }
    if (armId !== armed || armed === 0 || (burst <= this.#done && !this.#waiting.has(burst))) {
      this.counts.late += countSpikes(bits)
      return
    }
    const found = this.#open(burst)
    for (let n = 0; n < count; n++) {
      const one = bits.slice(n * stride, (n + 1) * stride)
      if (found.has(first + n)) this.counts.repeated += countSpikes(one)
      else found.set(first + n, one)
    }
  }

  #open(burst: number): Ticks {
    const known = this.#waiting.get(burst)
    if (known !== undefined) return known
    const fresh: Ticks = new Map()
    this.#waiting.set(burst, fresh)
    if (this.#waiting.size > WAITING)
      for (const oldest of this.#waiting.keys()) {
        this.#waiting.delete(oldest)
        break
      }
    return fresh
  }
}

/** The inbox of a machine whose drive is spikes; throws `LIMIT` if not one tick fits a frame. */
export function spikeInbox(
  sheet: DataSheet,
  maxFrame: number,
): { readonly shape: SpikeShape; readonly inbox: SpikeInbox } | undefined {
  const shape = spikesOf(sheet)
  if (shape === undefined) return undefined
  if (mostTicks(shape, maxFrame) > 0) return { shape, inbox: new SpikeInbox(shape, sheet.maxSlots) }
  throw new InsituError(
    'LIMIT',
    `${nameOf(sheet)}: not one tick of ${shape.lines} lines fits a frame of ${maxFrame} bytes`,
    {
      device: sheet.machine,
      hint: 'serve it with larger frames',
    },
  )
}
