import { parseTable } from '../../data/dataset.ts'
import { stratified } from '../../data/split.ts'
import { fixture } from '../package.ts'
import { irisLattice } from './iris-lattice.ts'
import { irisWave } from './iris-wave.ts'
import { tableData } from './tables.ts'
import type { Task } from './task.ts'

export const iris: Task = {
  name: 'iris',
  summary: "Fisher's iris: 150 flowers, 4 lengths, 3 species; 30 % held out (4-4-3 neurons)",
  settings: {
    layers: [4, 4, 3],
    activation: 'sigmoid',
    initial: [-0.5, 0.5],
    amplitude: 0.05,
    codesPerSample: 8,
    samplesPerUpdate: 16,
    rate: 0.2,
    lastRate: 0.02,
    reads: 50_000,
    onChip: { rate: 2, codesPerSample: 8, updateEvery: 64, reads: 60000 },
    reference: { updates: 2000, batch: 16, rate: 0.02 },
  },
  lattice: irisLattice,
  wave: irisWave,
  load(seed) {
    const data = parseTable(fixture('iris.csv'), { name: 'iris', head: 'header' })
    return tableData(data, stratified(data, 0.3, seed), "Fisher's iris (UCI, CC BY 4.0), 30 % of each class held out")
  },
}
