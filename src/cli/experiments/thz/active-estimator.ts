import type { Belief } from '../../../sensing/belief.ts'
import { copied, observe } from '../../../sensing/belief.ts'
import { hypotheses } from '../../../sensing/hypotheses.ts'
import { type Estimate, mostProbable } from '../../../sensing/most-probable.ts'
import { pixelated } from '../../../sensing/pixelated.ts'
import { directSensor, type SensorModel, tangent, tangentSensor } from '../../../sensing/sensor.ts'
import { type ActiveObject, modelOn, priorsFor, sizes } from './active-problem.ts'
import type { ActiveSettings } from './active-settings.ts'

/** What an object is believed to be, reading by reading, and how masks read it near there. */
export interface Estimator {
  belief(): Belief
  sensor(): SensorModel
  observe(mask: Float64Array, reading: number): void
  /** Probability of each hypothesis. */
  readonly weights: ArrayLike<number>
}

export function estimatorFor(object: ActiveObject, settings: ActiveSettings, seed: number): Estimator {
  const priors = priorsFor(object, settings, seed)
  const noise = settings.noise * settings.deviation
  return settings.wave === 'none' ? straight(priors, noise) : bent(priors[0], noise, settings)
}

/** Readings are linear in the intensity: each is taken in when it comes. */
function straight(priors: readonly Belief[], noise: number): Estimator {
  const believed = hypotheses(priors)
  let now = believed.belief()
  const row = new Float64Array(now.mean.length)
  return {
    belief: () => now,
    sensor: () => directSensor(now.mean, { noise }),
    observe(mask, reading) {
      const sensor = directSensor(now.mean, { noise })
      sensor.row(mask, row)
      believed.observe(row, reading, sensor.expected(mask), now.mean, sensor.noise(mask))
      now = believed.belief()
    },
    weights: believed.weights,
  }
}

/** A wave lies between: all readings are fitted anew, and taken as straight at the most probable scene. */
function bent(prior: Belief, noise: number, settings: ActiveSettings): Estimator {
  const { side, modelFineness } = settings
  const cells = side * modelFineness
  const plane = { rows: cells, columns: cells, pitch: sizes(settings).size / cells }
  const model = pixelated(modelOn(settings, plane), modelFineness)
  const masks: Float64Array[] = []
  const values: number[] = []
  let estimate: Estimate | undefined
  let now = prior
  const row = new Float64Array(prior.mean.length)
  return {
    belief: () => now,
    sensor: () => tangentSensor(tangent(model, now.mean), { noise }),
    observe(mask, reading) {
      masks.push(mask)
      values.push(reading)
      estimate = mostProbable(prior, { model, masks, values, noise: noise ** 2 }, estimate)
      const after = copied(prior)
      const sensor = tangentSensor(tangent(model, estimate.image), { noise })
      for (const shown of masks) {
        sensor.row(shown, row)
        observe(after, row, 0, sensor.noise(shown))
      }
      now = { mean: estimate.image, covariance: after.covariance }
    },
    weights: [1],
  }
}
