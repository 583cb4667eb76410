import { createCode } from '../codes/code.ts'
import { paramCount } from '../contract/sheet.ts'
import type { Cost } from '../cost/cost.ts'
import { meanSquaredError } from '../cost/mean-squared-error.ts'
import { InsituError } from '../errors.ts'
import { type Draws, draws } from '../random/draws.ts'
import { STREAM } from '../random/streams.ts'
import {
  bankAmplitudes,
  type Perturbation,
  type PerturbationOptions,
  perturbation,
  wholeFrom1,
} from './mgd/settings.ts'
import type { Lesson, Rule } from './rule.ts'

export interface MgdAnalogOptions extends PerturbationOptions {
  /** Steps a code index is held (whole), default 1; a lesson is held (whole), default 250. */
  readonly tauP?: number
  readonly tauX?: number
  /** Time constant of the gradient's low-pass, in steps; default 100. */
  readonly tauTheta?: number
  /** Time constant of the cost's high-pass, in steps; default 10. The authors' code always passes 1.6. */
  readonly tauHp?: number
  /** The high-pass forgets the step of a new lesson (default), or sees it. */
  readonly blanking?: boolean
  readonly cost?: Cost
  /** Standard deviation added to every measured cost. */
  readonly costNoise?: number
  readonly noiseSeed?: number
}

export interface MgdAnalogState {
  readonly perturbation: Perturbation
  readonly source: { fill(k: number, into: Float64Array): void }
  readonly noise: Draws
  readonly values: Float64Array
  readonly gradient: Float64Array
  readonly readings: Float64Array
  readonly costs: Float64Array
  lesson: Lesson | undefined
  step: number
  highPassed: number
  /** Absent until there is a cost to compare with. */
  lastCost: number | undefined
}

/**
 * Analog multiplexed gradient descent: no baseline; the cost goes through a high-pass, is correlated with the
 * perturbation and goes through a low-pass, and the parameters move every step (one `step` of the rule, one slot,
 * lessons of one row). The optimizer's rate is the sheet's eta.
 */
export function mgdAnalog(options: MgdAnalogOptions): Rule<never, MgdAnalogState> {
  const { tauP = 1, tauX = 250, tauTheta = 100, tauHp = 10, cost = meanSquaredError, costNoise = 0 } = options
  const { blanking = true } = options
  wholeFrom1('tauP', tauP)
  wholeFrom1('tauX', tauX)
  if (!(tauTheta >= 0 && tauHp >= 0))
    throw new InsituError('CONFIG', `mgd-analog: tauTheta and tauHp must not be negative, got ${tauTheta} and ${tauHp}`)
  const pass = tauHp / (tauHp + 1)
  const fresh = 1 / (tauTheta + 1)
  const kept = tauTheta / (tauTheta + 1)
  return {
    name: 'mgd-analog',
    needs: [],
    headroom: (sheet) => bankAmplitudes(options, sheet),
    begin(device) {
      const known = perturbation(options, device.sheet)
      const count = paramCount(device.sheet)
      return {
        perturbation: known,
        source: createCode(known.family, known.seed, count),
        noise: draws(options.noiseSeed ?? options.seed, STREAM.costNoise),
        values: new Float64Array(count),
        gradient: new Float64Array(count),
        readings: new Float64Array(device.sheet.sense.width),
        costs: new Float64Array(1),
        lesson: undefined,
        step: 0,
        highPassed: 0,
        lastCost: undefined,
      }
    },
    async step(device, state, _theta, lessons, opts) {
      const isNew = state.lesson === undefined || state.step % tauX === 0
      const lesson = state.lesson === undefined || isNew ? lessons.next() : state.lesson
      state.lesson = lesson
      if (lesson.rows !== 1)
        throw new InsituError(
          'SHAPE',
          `mgd-analog: a lesson has ${lesson.rows} rows, wanted 1: the loop has one cost signal`,
        )
      const { perturbation, values, gradient } = state
      const { family, seed, amplitudes, amplitude, normSquared, first } = perturbation
      const index = first + Math.floor(state.step / tauP)
      const width = device.sheet.sense.width
      const delta = { kind: 'code', family, seed, first: index, amplitudes, hold: 1, pairing: 'single' } as const
      const drive = { kind: 'track', data: lesson.drive, hold: 1 } as const
      const receipt = await device.measure({ slots: 1, drive, delta }, state.readings, opts)
      cost.values(state.readings, 1, width, { data: lesson.target, rows: 1, hold: 1 }, state.costs)
      const measured = state.costs[0] + (costNoise > 0 ? costNoise * state.noise.normal(state.step) : 0)
      if (isNew && blanking) state.lastCost = undefined
      const valid = Number.isFinite(measured)
      state.highPassed = valid ? pass * (state.highPassed + measured - (state.lastCost ?? measured)) : 0
      if (valid) state.lastCost = measured
      state.source.fill(index, values)
      const gain = (state.highPassed * fresh) / normSquared
      for (let i = 0; i < values.length; i++) gradient[i] = gain * amplitude[i] * values[i] + kept * gradient[i]
      state.step++
      const { slots, clipped, saturated, retries } = receipt
      return { cost: measured, gradient, slots, clipped, saturated, retries, health: valid ? {} : { discarded: 1 } }
    },
  }
}
