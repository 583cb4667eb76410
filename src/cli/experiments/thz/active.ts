import { childSeed } from '../../../random/draws.ts'
import { STREAM } from '../../../random/streams.ts'
import { experiment } from '../experiment.ts'
import { deviation, mean } from '../statistics.ts'
import { drawActive } from './active-figures.ts'
import { type ActiveObject, activeObjects } from './active-problem.ts'
import { type ActiveRun, type ActiveRuns, senseObject } from './active-run.ts'
import { ACTIVE_METHODS, ACTIVE_SETTINGS, type ActiveMethod } from './active-settings.ts'

export const thzActive = experiment({
  name: 'thz-active',
  summary: 'Patterns chosen from what is not known yet, against a fixed order and against chance',
  source:
    'planning by the posterior covariance and its gradient (Benhamou, Bonnabel and Chapdelaine, arXiv 2402.17569); a study with 8 x 8 pixels, a Gaussian kernel and 8 masks leaves .44 of the variance by random masks, .59 by the first rows of a Hadamard matrix, .25 by a greedy choice and .24 by gradient',
  settings: ACTIVE_SETTINGS,
  short: { objects: 'F,star', draws: 2, iterations: 20 },
  async run(settings, context) {
    const { seed } = context
    const methods = ACTIVE_METHODS.filter((method) => settings.method === 'all' || method === settings.method)
    const objects = await activeObjects(settings, seed)
    const runs: Partial<Record<ActiveMethod, ActiveRun[]>> = {}
    for (const method of methods) {
      const of: ActiveRun[] = []
      // Every method meets the same noise on the same object.
      for (const [n, object] of objects.entries())
        of.push(await senseObject(object, method, settings, childSeed(seed, STREAM.sceneDraws, n)))
      runs[method] = of
      context.progress(`${method}: error ${mean(last(of, 'error')).toFixed(3)} over ${objects.length} objects`)
    }
    drawActive(objects, runs, settings, context)
    const table = <T>(value: (of: readonly ActiveRun[]) => T) =>
      Object.fromEntries(methods.map((method) => [method, value(runs[method] as ActiveRun[])]))
    const left = table((of) => mean(last(of, 'left')))
    return {
      residualVariance: left,
      ...(left.random !== undefined && { overRandom: ratio(left, 'random') }),
      ...(left.fixed !== undefined && { overFixed: ratio(left, 'fixed') }),
      error: table((of) => mean(last(of, 'error'))),
      errorSpread: table((of) => deviation(last(of, 'error'))),
      againstFixed: comparisons(runs, 'fixed', objects),
      againstRandom: comparisons(runs, 'random', objects),
      patternsShown: table((of) => mean(of.map(({ masks }) => masks.length))),
      ended: table((of) => counts(of.map(({ ended }) => ended))),
      objects: Object.fromEntries(objects.map(({ name }, n) => [name, table((of) => of[n].error.at(-1) as number)])),
      ...(settings.lengths.length > 1 && {
        weights: table((of) => settings.lengths.map((_, h) => mean(of.map(({ weights }) => weights[h])))),
      }),
    }
  },
})

function last(runs: readonly ActiveRun[], of: 'left' | 'error'): readonly number[] {
  return runs.map((run) => run[of].at(-1) as number)
}

function ratio(left: Readonly<Record<string, number>>, over: string): Record<string, number> {
  return Object.fromEntries(
    Object.entries(left).flatMap(([method, value]) => (method === over ? [] : [[method, value / left[over]]])),
  )
}

/** How planned patterns do on the same objects as others: mean difference of the error, its standard error, and the named scenes on which they lose. */
function comparisons(runs: ActiveRuns, other: ActiveMethod, objects: readonly ActiveObject[]) {
  const base = runs[other]
  if (base === undefined) return {}
  const planned = ACTIVE_METHODS.filter((method) => (method === 'greedy' || method === 'gradient') && runs[method])
  return Object.fromEntries(
    planned.map((method) => {
      const differences = last(runs[method] ?? [], 'error').map((value, n) => value - last(base, 'error')[n])
      return [
        method,
        {
          difference: mean(differences),
          standardError: deviation(differences) / Math.sqrt(differences.length),
          better: differences.filter((value) => value < 0).length / differences.length,
          worseOn: objects.filter(({ drawn }, n) => !drawn && differences[n] > 0).map(({ name }) => name),
        },
      ]
    }),
  )
}

function counts(words: readonly string[]): Record<string, number> {
  const found: Record<string, number> = {}
  for (const word of words) found[word] = (found[word] ?? 0) + 1
  return found
}
