import { parity } from '../../data/parity.ts'
import type { Rows, Task } from './task.ts'
import { xorWave } from './xor-wave.ts'

export const xor: Task = {
  name: 'xor',
  summary: '2-bit parity: four rows, learned and tested on the same four (2-4-1 neurons)',
  settings: {
    layers: [2, 4, 1],
    activation: 'sigmoid',
    initial: [-1, 1],
    amplitude: 0.05,
    codesPerSample: 8,
    samplesPerUpdate: 4,
    rate: 0.1,
    lastRate: 0.02,
    reads: 20_000,
    onChip: { rate: 2, codesPerSample: 4, updateEvery: 8, reads: 60000 },
    reference: { updates: 2000, batch: 4, rate: 0.05 },
  },
  wave: xorWave,
  load() {
    const table = parity(2)
    const rows: Rows = { ...table, labels: Uint8Array.from(table.target) }
    return { train: rows, test: rows, classes: ['0', '1'], source: 'all four rows of XOR; they are also the test' }
  },
}
