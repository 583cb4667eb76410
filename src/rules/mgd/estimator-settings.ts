import type { Cost } from '../../cost/cost.ts'
import { meanSquaredError } from '../../cost/mean-squared-error.ts'
import { InsituError } from '../../errors.ts'
import { wholeFrom1 } from './settings.ts'

/** The periods of multiplexed gradient descent, in steps; each defaults to 1. */
export interface Periods {
  /** Steps a perturbation is held. */
  readonly tauP?: number
  /** Steps a lesson is held. */
  readonly tauX?: number
  /** Steps between parameter updates: one `step` of the rule. */
  readonly tauTheta?: number
}

/** How costs are measured and compared. */
export interface MeasurementOptions {
  /** Default mean squared error. */
  readonly cost?: Cost
  /** C - C0 (default), or (C+ - C-) / 2 with every code applied with both signs and no baseline. */
  readonly difference?: 'baseline' | 'opposite'
  /** Standard deviation added to every measured cost; the baseline has it only if `noisyBaseline`. */
  readonly costNoise?: number
  readonly noisyBaseline?: boolean
  /** Seed of the cost noise; default the code's. */
  readonly noiseSeed?: number
  /** Cost changes are held to +-clip; one that is no number always counts as 0. */
  readonly clip?: number
  /** Most slots per exchange; default 4096. */
  readonly burst?: number
}

export type EstimatorSettings = Required<MeasurementOptions> & Required<Periods>

/** Fills in the defaults; `CONFIG` names a setting that makes no sense. */
export function estimatorSettings(
  options: MeasurementOptions & Periods & { readonly seed: number },
): EstimatorSettings {
  const settings: EstimatorSettings = {
    tauP: options.tauP ?? 1,
    tauX: options.tauX ?? 1,
    tauTheta: options.tauTheta ?? 1,
    cost: options.cost ?? meanSquaredError,
    difference: options.difference ?? 'baseline',
    costNoise: options.costNoise ?? 0,
    noisyBaseline: options.noisyBaseline ?? false,
    noiseSeed: options.noiseSeed ?? options.seed,
    clip: options.clip ?? Number.POSITIVE_INFINITY,
    burst: options.burst ?? 4096,
  }
  for (const name of ['tauP', 'tauX', 'tauTheta', 'burst'] as const) wholeFrom1(name, settings[name])
  if (!(settings.costNoise >= 0))
    throw new InsituError('CONFIG', `mgd: costNoise must be zero or positive, got ${settings.costNoise}`)
  if (!(settings.clip > 0)) throw new InsituError('CONFIG', `mgd: clip must be positive, got ${settings.clip}`)
  return settings
}
