import { squaredError } from '../../cost/squared-error.ts'
import { defaultsOf } from '../experiments/settings.ts'
import { CAVITY_SETTINGS, cavityMachine, cavityTheta, xorTable } from '../experiments/wave/cavity.ts'
import type { Rows, WaveTask } from './task.ts'

/** The array of `reproduce echo-cavity-xor`; strengths and intensity are the task's own. */
const CAVITY = { ...defaultsOf(CAVITY_SETTINGS), read: 'in-phase', thetaNorm: 1.25 } as const
const { amplitude, mass } = CAVITY

/** Of the published amplitude, inside the window of intensities in which the array learns (`reproduce echo-cavity-xor`). */
const INTENSITY = 0.7

/** First and last strength: around the published 1e-4, which nothing has to keep from large shifts. */
const [ETA, LAST_ETA] = [2e-4, 0.25e-4]

/** Slots of an averaged step. */
const SLOTS = 4

/** XOR on an array of 4 x 4 Kerr cavities: signs of two ports go in, a third is to show their product. */
export const xorWave: WaveTask = {
  machine: cavityMachine(CAVITY),
  settings: {
    cost: squaredError,
    answer: 'sign',
    // Two steps of eta / mass along the slope of |psi - y|^2 by psi*, which is that of half of it by what is read.
    rate: (2 * ETA) / mass,
    lastRate: (2 * LAST_ETA) / mass,
    reads: SLOTS * CAVITY.iterations,
  },
  start: (seed) => cavityTheta(CAVITY, seed),
  load() {
    const table = xorTable(INTENSITY * amplitude, CAVITY.read)
    const labels = Uint8Array.from({ length: table.rows }, (_, row) => Number(table.target[row] < 0))
    const rows: Rows = { ...table, labels }
    return {
      train: rows,
      test: rows,
      classes: ['0', '1'],
      source: 'all four rows of XOR as signs; they are also the test',
    }
  },
}
