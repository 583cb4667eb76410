import type { CallOptions } from '../contract/backend.ts'
import type { CheckedDevice } from '../contract/device.ts'
import { paramCount, safeTheta } from '../contract/sheet.ts'
import { InsituError } from '../errors.ts'
import { checkTwinWidths } from './ask.ts'
import type { TwinRecord } from './calibration.ts'
import { fitTwin, type TwinFit, type TwinFitOptions } from './fit.ts'
import { type ProbePlan, probes } from './probes.ts'
import type { Twin } from './twin.ts'

export interface TwinCalibrationPlan extends ProbePlan {
  /** How the twin is fitted to what was measured. */
  readonly fit?: Omit<TwinFitOptions, 'device'>
}

/** A calibration, what it rests on, and what it took. */
export interface MeasuredCalibration {
  readonly calibration: TwinFit
  readonly records: readonly TwinRecord[]
  readonly slots: number
  readonly clipped: number
  /** Readings at the end of their range, which a twin may not know of: many of them spoil the fit. */
  readonly saturated: number
  readonly retries: number
}

/**
 * Stores settings, shows rows, measures, and fits the twin to it.
 *
 * The machine is left with `plan.theta` stored (default its safe values) also where something fails or the call is aborted. Sigma is
 * at least what the data sheet says of noise and step. Throws `SHAPE` where twin and machine differ in width, and what measuring and
 * `fitTwin` throw.
 */
export async function calibrateTwin(
  twin: Twin,
  device: CheckedDevice,
  plan: TwinCalibrationPlan = {},
  opts: CallOptions = {},
): Promise<MeasuredCalibration> {
  const { sheet } = device
  checkTwinWidths(twin, sheet)
  const theta = plan.theta ?? safeTheta(sheet)
  if (theta.length !== paramCount(sheet))
    throw new InsituError(
      'SHAPE',
      `calibration: theta has ${theta.length} numbers, ${device.name} takes ${paramCount(sheet)}`,
      { device: sheet.machine },
    )
  const planned = probes(sheet, plan, theta)
  const records: TwinRecord[] = []
  const tally = { slots: 0, clipped: 0, saturated: 0, retries: 0 }
  try {
    for (const { theta, drive, rows } of planned) {
      tally.clipped += (await device.store(theta, opts)).clipped
      const sense = new Float64Array(rows * sheet.sense.width)
      const block = { slots: rows, drive: { kind: 'track', data: drive, hold: 1 } } as const
      const receipt = await device.measure(block, sense, opts)
      for (const key of ['slots', 'clipped', 'saturated', 'retries'] as const) tally[key] += receipt[key]
      records.push({ theta, drive, rows, sense })
    }
  } catch (error) {
    // What went wrong first is what is told; a machine that is gone cannot be put back.
    await device.store(theta).catch(() => undefined)
    throw error
  }
  // Without the signal: a call that is aborted now must not leave a probe stored.
  await device.store(theta)
  const leastSigma = Math.hypot(sheet.sense.noise, sheet.sense.step / Math.sqrt(12))
  const calibration = await fitTwin(twin, records, { leastSigma, ...plan.fit, device: device.name })
  return { calibration, records, ...tally }
}
