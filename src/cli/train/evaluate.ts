import type { CheckedDevice } from '../../contract/device.ts'
import type { Rows } from '../tasks/task.ts'
import type { Score, Scorer } from './score.ts'

/** Shows the machine all rows once, unperturbed, under the parameters it holds. */
export async function evaluate(
  device: CheckedDevice,
  rows: Rows,
  classes: number,
  score: Scorer,
  signal: AbortSignal,
): Promise<Score> {
  const readings = new Float64Array(rows.rows * device.sheet.sense.width)
  await device.measure({ slots: rows.rows, drive: { kind: 'track', data: rows.drive, hold: 1 } }, readings, { signal })
  return score(readings, rows, classes)
}
