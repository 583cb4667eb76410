import { nameOf } from '../contract/sheet.ts'
import { InsituError } from '../errors.ts'
import { type Schedule, scheduled } from '../optim/schedule.ts'
import { Estimator } from './mgd/estimator.ts'
import { estimatorSettings, type MeasurementOptions, type Periods } from './mgd/estimator-settings.ts'
import { bankAmplitudes, type Perturbation, type PerturbationOptions, perturbation } from './mgd/settings.ts'
import { project } from './project.ts'
import type { Rule } from './rule.ts'

export interface MgdReplayOptions extends PerturbationOptions, MeasurementOptions, Periods {
  /** theta -= rate * G, G as `mgd` with "norm-squared". */
  readonly rate: number | Schedule
}

export interface MgdReplayState {
  readonly estimator: Estimator
  readonly perturbation: Perturbation
  coefficients: Float64Array
  windows: number
}

/**
 * Multiplexed gradient descent with updates by seed replay: the machine adds the perturbations it generates itself,
 * weighted with one coefficient per code index, so a window's update costs one number per code instead of one per
 * parameter. Plain descent only; the parameters stay on the machine.
 */
export function mgdReplay(options: MgdReplayOptions): Rule<'codes', MgdReplayState> {
  const settings = estimatorSettings(options)
  const { tauTheta } = settings
  const rate = scheduled(options.rate)
  return {
    name: 'mgd-replay',
    needs: ['codes'],
    moves: 'machine',
    headroom: (sheet) => bankAmplitudes(options, sheet),
    begin(device) {
      const known = perturbation(options, device.sheet)
      const { families } = device.codes
      if (!families.includes(known.family))
        throw new InsituError(
          'CAPABILITY',
          `mgd-replay needs ${known.family} codes; ${nameOf(device.sheet)} generates ${families.join(', ')}`,
        )
      return {
        estimator: new Estimator(settings, known),
        perturbation: known,
        coefficients: new Float64Array(tauTheta + 1),
        windows: 0,
      }
    },
    async step(device, state, theta, lessons, opts) {
      const { family, seed, amplitudes, normSquared } = state.perturbation
      const gain = -rate(state.windows++) / normSquared
      let first = -1
      let codes = 0
      const tally = await state.estimator.window(
        device,
        lessons,
        tauTheta,
        (index, changes, count) => {
          if (first < 0) first = index
          for (let n = 0; n < count; n++) {
            const at = index - first + n
            // A code index may go on in the next burst.
            state.coefficients[at] = (at < codes ? state.coefficients[at] : 0) + gain * changes[n]
            codes = Math.max(codes, at + 1)
          }
        },
        opts,
      )
      const code = { kind: 'code', family, seed, first, amplitudes, hold: 1, pairing: 'single' } as const
      const receipt = await device.codes.apply(code, state.coefficients.subarray(0, codes), theta, opts)
      tally.receipt({ ...receipt, slots: 0 })
      // The machine stops at its limits; the next perturbation needs room there.
      if (project(device.sheet, theta, amplitudes) > 0) await device.store(theta, opts)
      return tally.estimate(undefined, settings.costNoise)
    },
  }
}
