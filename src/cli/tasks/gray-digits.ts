import { parseTable } from '../../data/dataset.ts'
import { oneHot } from '../../data/scale.ts'
import { stratified } from '../../data/split.ts'
import { fixture } from '../package.ts'
import type { Rows, TaskData } from './task.ts'

/** Gray levels of a pixel. */
const DEPTH = 16

/** The digits with pixels from 0 to 1; `as` says what such a pixel is on the machine. */
export function grayDigits(seed: number, as: string): TaskData {
  const data = parseTable(fixture('digits.csv'), { name: 'digits', head: 'none' })
  const split = stratified(data, 0.3, seed)
  const part = (rows: Uint32Array): Rows => ({
    rows: rows.length,
    drive: Float64Array.from(
      { length: rows.length * data.width },
      (_, n) => data.features[rows[Math.floor(n / data.width)] * data.width + (n % data.width)] / DEPTH,
    ),
    target: oneHot(data, rows, 0, 1),
    labels: Uint8Array.from(rows, (r) => data.labels[r]),
  })
  const source = `8x8 handwritten digits (UCI, CC BY 4.0) as ${as}, 30 % of each class held out`
  return { train: part(split.train), test: part(split.test), classes: data.classes, source }
}
