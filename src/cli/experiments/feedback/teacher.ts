import { draws } from '../../../random/draws.ts'
import { STREAM } from '../../../random/streams.ts'
import type { Surrogate } from '../../../twins/layers.ts'
import { slopeOf } from '../../../twins/surrogate.ts'

export interface TeacherModel {
  /** Fresh inputs in every step, from N(0, 1), shown to teacher and students alike. */
  readonly samples: number
  readonly inputs: number
  readonly eta: number
  readonly steps: number
  /** The teacher's weights come from N(mean, spread^2). */
  readonly teacherSpread: number
  readonly teacherMean: number
  /** The student's, at the start, from N(0, spread^2). */
  readonly startSpread: number
}

/**
 * One neuron of relu learns another by descent on half the mean squared error: the 1-norm of what its weights are off after each of
 * the `marks`, for each surrogate. All students begin alike and see the same.
 */
export function teacherRun(
  model: TeacherModel,
  surrogates: readonly Surrogate[],
  marks: readonly number[],
  seed: number,
): number[][] {
  const { samples, inputs, eta, steps, teacherSpread, teacherMean, startSpread } = model
  const source = draws(seed, STREAM.syntheticData)
  const begin = draws(seed, STREAM.weightInit)
  const teacher = new Float64Array(inputs).map((_, j) => teacherMean + teacherSpread * begin.normal(j))
  const start = new Float64Array(inputs).map((_, j) => startSpread * begin.normal(inputs + j))
  const students = surrogates.map(() => start.slice())
  const slopes = surrogates.map((surrogate) => slopeOf('relu', surrogate))
  const off = surrogates.map((): number[] => [])
  const x = new Float64Array(samples * inputs)
  const target = new Float64Array(samples)
  const gradient = new Float64Array(inputs)
  let next = 0
  for (let step = 1; step <= steps; step++) {
    for (let i = 0; i < x.length; i++) x[i] = source.normal(next++)
    for (let r = 0; r < samples; r++) target[r] = output(x, r * inputs, teacher)
    for (const [s, student] of students.entries()) {
      const slope = slopes[s]
      gradient.fill(0)
      for (let r = 0; r < samples; r++) {
        const y = output(x, r * inputs, student)
        const error = (y - target[r]) * slope(y)
        if (error !== 0) for (let j = 0; j < inputs; j++) gradient[j] += error * x[r * inputs + j]
      }
      for (let j = 0; j < inputs; j++) student[j] -= (eta / samples) * gradient[j]
      if (marks.includes(step)) off[s].push(student.reduce((sum, value, j) => sum + Math.abs(value - teacher[j]), 0))
    }
  }
  return off
}

function output(x: Float64Array, at: number, weights: Float64Array): number {
  let sum = 0
  for (let j = 0; j < weights.length; j++) sum += x[at + j] * weights[j]
  return Math.max(0, sum)
}
