import { InsituError } from '../errors.ts'
import {
  bankAmplitudes,
  type Perturbation,
  type PerturbationOptions,
  perturbation,
  wholeFrom1,
} from './mgd/settings.ts'
import type { Rule } from './rule.ts'

export interface MgdOnChipOptions extends PerturbationOptions {
  /** theta -= rate * G, G as `mgd` with "norm-squared". */
  readonly rate: number
  /** Steps a sample is held; default 1. */
  readonly tauX?: number
  /** Steps between updates; default 1. */
  readonly tauTheta?: number
  /** Samples handed over at once: one `step` of the rule; default 16. */
  readonly samples?: number
}

export interface MgdOnChipState {
  readonly perturbation: Perturbation
  readonly costs: Float64Array
  steps: number
}

/** Multiplexed gradient descent run by the machine itself; the host hands over samples and reads the parameters back. */
export function mgdOnChip(options: MgdOnChipOptions): Rule<'learn', MgdOnChipState> {
  const { tauX = 1, tauTheta = 1, samples = 16, rate } = options
  wholeFrom1('tauX', tauX)
  wholeFrom1('tauTheta', tauTheta)
  wholeFrom1('samples', samples)
  if ((samples * tauX) % tauTheta !== 0)
    throw new InsituError(
      'CONFIG',
      `mgd-on-chip: tauTheta ${tauTheta} must divide the ${samples * tauX} steps of a job (samples x tauX)`,
    )
  return {
    name: 'mgd-on-chip',
    needs: ['learn'],
    moves: 'machine',
    headroom: (sheet) => bankAmplitudes(options, sheet),
    begin: (device) => ({
      perturbation: perturbation(options, device.sheet),
      costs: new Float64Array(samples),
      steps: 0,
    }),
    async step(device, state, theta, lessons, opts) {
      const { family, seed, amplitudes, first } = state.perturbation
      const { drive: input, sense } = device.sheet
      const drive = new Float64Array(samples * input.width)
      const target = new Float64Array(samples * sense.width)
      for (let filled = 0; filled < samples; ) {
        const lesson = lessons.next()
        if (lesson.rows > samples - filled)
          throw new InsituError(
            'SHAPE',
            `mgd-on-chip: a lesson of ${lesson.rows} rows does not fit into the ${samples - filled} samples left of ${samples}`,
            { hint: 'let samples be a multiple of the rows of a lesson' },
          )
        drive.set(lesson.drive, filled * input.width)
        target.set(lesson.target, filled * sense.width)
        filled += lesson.rows
      }
      const code = {
        kind: 'code',
        family,
        seed,
        first: first + state.steps,
        amplitudes,
        hold: 1,
        pairing: 'single',
      } as const
      const job = { rows: samples, drive, target, hold: tauX, updateEvery: tauTheta, code, rate }
      const receipt = await device.learn.run(job, state.costs, theta, opts)
      state.steps += samples * tauX
      const { slots, clipped, saturated, retries } = receipt
      const cost = state.costs.reduce((sum, c) => sum + c, 0) / samples
      return { cost, slots, clipped, saturated, retries }
    },
  }
}
