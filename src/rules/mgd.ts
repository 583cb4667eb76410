import { createCode } from '../codes/code.ts'
import { paramCount } from '../contract/sheet.ts'
import type { Cost } from '../cost/cost.ts'
import { meanSquaredError } from '../cost/mean-squared-error.ts'
import { type Correlator, correlator } from './mgd/correlator.ts'
import { Estimator } from './mgd/estimator.ts'
import { angleDeg, finiteDifference } from './mgd/finite-difference.ts'
import {
  bankAmplitudes,
  gradientScale,
  type Normalisation,
  type Perturbation,
  type PerturbationOptions,
  perturbation,
  wholeFrom1,
} from './mgd/settings.ts'
import type { Lesson, Rule } from './rule.ts'

/** The three periods of multiplexed gradient descent, in steps; each defaults to 1. */
export interface Periods {
  /** Steps a perturbation is held. */
  readonly tauP?: number
  /** Steps a lesson is held. */
  readonly tauX?: number
  /** Steps between parameter updates: one `step` of the rule. */
  readonly tauTheta?: number
}

export interface MgdOptions extends PerturbationOptions, Periods {
  /** Default "norm-squared". */
  readonly normalisation?: Normalisation
  /** Default mean squared error. */
  readonly cost?: Cost
  /** C - C0 (default), or (C+ - C-) / 2 with every code applied with both signs and no baseline. */
  readonly difference?: 'baseline' | 'opposite'
  /** Standard deviation added to every measured cost; the baseline has it only if `noisyBaseline`. */
  readonly costNoise?: number
  readonly noisyBaseline?: boolean
  /** Seed of the cost noise; default the code's. */
  readonly noiseSeed?: number
  /** Cost changes are held to +-clip. */
  readonly clip?: number
  /** Most slots per exchange; default 4096. */
  readonly burst?: number
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
  const { tauP = 1, tauX = 1, tauTheta = 1, normalisation = 'norm-squared', cost = meanSquaredError } = options
  const { angleEvery = 0, costNoise = 0 } = options
  wholeFrom1('tauP', tauP)
  wholeFrom1('tauX', tauX)
  wholeFrom1('tauTheta', tauTheta)
  return {
    name: 'mgd',
    needs: [],
    headroom: (sheet) => bankAmplitudes(options, sheet),
    begin(device) {
      const known = perturbation(options, device.sheet)
      const settings = {
        tauP,
        tauX,
        cost,
        costNoise,
        difference: options.difference ?? 'baseline',
        noisyBaseline: options.noisyBaseline ?? false,
        noiseSeed: options.noiseSeed ?? options.seed,
        clip: options.clip ?? Number.POSITIVE_INFINITY,
        burst: options.burst ?? 4096,
      }
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
