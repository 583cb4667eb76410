import type { CallOptions, Receipt } from '../../contract/backend.ts'
import type { Device } from '../../contract/device.ts'
import type { Cost } from '../../cost/cost.ts'
import { InsituError } from '../../errors.ts'
import { held } from '../local/forward.ts'
import type { Lesson } from '../rule.ts'

/** What a machine shows of a lesson, layer by layer. */
export interface Activity {
  readonly rows: number
  /** The drive, the taps of every hidden layer, the readings; each rows x width. */
  readonly signals: readonly Float64Array[]
  /** Mean over the rows. */
  readonly cost: number
  /** d cost / d reading of every row, rows x sense width; 0 in the rows that were lost. */
  readonly slopes: Float64Array
  /** Rows with a tap that could not be taken: their signals are 0. */
  readonly lost: number
  readonly receipt: Receipt
}

/** Memory for one list of numbers that is as long in every step, more or less: hidden layers may be wide. */
export class Room {
  #numbers = new Float64Array(0)

  /** `count` numbers, whatever they are; valid until the next time. */
  take(count: number): Float64Array {
    if (this.#numbers.length !== count) this.#numbers = new Float64Array(count)
    return this.#numbers
  }
}

/** Shows a lesson, one slot a row, and reads outputs and taps into `room`; throws `SHAPE` for a lesson that does not fit. */
export async function activity(
  rule: string,
  device: Device<'taps'>,
  { rows, drive, target }: Lesson,
  cost: Cost,
  room: Room,
  opts: CallOptions,
): Promise<Activity> {
  const { sheet } = device
  const width = sheet.sense.width
  if (drive.length !== rows * sheet.drive.width || target.length !== rows * width)
    throw new InsituError(
      'SHAPE',
      `${rule}: a lesson of ${rows} rows for ${device.name} wants ${rows * sheet.drive.width} inputs and ${rows * width} targets, got ${drive.length} and ${target.length}`,
      { device: sheet.machine },
    )
  const widths = device.taps.layers.map((layer) => layer.width)
  const all = widths.reduce((sum, one) => sum + one, 0)
  const sense = new Float64Array(rows * width)
  const taps = room.take(rows * all)
  const receipt = await device.taps.read({ slots: rows, drive: held(drive) }, sense, taps, opts)
  const targets = { data: target, rows, hold: 1 }
  const costs = new Float64Array(rows)
  const slopes = new Float64Array(sense.length)
  cost.values(sense, rows, width, targets, costs)
  cost.gradient(sense, rows, width, targets, slopes)
  const signals = [drive, ...byLayer(taps, widths, rows), sense]
  const lost = lose(taps, all, rows, signals, slopes)
  if (lost === rows)
    throw new InsituError(
      'INVALID_READING',
      `${rule}: ${device.name} read no row of ${rows} between all of its layers`,
      {
        device: sheet.machine,
        hint: 'check what reads the hidden layers',
      },
    )
  return { rows, signals, cost: costs.reduce((sum, one) => sum + one, 0) / rows, slopes, lost, receipt }
}

/** Taps come slot by slot; a layer wants its own rows together. */
function byLayer(taps: Float64Array, widths: readonly number[], rows: number): readonly Float64Array[] {
  if (widths.length === 1) return [taps]
  const all = taps.length / rows
  let first = 0
  return widths.map((width) => {
    const own = new Float64Array(rows * width)
    for (let r = 0; r < rows; r++) own.set(taps.subarray(r * all + first, r * all + first + width), r * width)
    first += width
    return own
  })
}

/** Takes the rows with a tap that is no number out of the sums; returns how many there are. */
function lose(
  taps: Float64Array,
  width: number,
  rows: number,
  [, ...measured]: readonly Float64Array[],
  slopes: Float64Array,
): number {
  const bad: number[] = []
  for (let r = 0, i = 0; r < rows; r++) {
    const before = bad.length
    for (const end = i + width; i < end; i++) if (bad.length === before && !Number.isFinite(taps[i])) bad.push(r)
  }
  for (const r of bad)
    for (const signal of [...measured, slopes])
      signal.fill(0, (r * signal.length) / rows, ((r + 1) * signal.length) / rows)
  return bad.length
}
