import { choice, range, real, volts, whole } from './settings.ts'

export const FAMILIES = ['random', 'walsh', 'sequential', 'sinusoid'] as const

/** Settings all experiments with multiplexed gradient descent share; the defaults are those of the XOR example. */
export const MGD_SETTINGS = {
  eta: real(0.1, 'learning rate on the sum G (1 for a rate of one cost per squared volt)'),
  norm: volts(0.05, 'two-norm of the perturbation over all parameters, V'),
  code: choice(FAMILIES, 'random', 'perturbation code; default sinusoid with loop=analog'),
  tauP: whole(1, 'steps a perturbation is held'),
  tauX: whole(1, 'steps a sample is held; default 250 with loop=analog'),
  tauTheta: whole(1, 'steps between updates; loop=analog: time constant of the low-pass, default 100'),
  steps: whole(200_000, 'steps before a run counts as failed'),
  seeds: whole(40, 'runs, each with its own chip, start, order and code'),
  init: range(0, 1, 'initial parameters are uniform in this range, V'),
  loop: choice(['discrete', 'analog'], 'discrete', 'baseline and sum, or high-pass and low-pass'),
  normalisation: choice(
    ['norm-squared', 'amplitude-squared'],
    'norm-squared',
    'what C~ theta~ is divided by; amplitude-squared gives a G that is P times larger for random and walsh',
  ),
  costNoise: real(0, 'standard deviation added to every cost but the baseline'),
  baselineNoise: choice(['off', 'on'], 'off', 'whether the baseline is read with the same noise (loop=discrete)'),
  updateNoise: volts(0, 'standard deviation added to every parameter at every update, V'),
  updateNoiseKind: choice(['independent', 'common'], 'independent', 'one draw per parameter, or one for all'),
  defects: real(0, 'spread of the activation defects, drawn once per chip'),
} as const

/** What changes when the loop is analog (the sheet's setting to start from). */
export const LOOP_VARIANTS = { loop: { analog: { code: 'sinusoid', tauX: 250, tauTheta: 100 } } } as const

/** Time constant of the analog loop's high-pass, in steps, beside tauX 250 and tauTheta 100. */
export const TAU_HP = 10
