import { parseTable } from '../../data/dataset.ts'
import { stratified } from '../../data/split.ts'
import { fixture } from '../package.ts'
import { digitsCore } from './digits-core.ts'
import { digitsEncoder } from './digits-encoder.ts'
import { tableData } from './tables.ts'
import type { Task } from './task.ts'

export const digits: Task = {
  name: 'digits',
  summary:
    '8x8 handwritten digits: 1797 images, 10 classes; 30 % held out (64-20-10 neurons, too big for the small board)',
  settings: {
    layers: [64, 20, 10],
    activation: 'sigmoid',
    initial: [-0.3, 0.3],
    amplitude: 0.01,
    codesPerSample: 8,
    samplesPerUpdate: 64,
    rate: 0.02,
    lastRate: 0.002,
    reads: 3_000_000,
    onChip: { rate: 2, codesPerSample: 8, updateEvery: 64, reads: 3000000 },
    reference: { updates: 3000, batch: 64, rate: 0.01 },
  },
  core: digitsCore,
  encoder: digitsEncoder,
  load(seed) {
    const data = parseTable(fixture('digits.csv'), { name: 'digits', head: 'none' })
    const source = '8x8 handwritten digits (UCI, CC BY 4.0), 30 % of each class held out'
    return tableData(data, stratified(data, 0.3, seed), source)
  },
}
