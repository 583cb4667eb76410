import { patternsOf } from '../../../patterns/family.ts'
import { trace } from '../../../sensing/belief.ts'
import { byGradient } from '../../../sensing/gradient-planner.ts'
import { hypotheses } from '../../../sensing/hypotheses.ts'
import { greedy, inOrder, type Planner } from '../../../sensing/planner.ts'
import { type SensingEnd, stopRule } from '../../../sensing/stop.ts'
import { type ActiveObject, activeMachine, priorsFor, sensorFor } from './active-problem.ts'
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
  const believed = hypotheses(priorsFor(object, settings, seed))
  const sensorAt = sensorFor(settings)
  const ends = stopRule({ leastGain, leastLeft, most: patterns })
  const { machine, read } = await activeMachine(object, settings, seed)
  await using _closed = machine
  const prior = believed.belief()
  const [before, worst] = [trace(prior.covariance), distance(prior.mean, object.truth)]
  const left = [1]
  const error = [1]
  const masks: Float64Array[] = []
  const row = new Float64Array(side * side)
  let now = prior
  let ended = ends({ shown: 0, before, left: before })
  while (ended === undefined) {
    const sensor = sensorAt(now.mean)
    const { mask, gain } = planner.next(now.covariance, sensor, candidates)
    ended = ends({ shown: masks.length, before, left: trace(now.covariance), gain })
    if (ended !== undefined) break
    masks.push(mask)
    sensor.row(mask, row)
    believed.observe(row, await read(mask), sensor.expected(mask), now.mean, sensor.noise(mask))
    now = believed.belief()
    left.push(trace(now.covariance) / before)
    error.push(distance(now.mean, object.truth) / worst)
    ended = ends({ shown: masks.length, before, left: trace(now.covariance) })
  }
  return { left, error, masks, image: now.mean, ended, weights: [...believed.weights] }
}

function plannerOf(method: ActiveMethod, { patterns, horizon, iterations }: ActiveSettings): Planner {
  if (method === 'greedy') return greedy()
  if (method === 'gradient') return byGradient({ horizon: Math.min(horizon, patterns), iterations })
  return inOrder(method)
}

function distance(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, value, p) => sum + (value - b[p]) ** 2, 0)
}
