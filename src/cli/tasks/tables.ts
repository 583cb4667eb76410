import type { Dataset, Split } from '../../data/dataset.ts'
import { oneHot, rangeScaler, scaledInputs } from '../../data/scale.ts'
import type { Rows, TaskData } from './task.ts'

/** Largest input of a task in V: the chip takes -2..2 V, and a test row may lie a little outside the training range. */
const SWING = 1
const LIMIT = 1.5

/** Inputs scaled by the training rows to [-1, 1] V, targets 0 V and 1 V. */
export function tableData(data: Dataset, split: Split, source: string): TaskData {
  const scaler = rangeScaler(data, split.train, -SWING, SWING)
  const part = (rows: Uint32Array): Rows => ({
    rows: rows.length,
    drive: scaledInputs(data, rows, scaler, -LIMIT, LIMIT),
    target: oneHot(data, rows, 0, 1),
    labels: Uint8Array.from(rows, (r) => data.labels[r]),
  })
  return { train: part(split.train), test: part(split.test), classes: data.classes, source }
}
