import { crossEntropy } from '../../cost/cross-entropy.ts'
import { parseTable } from '../../data/dataset.ts'
import { oneHot } from '../../data/scale.ts'
import { stratified } from '../../data/split.ts'
import { fixture } from '../package.ts'
import type { Rows, WaveTask } from './task.ts'

const SIDE = 4

/**
 * Iris on a lattice of 4 x 4 sites: each length, over the largest of its kind, displaces a corner; the wave runs for 10,
 * and of three sites in the middle the one furthest up names the species. The stiffness of the sites is what learns.
 */
export const irisWave: WaveTask = {
  machine: {
    field: { kind: 'phi-4', rows: SIDE, columns: SIDE, learn: 'sites' },
    inputs: ['0.q', '3.q', '12.q', '15.q'],
    outputs: ['5.q', '6.q', '9.q'],
    time: 10,
    step: 0.1,
    learning: { mass: 1, decay: 100 },
  },
  settings: {
    cost: crossEntropy({ gain: 8 }),
    answer: 'largest',
    rate: 0.05,
    lastRate: 0.0005,
    // 60 times 105 flowers.
    reads: 25_200,
  },
  start: () => new Float64Array(SIDE * SIDE).fill(1),
  load(seed) {
    const data = parseTable(fixture('iris.csv'), { name: 'iris', head: 'header' })
    const split = stratified(data, 0.3, seed)
    const largest = new Float64Array(data.width)
    for (const row of split.train)
      largest.forEach((most, c) => {
        largest[c] = Math.max(most, data.features[row * data.width + c])
      })
    const part = (rows: Uint32Array): Rows => ({
      rows: rows.length,
      drive: Float64Array.from(
        [...rows].flatMap((row) => [...largest].map((most, c) => data.features[row * data.width + c] / most)),
      ),
      target: oneHot(data, rows, 0, 1),
      labels: Uint8Array.from(rows, (r) => data.labels[r]),
    })
    const source = "Fisher's iris (UCI, CC BY 4.0) as displacements of four sites, 30 % of each class held out"
    return { train: part(split.train), test: part(split.test), classes: data.classes, source }
  },
}
