import type { Chart } from '../../../report/curves.ts'
import { backward } from '../../../twins/fit/cholesky.ts'
import { type Gaussian, logWidth } from '../../../twins/fit/gaussian.ts'
import { problem } from '../../../twins/fit/problem.ts'
import { fitTwin } from '../../../twins/fit.ts'
import type { Context } from '../experiment.ts'
import { boundOf, climbed, moved, type Spread } from './adam-bound.ts'
import { within } from './coverage.ts'
import { scaledRecord, scaledTwin } from './scaled-twin.ts'
import type { CalibrationSettings } from './settings.ts'

/** Steps of Adam between two looks at the bound. */
const LOOK = 50

interface Seen {
  readonly step: number
  readonly bound: number
}

/** How soon variational inference of second order and Adam are near the best bound. */
export async function compareBounds(settings: CalibrationSettings, seed: number) {
  const { scaledNoise: noise, rows, pairs, iterations, adamSteps, adamRates } = settings
  const { record, truth } = await scaledRecord(10 * rows, noise, seed)
  const posed = problem(scaledTwin, [record])
  const sigma = Float64Array.of(noise)
  const gaussians: (readonly [number, Gaussian])[] = []
  const watch = ({ iteration, gaussian }: { iteration: number; gaussian: Gaussian }) =>
    void gaussians.push([iteration, gaussian])
  // An iteration is watched at its beginning: one more shows what the last has made.
  const fit = await fitTwin(scaledTwin, [record], {
    ...{ sigma: noise, method: 'variational', iterations: iterations + 1 },
    variational: { pairs, seed, watch },
  })
  const second: Seen[] = []
  for (const [iteration, gaussian] of gaussians)
    second.push({ step: iteration, bound: await boundOf(posed, sides(gaussian), logWidth(gaussian), sigma) })
  const first: { readonly rate: number; readonly seen: readonly Seen[] }[] = []
  for (const rate of adamRates) {
    const seen: Seen[] = []
    for await (const { step, now } of climbed(posed, sigma, { rate, steps: adamSteps, pairs, every: LOOK, seed }))
      seen.push({ step, bound: await boundOf(posed, (eps) => moved(now, eps), width(now), sigma, 20) })
    first.push({ rate, seen })
  }
  const scores = Array.from(fit.parameters, (value, p) => (value - truth[p]) / fit.deviations[p])
  return { second, first, coverage: within(scores), converged: fit.converged }
}

/** Points of a distribution held by its precision. */
function sides({ mean, factored, scale }: Gaussian) {
  return (eps: Float64Array) => {
    const off = eps.slice()
    backward(factored, off)
    return mean.map((value, p) => value + off[p] * scale[p])
  }
}

function width({ logs }: Spread): number {
  return logs.reduce((sum, value) => sum + value, 0)
}

export type Comparison = Awaited<ReturnType<typeof compareBounds>>

/** Steps until the bound is within `nats` of the best that any way found, and stays there; null where it never is. */
export function arrivals({ second, first }: Comparison, nats: number) {
  const all = [...second, ...first.flatMap(({ seen }) => seen)]
  // A bound that has left the numbers is not there either.
  const known = all.filter(({ bound }) => Number.isFinite(bound))
  const best = known.reduce((top, { bound }) => Math.max(top, bound), Number.NEGATIVE_INFINITY)
  const since = (seen: readonly Seen[]) => {
    const far = seen.findLastIndex(({ bound }) => !(bound >= best - nats))
    return seen[far + 1]?.step ?? null
  }
  return {
    best,
    second: since(second),
    first: Object.fromEntries(first.map(({ rate, seen }) => [String(rate), since(seen)])),
    shortfall: Object.fromEntries(
      first.map(({ rate, seen }) => [String(rate), best - (seen.at(-1)?.bound ?? Number.NaN)]),
    ),
  }
}

export function drawBounds({ second, first }: Comparison, best: number, context: Context): void {
  const line = (seen: readonly Seen[]) =>
    seen.filter(({ step }) => step > 0).map(({ step, bound }) => ({ x: step, y: best - bound }))
  const chart: Chart = {
    title: 'Distance from the best bound',
    x: 'iterations',
    y: 'nats',
    scale: 'log',
    xScale: 'log',
    curves: [
      { name: 'second order', color: 1, dots: true, points: line(second) },
      ...first.map(({ rate, seen }, n) => ({ name: `Adam ${rate}`, color: n + 2, plain: true, points: line(seen) })),
    ],
  }
  context.figure(chart)
}
