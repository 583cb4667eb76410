import type { CheckedDevice } from '../../../contract/device.ts'
import type { Optimizer } from '../../../optim/optimizer.ts'
import { calibrateTwin, type TwinCalibrationPlan } from '../../../twins/calibrate.ts'
import type { FittedTwin } from '../../../twins/calibration.ts'
import { type Twin, twinParameterCount } from '../../../twins/twin.ts'
import { type Learning, learn, stored, twinResidual } from './learn.ts'
import type { LoopRun } from './settings.ts'

export interface Comparison
  extends Pick<Learning, 'rows' | 'cost' | 'epochs' | 'batch' | 'seed' | 'accuracy' | 'check'> {
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
  const { perfect, real } = comparison
  const inSilico = comparison.start.slice()
  const ideal = await learn(learning(comparison, perfect, { twin: comparison.twin }, inSilico))
  const inSilicoThenDeployed = await stored(comparison, real, inSilico)
  const looped = await inTheLoop(comparison)
  return {
    ...looped,
    ideal: ideal.curve.at(-1) as number,
    inSilicoThenDeployed,
    curves: { ideal: ideal.curve, inTheLoop: looped.curve },
  }
}

/** The part of it that is in the loop. */
export async function inTheLoop(comparison: Omit<Comparison, 'perfect'>) {
  const { real, twin, start, rows, calibrate } = comparison
  const designed: FittedTwin = { twin }
  const measured = calibrate && (await calibrateTwin(twin, real, { theta: start, ...calibrate }))
  const fitted: FittedTwin = measured === undefined ? designed : { twin, calibration: measured.calibration }
  const residualBefore = await twinResidual(fitted, real, start, rows.test)
  const theta = start.slice()
  const { curve, reads } = await learn(learning(comparison, real, fitted, theta))
  return {
    inTheLoop: curve.at(-1) as number,
    residualBefore,
    residualAfter: await twinResidual(fitted, real, theta, rows.test),
    reads: reads + (measured?.slots ?? 0),
    curve,
    ...(measured !== undefined && {
      more: {
        calibrationReads: measured.slots,
        calibrationResidual: measured.calibration.residual,
        designedResidualAfter: await twinResidual(designed, real, theta, rows.test),
        ownParameters: twinParameterCount(twin),
        undetermined: measured.calibration.undetermined.length,
      },
    }),
  }
}

function learning(
  comparison: Omit<Comparison, 'perfect'>,
  device: CheckedDevice,
  fitted: FittedTwin,
  theta: Float64Array,
): Learning {
  const { optimizer, ...shared } = comparison
  return { ...shared, device, fitted, theta, optimizer: optimizer(device) }
}

/** The twin without the readings inside the machine, to be used end to end. */
export function endToEnd({ state: _, ...twin }: Twin): Twin {
  return twin
}
