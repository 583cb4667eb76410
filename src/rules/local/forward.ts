import type { CallOptions, Receipt } from '../../contract/backend.ts'
import type { Track } from '../../contract/block.ts'
import type { Device } from '../../contract/device.ts'
import { paramCount } from '../../contract/sheet.ts'
import type { Cost } from '../../cost/cost.ts'
import { InsituError } from '../../errors.ts'
import type { Lesson } from '../rule.ts'

/** What the machine shows of a lesson: outputs, local readings, costs, and the slopes of the costs. */
export interface Forward {
  readonly rows: number
  readonly sense: Float64Array
  readonly local: Float64Array
  /** Mean over the rows. */
  readonly cost: number
  /** d cost / d reading, rows x sense width. */
  readonly slopes: Float64Array
  readonly receipt: Receipt
}

/** Shows a lesson, one slot a row, and reads outputs and local quantities. */
export async function forward(
  device: Device<'local'>,
  lesson: Lesson,
  cost: Cost,
  opts: CallOptions,
): Promise<Forward> {
  const { width } = device.sheet.sense
  const { rows } = lesson
  if (lesson.target.length !== rows * width)
    throw new InsituError(
      'SHAPE',
      `${device.name}: a lesson of ${rows} rows has ${lesson.target.length} targets, wanted ${rows * width} (rows x sense width)`,
      { device: device.sheet.machine },
    )
  const sense = new Float64Array(rows * width)
  const local = new Float64Array(rows * paramCount(device.sheet))
  const receipt = await device.local.read({ slots: rows, drive: held(lesson.drive) }, sense, local, opts)
  const targets = { data: lesson.target, rows, hold: 1 }
  const costs = new Float64Array(rows)
  const slopes = new Float64Array(rows * width)
  cost.values(sense, rows, width, targets, costs)
  cost.gradient(sense, rows, width, targets, slopes)
  return { rows, sense, local, cost: costs.reduce((sum, c) => sum + c, 0) / rows, slopes, receipt }
}

/** Rows held for a slot each. */
export function held(data: Float64Array, hold = 1): Track {
  return { kind: 'track', data, hold }
}
