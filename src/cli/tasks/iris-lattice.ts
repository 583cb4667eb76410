import { parseTable } from '../../data/dataset.ts'
import { oneHot } from '../../data/scale.ts'
import { randomSplit } from '../../data/split.ts'
import { fixture } from '../package.ts'
import type { LatticeTask, Rows } from './task.ts'

/** Weights on four nodes; the node that moves most sideways names the species. */
export const IRIS_PORTS = { inputs: ['14.y', '12.y', '13.y', '10.y'], outputs: ['8.x', '2.x', '3.x'] } as const

/** Rows held out of 150, as published. */
const HELD_OUT = 45

/**
 * Fisher's iris as forces: each length over the largest of its kind, times `mostMN` downwards; 105 flowers to learn from
 * and 45 held out, drawn by seed whatever their species, as in the authors' code.
 */
export function irisForces(seed: number, mostMN = 49) {
  const data = parseTable(fixture('iris.csv'), { name: 'iris', head: 'header' })
  const largest = Array.from({ length: data.width }, (_, c) =>
    data.features.reduce((most, value, n) => (n % data.width === c ? Math.max(most, value) : most), 0),
  )
  const split = randomSplit(data, HELD_OUT, seed)
  const part = (rows: Uint32Array): Rows => ({
    rows: rows.length,
    drive: Float64Array.from(
      { length: rows.length * data.width },
      (_, n) =>
        (-mostMN * 1e-3 * data.features[rows[Math.floor(n / data.width)] * data.width + (n % data.width)]) /
        largest[n % data.width],
    ),
    target: oneHot(data, rows, 0, 1),
    labels: Uint8Array.from(rows, (r) => data.labels[r]),
  })
  return { train: part(split.train), test: part(split.test), classes: data.classes }
}

/** 20 g: heavy enough for displacements to stand out of a camera's 10 um. */
const HEAVY_MN = 200

/**
 * Iris on the paper's lattice as a bench would do it: heavier weights than the paper's 49 mN, loads pushed and pulled on
 * top of them, and a loss that does not care for displacements the camera cannot see.
 */
export const irisLattice: LatticeTask = {
  ...IRIS_PORTS,
  settings: {
    alpha: 0.02,
    epsilon: Math.sqrt(Number.EPSILON),
    beta: 5,
    batch: 16,
    floor: 10e-6,
    load: 0.2,
    reads: 24_000,
  },
  load: (seed) => ({
    ...irisForces(seed, HEAVY_MN),
    source: "Fisher's iris (UCI, CC BY 4.0) as weights up to 20 g, 45 of 150 flowers held out",
  }),
}
