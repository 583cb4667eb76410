import { oneHot } from '../../../data/scale.ts'
import { yinYang } from '../../../data/yin-yang.ts'
import type { Rows } from '../../tasks/task.ts'

/** The yin-yang points as a chip takes them. */
export interface YinYangRows {
  readonly train: Rows
  readonly test: Rows
  readonly classes: readonly string[]
}

/**
 * Training and test rows: coordinates from 0 to 1 become voltages from -swing to swing, targets are 0 V and 1 V. The mirrored
 * coordinates are then the same with the other sign.
 */
export function yinYangRows(train: number, test: number, swing: number, seed: number): YinYangRows {
  const data = yinYang(train + test, seed)
  const drive = data.features.map((value) => swing * (2 * value - 1))
  const part = (from: number, to: number): Rows => ({
    rows: to - from,
    drive: drive.subarray(4 * from, 4 * to),
    target: oneHot(
      data,
      Uint32Array.from({ length: to - from }, (_, n) => from + n),
      0,
      1,
    ),
    labels: data.labels.subarray(from, to),
  })
  return { train: part(0, train), test: part(train, train + test), classes: data.classes }
}
