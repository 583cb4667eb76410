import { patternsOf } from '../../../patterns/family.ts'
import { trace } from '../../../sensing/belief.ts'
import { byGradient } from '../../../sensing/gradient-planner.ts'
import { greedy, inOrder, type Planner } from '../../../sensing/planner.ts'
import { type SensingEnd, stopRule } from '../../../sensing/stop.ts'
import { estimatorFor } from './active-estimator.ts'
import { type ActiveObject, activeMachine } from './active-problem.ts'
import type { ActiveMethod, ActiveSettings } from './active-settings.ts'

/** How one object was read by one method. */
export interface ActiveRun {
  /** After 0, 1, ... readings: part of the variance that is believed to be left. */
  readonly left: readonly number[]
  /** The same: squared error of the image over the squared error of knowing nothing. */
  readonly error: readonly number[]
  readonly masks: readonly Float64Array[]
  readonly image: Float64Array
  readonly ended: SensingEnd
  /** Probability of each hypothesis at the end. */
  readonly weights: readonly number[]
}

/** The runs of every method, object by object in the same order. */
export type ActiveRuns = Readonly<Partial<Record<ActiveMethod, readonly ActiveRun[]>>>

/** Shows patterns to one object, one after the other, each chosen after the reading before. */
export async function senseObject(
  object: ActiveObject,
  method: ActiveMethod,
  settings: ActiveSettings,
  seed: number,
): Promise<ActiveRun> {
  const { side, patterns, order, leastGain, leastLeft } = settings
  const family = method === 'random' ? `random:${seed}` : order
  const candidates = patternsOf(family, side, side, method === 'random' ? { count: patterns } : {})
  const planner = plannerOf(method, settings)
  const estimator = estimatorFor(object, settings, seed)
  const ends = stopRule({ leastGain, leastLeft, most: patterns })
  const { machine, read } = await activeMachine(object, settings, seed)
  await using _closed = machine
  const prior = estimator.belief()
  const [before, worst] = [trace(prior.covariance), distance(prior.mean, object.truth)]
  const left = [1]
  const error = [1]
  const masks: Float64Array[] = []
  let now = prior
  let ended = ends({ shown: 0, before, left: before })
  while (ended === undefined) {
    const { mask, gain } = planner.next(now.covariance, estimator.sensor(), candidates)
    ended = ends({ shown: masks.length, before, left: trace(now.covariance), gain })
    if (ended !== undefined) break
    masks.push(mask)
    estimator.observe(mask, await read(mask))
    now = estimator.belief()
    left.push(trace(now.covariance) / before)
    error.push(distance(now.mean, object.truth) / worst)
    ended = ends({ shown: masks.length, before, left: trace(now.covariance) })
  }
  return { left, error, masks, image: now.mean, ended, weights: Array.from(estimator.weights) }
}

function plannerOf(method: ActiveMethod, { patterns, horizon, iterations }: ActiveSettings): Planner {
  if (method === 'greedy') return greedy()
  if (method === 'gradient') return byGradient({ horizon: Math.min(horizon, patterns), iterations })
  return inOrder(method)
}

function distance(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, value, p) => sum + (value - b[p]) ** 2, 0)
}
