import type { CheckedDevice } from '../../../contract/device.ts'
import type { Optimizer } from '../../../optim/optimizer.ts'
import { calibrateTwin, type TwinCalibrationPlan } from '../../../twins/calibrate.ts'
import type { FittedTwin } from '../../../twins/calibration.ts'
import { startParameters, type Twin } from '../../../twins/twin.ts'
import { type Learning, learn, stored, twinResidual } from './learn.ts'
import type { LoopRun } from './settings.ts'

export interface Comparison extends Pick<Learning, 'rows' | 'cost' | 'epochs' | 'batch' | 'seed' | 'accuracy'> {
  /** The machine as designed. */
  readonly perfect: CheckedDevice
  /** The machine as made. */
  readonly real: CheckedDevice
  readonly twin: Twin
  /** Parameters of the machine at the start. */
  readonly start: Float64Array
  /** A new optimizer for each training. */
  optimizer(device: CheckedDevice): Optimizer
  /** Calibrates the twin on the machine as made before it is used there. */
  readonly calibrate?: TwinCalibrationPlan
}

/** Trains on the machine as designed, deploys, and trains in the loop on the machine as made, from one start in one order. */
export async function compare(comparison: Comparison): Promise<LoopRun> {
  const { perfect, real, twin, start, rows, optimizer, calibrate } = comparison
  const designed: FittedTwin = { twin }
  const learning = (device: CheckedDevice, fitted: FittedTwin, theta: Float64Array): Learning => ({
    ...comparison,
    ...{ device, fitted, theta, optimizer: optimizer(device) },
  })
  const inSilico = start.slice()
  const ideal = await learn(learning(perfect, designed, inSilico))
  const inSilicoThenDeployed = await stored(comparison, real, inSilico)
  const measured = calibrate && (await calibrateTwin(twin, real, { theta: start, ...calibrate }))
  const fitted: FittedTwin = measured === undefined ? designed : { twin, calibration: measured.calibration }
  const residualBefore = await twinResidual(fitted, real, start, rows.test)
  const looped = start.slice()
  const inTheLoop = await learn(learning(real, fitted, looped))
  return {
    ideal: ideal.curve.at(-1) as number,
    inSilicoThenDeployed,
    inTheLoop: inTheLoop.curve.at(-1) as number,
    residualBefore,
    residualAfter: await twinResidual(fitted, real, looped, rows.test),
    reads: inTheLoop.reads + (measured?.slots ?? 0),
    curves: { ideal: ideal.curve, inTheLoop: inTheLoop.curve },
    ...(measured !== undefined && {
      more: {
        calibrationReads: measured.slots,
        calibrationResidual: measured.calibration.residual,
        designedResidualAfter: await twinResidual(designed, real, looped, rows.test),
        ownParameters: startParameters(twin).length,
        undetermined: measured.calibration.undetermined.length,
      },
    }),
  }
}

/** The twin without the readings inside the machine, to be used end to end. */
export function endToEnd({ state: _, ...twin }: Twin): Twin {
  return twin
}
