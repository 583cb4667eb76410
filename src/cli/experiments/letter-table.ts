import { FIRMWARE_CONVERTERS } from '../../../devices/index.ts'
import { letters } from '../../data/letters.ts'
import { oneHot } from '../../data/scale.ts'
import type { Rows } from '../tasks/task.ts'

/** The stand-in letters as lessons, pixels held within what the chip's inputs take. */
export function letterTable(
  count: number,
  seed: number,
  noise: number,
): { readonly rows: Rows; readonly classes: number } {
  const data = letters(count, seed, noise)
  const { min, max } = FIRMWARE_CONVERTERS.drive
  const all = Uint32Array.from({ length: count }, (_, i) => i)
  const drive = data.features.map((pixel) => Math.min(max, Math.max(min, pixel)))
  return {
    rows: { rows: count, drive, target: oneHot(data, all, 0, 1), labels: data.labels },
    classes: data.classes.length,
  }
}
