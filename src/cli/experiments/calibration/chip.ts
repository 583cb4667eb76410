import { drawMultipliers, drawNeurons } from '../../../../sim/chip/mismatch.ts'
import { mgdChip } from '../../../../sim/index.ts'
import { mgdChipTwin } from '../../../../sim/twins/mgd-chip.ts'
import { attach } from '../../../contract/device.ts'
import { calibrateTwin, type MeasuredCalibration } from '../../../twins/calibrate.ts'
import type { TwinRecord } from '../../../twins/calibration.ts'
import { priorOf } from '../../../twins/fit/problem.ts'
import { fitTwin, type TwinFit } from '../../../twins/fit.ts'
import { predict } from '../../../twins/predict.ts'
import { probes } from '../../../twins/probes.ts'
import { residual } from '../../../twins/residual.ts'
import type { Twin } from '../../../twins/twin.ts'
import type { CalibrationSettings } from './settings.ts'

export const METHODS = ['gauss-newton', 'variational'] as const

export type Method = (typeof METHODS)[number]

/** What one method made of one machine. */
export interface Outcome {
  /** Root mean square of what is wrong with the parameters, in spreads of their banks. */
  readonly error: number
  /** Errors of parameters, and of held-out readings, in the standard deviations stated for them. */
  readonly parameters: readonly number[]
  readonly held: readonly number[]
  readonly residual: number
  readonly sigma: number
  readonly undetermined: readonly string[]
  readonly converged: boolean
  readonly iterations: number
}

/** What calibration made of one machine. */
export interface ChipOutcome {
  readonly reads: number
  /** Of the twin as designed: error of its parameters, and residual of held-out readings. */
  readonly errorBefore: number
  readonly residualBefore: number
  readonly methods: Readonly<Partial<Record<Method, Outcome>>>
}

/** Makes a chip, probes it, fits its twin and looks at settings that were held out. */
export async function calibrateChip(settings: CalibrationSettings, seed: number): Promise<ChipOutcome> {
  const { layers, mismatch, offset, noise, believed, reach, rows } = settings
  const spec = { layers, activation: 'sigmoid' } as const
  const off = { weightGain: mismatch, weightOffset: offset, activation: mismatch, dead: 0 }
  await using device = attach(mgdChip({ ...spec, seed, imperfections: { ...off, readNoise: noise } }))
  const priors = { weightGain: believed * mismatch, weightOffset: believed * offset, activation: believed * mismatch }
  const twin = mgdChipTwin(spec, { priors })
  const truth = trueParameters(spec, off, seed)
  const plan = { settings: settings.settings, rows, repeats: settings.repeats, reach, seed }
  const wanted = METHODS.filter((method) => settings.method === 'both' || settings.method === method)
  const optionsOf = (method: Method) => ({
    method,
    leastSigma: noise,
    variational: { pairs: settings.pairs, seed },
    ...(method === 'variational' && { iterations: settings.iterations }),
  })
  let measured: MeasuredCalibration | undefined
  const fits: [Method, TwinFit][] = []
  for (const method of wanted) {
    if (measured === undefined) {
      measured = await calibrateTwin(twin, device, { ...plan, fit: optionsOf(method) })
      fits.push([method, measured.calibration])
    } else fits.push([method, await fitTwin(twin, measured.records, optionsOf(method))])
  }
  const held: TwinRecord[] = []
  const zero = new Float64Array(twin.width.theta)
  // Another seed, that no machine of this run has for its own probes.
  const others = probes(device.sheet, { settings: settings.heldSettings, rows, reach, seed: seed + 1_000_000 }, zero)
  for (const probe of others) {
    await device.store(probe.theta)
    const sense = new Float64Array(probe.rows * twin.width.sense)
    await device.measure({ slots: probe.rows, drive: { kind: 'track', data: probe.drive, hold: 1 } }, sense)
    held.push({ ...probe, sense })
  }
  const outcomes: Partial<Record<Method, Outcome>> = {}
  for (const [method, calibration] of fits) outcomes[method] = await judge(twin, calibration, truth, held)
  const { mean } = priorOf(twin)
  return {
    reads: measured?.slots ?? 0,
    errorBefore: errorOf(twin, mean, truth),
    residualBefore: (await ahead(twin, undefined, held)).residual,
    methods: outcomes,
  }
}

/** In the order of the twin's banks; those of no spread have no bank. */
function trueParameters(
  spec: Parameters<typeof drawNeurons>[0],
  off: Parameters<typeof drawMultipliers>[1],
  seed: number,
) {
  const { gain, offset } = drawMultipliers(spec, off, seed)
  const { scale, slope, shift, lift } = drawNeurons(spec, off.activation, seed)
  return Float64Array.from([
    ...(off.weightGain > 0 ? gain : []),
    ...(off.weightOffset > 0 ? offset : []),
    ...(off.activation > 0 ? [...scale, ...slope, ...shift, ...lift] : []),
  ])
}

async function judge(
  twin: Twin,
  calibration: TwinFit,
  truth: Float64Array,
  held: readonly TwinRecord[],
): Promise<Outcome> {
  const { parameters, deviations, sigma, undetermined, converged, iterations } = calibration
  const { residual, scores } = await ahead(twin, calibration, held)
  return {
    error: errorOf(twin, parameters, truth),
    parameters: Array.from(parameters, (value, p) => (value - truth[p]) / deviations[p]),
    held: scores,
    residual,
    sigma: Math.sqrt(sigma.reduce((sum, one) => sum + one * one, 0) / sigma.length),
    undetermined,
    converged,
    iterations,
  }
}

function errorOf(twin: Twin, parameters: Float64Array, truth: Float64Array): number {
  const { deviations } = priorOf(twin)
  const squares = parameters.reduce((sum, value, p) => sum + ((value - truth[p]) / deviations[p]) ** 2, 0)
  return Math.sqrt(squares / parameters.length)
}

/** Readings that were held out against what was predicted of them. */
async function ahead(twin: Twin, calibration: TwinFit | undefined, held: readonly TwinRecord[]) {
  const scores: number[] = []
  const seen: number[] = []
  const predicted: number[] = []
  for (const record of held) {
    const { mean, deviation } = await predict({ twin, ...(calibration !== undefined && { calibration }) }, record)
    record.sense.forEach((value, i) => {
      scores.push((value - mean[i]) / deviation[i])
    })
    seen.push(...record.sense)
    predicted.push(...mean)
  }
  const { residual: share } = residual(Float64Array.from(seen), Float64Array.from(predicted), twin.width.sense)
  return { scores, residual: share }
}
