import { meanSquaredError } from '../../cost/mean-squared-error.ts'
import type { Rows } from '../tasks/task.ts'

/** How good answers are. */
export interface Score {
  /** Mean squared error over rows and outputs. */
  readonly cost: number
  /** Share of rows answered right: the largest output, or for one output the side of 0.5 it lies on. */
  readonly accuracy: number
  /** counts[truth][answer]. */
  readonly counts: readonly (readonly number[])[]
}

/** Compares readings (rows x outputs, as the targets) with the truth. */
export function score(readings: Float64Array, rows: Rows, classes: number): Score {
  const outputs = rows.target.length / rows.rows
  const costs = new Float64Array(rows.rows)
  meanSquaredError.values(readings, rows.rows, outputs, { data: rows.target, rows: rows.rows, hold: 1 }, costs)
  const counts = Array.from({ length: classes }, () => new Array<number>(classes).fill(0))
  let right = 0
  for (let r = 0; r < rows.rows; r++) {
    const answer = decide(readings, r * outputs, outputs)
    counts[rows.labels[r]][answer]++
    if (answer === rows.labels[r]) right++
  }
  return { cost: costs.reduce((sum, c) => sum + c, 0) / rows.rows, accuracy: right / rows.rows, counts }
}

function decide(readings: Float64Array, at: number, outputs: number): number {
  if (outputs === 1) return readings[at] > 0.5 ? 1 : 0
  let best = 0
  for (let o = 1; o < outputs; o++) if (readings[at + o] > readings[at + best]) best = o
  return best
}
