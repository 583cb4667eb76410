import type { Facet } from '../contract/facets.ts'
import { paramCount } from '../contract/sheet.ts'
import { InsituError } from '../errors.ts'
import type { Estimate, Health, Lesson, LessonSource, Rule } from './rule.ts'

export interface AveragedState<S> {
  readonly inner: S
  readonly mean: Float64Array
  readonly spread: Float64Array
}

/**
 * Measures the gradient of another rule `repeats` times on the same lessons and descends along the mean; the spread gives
 * it an error bar (`standardError`, and `gradientError` in the health). Works on every rule that estimates a gradient.
 */
export function averaged<F extends Facet, S>(rule: Rule<F, S>, repeats: number): Rule<F, AveragedState<S>> {
  if (!(Number.isSafeInteger(repeats) && repeats >= 2))
    throw new InsituError('CONFIG', `averaged: repeats must be a whole number from 2, got ${repeats}`, {
      hint: 'one reading has no error bar; use the rule itself',
    })
  if (rule.moves === 'machine')
    throw new InsituError('CONFIG', `averaged: ${rule.name} estimates no gradient, so there is none to average`)
  return {
    name: `${rule.name}, ${repeats} repeats`,
    needs: rule.needs,
    ...(rule.headroom && { headroom: (sheet) => rule.headroom?.(sheet) ?? [] }),
    async begin(device, theta) {
      const count = paramCount(device.sheet)
      const inner = await rule.begin(device, theta)
      return { inner, mean: new Float64Array(count), spread: new Float64Array(count) }
    },
    async step(device, { inner, mean, spread }, theta, lessons, opts) {
      mean.fill(0)
      spread.fill(0)
      const shown: Lesson[] = []
      const estimates: Estimate[] = []
      for (let n = 0; n < repeats; n++) {
        const estimate = await rule.step(device, inner, theta, again(lessons, shown), opts)
        const { gradient } = estimate
        if (gradient === undefined) throw new InsituError('INTERNAL', `averaged: ${rule.name} gave no gradient`)
        // Welford's running mean and sum of squares, which loses nothing to a large mean.
        for (let i = 0; i < mean.length; i++) {
          const off = gradient[i] - mean[i]
          mean[i] += off / (n + 1)
          spread[i] += off * (gradient[i] - mean[i])
        }
        // The inner rule reuses its arrays: only numbers are kept.
        estimates.push({ ...estimate, gradient: undefined })
      }
      for (let i = 0; i < spread.length; i++) spread[i] = Math.sqrt(spread[i] / (repeats * (repeats - 1)))
      return joined(estimates, mean, spread)
    },
  }
}

/** Lessons that begin with those shown before, and notes the new ones. */
function again(lessons: LessonSource, shown: Lesson[]): LessonSource {
  let at = 0
  return {
    next() {
      if (at === shown.length) shown.push(lessons.next())
      return shown[at++]
    },
  }
}

function joined(estimates: readonly Estimate[], gradient: Float64Array, standardError: Float64Array): Estimate {
  const sum = (field: 'cost' | 'slots' | 'clipped' | 'saturated' | 'retries') =>
    estimates.reduce((total, estimate) => total + estimate[field], 0)
  const error = norm(standardError)
  const seen = norm(gradient)
  // The mean holds its own noise: what is left of its size without it, where that is more than nothing.
  const size = seen > error ? Math.sqrt(seen ** 2 - error ** 2) : seen
  const mean = (field: keyof Health) => {
    const values = estimates.flatMap((estimate) => estimate.health?.[field] ?? [])
    return values.length === 0 ? {} : { [field]: values.reduce((total, v) => total + v, 0) / values.length }
  }
  const news = estimates.flatMap((estimate) => estimate.news ?? [])
  const discarded = estimates.reduce((total, { health }) => total + (health?.discarded ?? 0), 0)
  return {
    cost: sum('cost') / estimates.length,
    gradient,
    standardError,
    slots: sum('slots'),
    clipped: sum('clipped'),
    saturated: sum('saturated'),
    retries: sum('retries'),
    health: {
      ...mean('signalSteps'),
      ...mean('signalToNoise'),
      ...mean('angleDeg'),
      ...mean('returnError'),
      ...mean('lostInjections'),
      ...(size > 0 && { gradientError: error / size }),
      ...(discarded > 0 && { discarded }),
    },
    ...(news.length > 0 && { news }),
  }
}

function norm(values: Float64Array): number {
  return Math.sqrt(values.reduce((total, v) => total + v * v, 0))
}
