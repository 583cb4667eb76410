import { parseTable } from '../../../data/dataset.ts'
import { oneHot } from '../../../data/scale.ts'
import { stratified } from '../../../data/split.ts'
import { fixture } from '../../package.ts'
import type { Rows, TaskData } from '../../tasks/task.ts'

/** Gray levels of the digits run from 0 to this. */
const WHITE = 16

/** Pixels of a side of a digit. */
export const SIDE = 8

/** Handwritten digits as scenes that let the wave through where they are written: transmissions of the amplitude, 0 to 1. */
export function digitScenes(seed: number): TaskData {
  const data = parseTable(fixture('digits.csv'), { name: 'digits', head: 'none' })
  const { train, test } = stratified(data, 0.3, seed)
  const part = (rows: Uint32Array): Rows => {
    const drive = new Float64Array(rows.length * SIDE * SIDE)
    rows.forEach((row, r) => {
      for (let p = 0; p < SIDE * SIDE; p++) drive[r * SIDE * SIDE + p] = data.features[row * SIDE * SIDE + p] / WHITE
    })
    return {
      rows: rows.length,
      drive,
      target: oneHot(data, rows, 0, 1),
      labels: Uint8Array.from(rows, (row) => data.labels[row]),
    }
  }
  const source = '8x8 handwritten digits (UCI, CC BY 4.0) as scenes, 30 % of each class held out'
  return { train: part(train), test: part(test), classes: data.classes, source }
}
