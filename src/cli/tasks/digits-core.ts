import { stackLayout } from '../../../devices/index.ts'
import { parseTable } from '../../data/dataset.ts'
import { oneHot } from '../../data/scale.ts'
import { stratified } from '../../data/split.ts'
import { fixture } from '../package.ts'
import type { CoreTask, Rows } from './task.ts'

/** Grey levels of a pixel. */
const DEPTH = 16

/** Ticks of a presentation: counts of 16 ticks average what one tick leaves to chance. */
const TICKS = 16

/** Passes over the training rows. */
const EPOCHS = 40

/** Digits on two cores: every pixel is a line that spikes with its brightness, every class 25 neurons whose spikes count. */
export const digitsCore: CoreTask = {
  machine: (seed) => ({ network: stackLayout({ lines: 64, classes: 10, seed }), ticks: TICKS }),
  settings: {
    boundary: 'zero',
    batch: 50,
    rate: 0.02,
    regulariser: 0,
    reads: EPOCHS * 1258,
  },
  load(seed) {
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
    const source = '8x8 handwritten digits (UCI, CC BY 4.0) as spike probabilities, 30 % of each class held out'
    return { train: part(split.train), test: part(split.test), classes: data.classes, source }
  },
}
