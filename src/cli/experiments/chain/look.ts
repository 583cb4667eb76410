import type { CheckedDevice, Device } from '../../../contract/device.ts'
import type { Rows } from '../../tasks/task.ts'
import { score } from '../../train/score.ts'

/** What a chain makes of some digits. */
export interface Looked {
  readonly accuracy: number
  /** counts[truth][answer]. */
  readonly counts: readonly (readonly number[])[]
  /** Outputs of the chip, digits x 10, V. */
  readonly outputs: Float64Array
  /** What the chip was given of each digit, digits x K, V: all that is ever known of it. */
  readonly codes: Float64Array
  /** Numbers measured per digit at the joint, counted. */
  readonly readingsPerDigit: number
}

/** Shows digits to a chain and reads what goes from one machine to the other, too; its first tap layer is the joint. */
export async function look(device: CheckedDevice, rows: Rows, signal?: AbortSignal): Promise<Looked> {
  const { taps } = device as Device<'taps'>
  const all = taps.layers.reduce((sum, { width }) => sum + width, 0)
  const joint = taps.layers[0].width
  const outputs = new Float64Array(rows.rows * device.sheet.sense.width)
  const inner = new Float64Array(rows.rows * all)
  const block = { slots: rows.rows, drive: { kind: 'track', data: rows.drive, hold: 1 } } as const
  await taps.read(block, outputs, inner, signal === undefined ? {} : { signal })
  const codes = new Float64Array(rows.rows * joint)
  for (let r = 0; r < rows.rows; r++) codes.set(inner.subarray(r * all, r * all + joint), r * joint)
  const { accuracy, counts } = score(outputs, rows, device.sheet.sense.width)
  return { accuracy, counts, outputs, codes, readingsPerDigit: codes.filter(Number.isFinite).length / rows.rows }
}
