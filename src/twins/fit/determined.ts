import { InsituError } from '../../errors.ts'
import { parameterName } from '../twin.ts'
import { dependence, type Factor, factor } from './cholesky.ts'
import type { Problem } from './problem.ts'
import { type Scaled, scaled, unscaledInverse } from './scaled.ts'

/** Part of a unit vector a parameter must hold to be named as not determined. */
const SHARE = 0.1

/** Part of what was believed before that must be left for the data to have said next to nothing. */
const UNMOVED = 0.9

/** Most names in a message. */
const NAMED = 6

/**
 * The covariance that a curvature stands for. Throws `CONFIG` naming the parameters of which nothing was known before and which the
 * data do not determine.
 */
export function covarianceOf(problem: Problem, curvature: Float64Array): Float64Array {
  const { size } = problem
  const form = scaled(curvature, size)
  const factored = withFloor(problem, form)
  if (factored.lost.length > 0) refuse(problem, factored, form)
  return unscaledInverse(factored, form.scale)
}

/** A pivot is never below what the prior alone contributes, whatever rounding says. */
export function withFloor({ prior }: Problem, { matrix, scale }: Scaled): Factor {
  const floor = prior.deviations.map((deviation, p) => (scale[p] / deviation) ** 2)
  return factor(matrix, scale.length, floor)
}

function refuse({ twin, prior, rows }: Problem, factored: Factor, { matrix }: Scaled): never {
  const lost = new Set<number>()
  for (const column of factored.lost) {
    const shared = dependence(factored, matrix, column)
    const length = Math.hypot(...shared)
    shared.forEach((part, p) => {
      if (Math.abs(part) > SHARE * length && prior.deviations[p] === Infinity) lost.add(p)
    })
    if (prior.deviations[column] === Infinity) lost.add(column)
  }
  const names = listed([...lost].sort((a, b) => a - b).map((p) => parameterName(twin, p)))
  throw new InsituError('CONFIG', `fit of twin ${twin.name}: ${rows} rows do not determine ${names}`, {
    hint: 'measure at more, and at more different, parameters and inputs, or state how far these may lie from their start',
  })
}

/** Names of the parameters of which the data say next to nothing. */
export function undetermined({ twin, prior }: Problem, deviations: Float64Array): string[] {
  const names: string[] = []
  deviations.forEach((deviation, p) => {
    if (deviation > UNMOVED * prior.deviations[p]) names.push(parameterName(twin, p))
  })
  return names
}

/** Throws `CONFIG` where there are such parameters. */
export function requireDetermined({ twin, rows }: Problem, names: readonly string[]): void {
  if (names.length === 0) return
  throw new InsituError('CONFIG', `fit of twin ${twin.name}: ${rows} rows say next to nothing of ${listed(names)}`, {
    hint: 'measure at more, and at more different, parameters and inputs',
  })
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, NAMED)
  const more = names.length - shown.length
  return more > 0 ? `${shown.join(', ')} and ${more} more` : shown.join(' and ')
}
