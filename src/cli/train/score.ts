import type { Cost } from '../../cost/cost.ts'
import { meanSquaredError } from '../../cost/mean-squared-error.ts'
import type { Rows } from '../tasks/task.ts'

/** How good answers are. */
export interface Score {
  /** Mean cost over rows. */
  readonly cost: number
  /** Share of rows answered right. */
  readonly accuracy: number
  /** counts[truth][answer]. */
  readonly counts: readonly (readonly number[])[]
}

/** Compares readings (rows x outputs, as the targets) with the truth. */
export type Scorer = (readings: Float64Array, rows: Rows, classes: number) => Score

/** By mean squared error and the largest output, or for one output the side of 0.5 it lies on. */
export const score: Scorer = (readings, rows, classes) => scored(meanSquaredError, decide, readings, rows, classes)

/** By a cost and the output of the largest size, whatever its sign. */
export function sizeScore(cost: Cost): Scorer {
  return (readings, rows, classes) => scored(cost, largest, readings, rows, classes)
}

/** By a cost of the readings times `scale`, and the largest of them. */
export function largestScore(cost: Cost, scale: number): Scorer {
  return (readings, rows, classes) => {
    const scaled = scale === 1 ? readings : readings.map((reading) => scale * reading)
    return scored(cost, highest, scaled, rows, classes)
  }
}

/** By a cost and the largest reading, or the sign of the first one: negative is the second class. */
export function waveScore(cost: Cost, answer: 'largest' | 'sign'): Scorer {
  const decision = answer === 'sign' ? negative : highest
  return (readings, rows, classes) => scored(cost, decision, readings, rows, classes)
}

/** Share of rows whose largest reading, whatever its sign, is that of their class. */
export function sizeAccuracy(readings: Float64Array, { rows, labels }: Rows): number {
  const width = readings.length / rows
  let right = 0
  for (let r = 0; r < rows; r++) if (largest(readings, r * width, width) === labels[r]) right++
  return right / rows
}

type Decision = (readings: Float64Array, at: number, outputs: number) => number

function scored(cost: Cost, decision: Decision, readings: Float64Array, rows: Rows, classes: number): Score {
  const outputs = rows.target.length / rows.rows
  const costs = new Float64Array(rows.rows)
  cost.values(readings, rows.rows, outputs, { data: rows.target, rows: rows.rows, hold: 1 }, costs)
  const counts = Array.from({ length: classes }, () => new Array<number>(classes).fill(0))
  let right = 0
  for (let r = 0; r < rows.rows; r++) {
    const answer = decision(readings, r * outputs, outputs)
    counts[rows.labels[r]][answer]++
    if (answer === rows.labels[r]) right++
  }
  return { cost: costs.reduce((sum, c) => sum + c, 0) / rows.rows, accuracy: right / rows.rows, counts }
}

function decide(readings: Float64Array, at: number, outputs: number): number {
  return outputs === 1 ? Number(readings[at] > 0.5) : highest(readings, at, outputs)
}

function negative(readings: Float64Array, at: number): number {
  return Number(readings[at] < 0)
}

function highest(readings: Float64Array, at: number, outputs: number): number {
  let best = 0
  for (let o = 1; o < outputs; o++) if (readings[at + o] > readings[at + best]) best = o
  return best
}

function largest(readings: Float64Array, at: number, outputs: number): number {
  let best = 0
  for (let o = 1; o < outputs; o++) if (Math.abs(readings[at + o]) > Math.abs(readings[at + best])) best = o
  return best
}
