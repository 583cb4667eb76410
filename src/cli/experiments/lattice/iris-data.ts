import { parseTable } from '../../../data/dataset.ts'
import { oneHot } from '../../../data/scale.ts'
import { randomSplit } from '../../../data/split.ts'
import { fixture } from '../../package.ts'
import type { Rows } from '../../tasks/task.ts'

/** Weights on four nodes; the node that moves most sideways names the species. */
export const IRIS_PORTS = { inputs: ['14.y', '12.y', '13.y', '10.y'], outputs: ['8.x', '2.x', '3.x'] } as const

/** Rows held out of 150, as published. */
const HELD_OUT = 45

/**
 * Fisher's iris as forces: each length over the largest of its kind, times `mostMN` downwards; 105 flowers to learn from
 * and 45 held out, drawn by seed whatever their species, as in the authors' code.
 */
export function irisTables(seed: number, mostMN = 49): { readonly train: Rows; readonly test: Rows } {
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
  return { train: part(split.train), test: part(split.test) }
}

/** Share of rows whose largest displacement, whatever its sign, is that of their species. */
export function sizeAccuracy(readings: Float64Array, { rows, labels }: Rows): number {
  const width = readings.length / rows
  let right = 0
  for (let r = 0; r < rows; r++) {
    let best = 0
    for (let o = 1; o < width; o++)
      if (Math.abs(readings[r * width + o]) > Math.abs(readings[r * width + best])) best = o
    if (best === labels[r]) right++
  }
  return right / rows
}
