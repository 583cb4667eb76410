import { createCode } from '../codes/code.ts'
import { paramCount } from '../contract/sheet.ts'
import { type Correlator, correlator } from './mgd/correlator.ts'
import { Estimator } from './mgd/estimator.ts'
import { estimatorSettings, type MeasurementOptions, type Periods } from './mgd/estimator-settings.ts'
import { angleDeg, finiteDifference } from './mgd/finite-difference.ts'
import {
  bankAmplitudes,
  gradientScale,
  type Normalisation,
  type Perturbation,
  type PerturbationOptions,
  perturbation,
} from './mgd/settings.ts'
import type { Lesson, Rule } from './rule.ts'

export interface MgdOptions extends PerturbationOptions, MeasurementOptions, Periods {
  /** Default "norm-squared". */
  readonly normalisation?: Normalisation
  /** Every so many windows, measure the angle of G to a finite-difference gradient of the window's last lesson. */
  readonly angleEvery?: number
}

/** What the rule carries from window to window. */
export interface MgdState {
  readonly estimator: Estimator
  readonly correlator: Correlator
  readonly perturbation: Perturbation
  readonly scale: Float64Array
  readonly gradient: Float64Array
  windows: number
}

/**
 * Discrete multiplexed gradient descent (McCaughan et al. 2023).
 *
 * One step is one tau_theta window. Its gradient is G, the SUM over the window of C~ theta~ / norm^2 (see
 * `Normalisation`): K steps give about K grad C / P. Needs no facet; a machine with `codes` is sent seeds.
 */
export function mgd(options: MgdOptions): Rule<never, MgdState> {
  const { normalisation = 'norm-squared', angleEvery = 0 } = options
  const settings = estimatorSettings(options)
  const { cost, costNoise, tauTheta } = settings
  return {
    name: 'mgd',
    needs: [],
    headroom: (sheet) => bankAmplitudes(options, sheet),
    begin(device) {
      const known = perturbation(options, device.sheet)
      const count = paramCount(device.sheet)
      return {
        estimator: new Estimator(settings, known),
        correlator: correlator(createCode(known.family, known.seed, count)),
        perturbation: known,
        scale: gradientScale(known, normalisation),
        gradient: new Float64Array(count),
        windows: 0,
      }
    },
    async step(device, state, _theta, lessons, opts) {
      const { estimator, correlator, scale, gradient } = state
      correlator.sums.fill(0)
      const tally = await estimator.window(device, lessons, tauTheta, correlator.add, opts)
      for (let i = 0; i < gradient.length; i++) gradient[i] = scale[i] * correlator.sums[i]
      state.windows++
      if (angleEvery === 0 || state.windows % angleEvery !== 0) return tally.estimate(gradient, costNoise)
      const lesson = estimator.lessons.at(-1) as Lesson
      const reference = await finiteDifference(device, lesson, { step: state.perturbation.amplitudes, cost }, opts)
      return tally.estimate(gradient, costNoise, reference.slots, angleDeg(gradient, reference.gradient))
    },
  }
}
