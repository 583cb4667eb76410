import { uniformTheta } from '../../../devices/index.ts'
import { mgdChip } from '../../../sim/index.ts'
import { attach, type CheckedDevice } from '../../contract/device.ts'
import type { Optimizer } from '../../optim/optimizer.ts'
import { sgd } from '../../optim/sgd.ts'
import { withUpdateNoise } from '../../optim/update-noise.ts'
import { type LessonTable, shuffledLessons } from '../../rules/lessons.ts'
import { mgd } from '../../rules/mgd.ts'
import { mgdAnalog } from '../../rules/mgd-analog.ts'
import type { Rule } from '../../rules/rule.ts'
import { train } from '../../rules/train.ts'
import { type MGD_SETTINGS, TAU_HP } from './mgd-settings.ts'
import type { Values } from './settings.ts'

export type ChipSettings = Values<typeof MGD_SETTINGS>

/** One chip that learns a table until it is good enough. */
export interface ChipRun {
  readonly layers: readonly number[]
  readonly table: LessonTable
  readonly settings: ChipSettings
  readonly seed: number
  /** Steps between two looks at the whole table. */
  readonly checkEvery: number
  /** Told the readings of all rows at a look; true ends the run. */
  done(readings: Float64Array): boolean
}

/** Trains one simulated chip; resolves to the steps it took, or to nothing if it failed. */
export async function chipRun({
  layers,
  table,
  settings,
  seed,
  checkEvery,
  done,
}: ChipRun): Promise<number | undefined> {
  const { init, defects, steps, tauTheta, loop } = settings
  await using device = attach(mgdChip({ layers, imperfections: { activation: defects }, seed }))
  const theta = uniformTheta({ layers, activation: 'sigmoid' }, init.low, init.high, seed)
  const perUpdate = loop === 'analog' ? 1 : tauTheta
  const updates = Math.floor(steps / perUpdate)
  const lookEvery = Math.max(1, Math.round(checkEvery / perUpdate))
  const readings = new Float64Array(table.rows * device.sheet.sense.width)
  const options = { optimizer: optimizer(settings, seed), steps: updates }
  for await (const { step } of train(rule(settings, seed), device, theta, shuffledLessons(table, { seed }), options)) {
    if (step % lookEvery !== 0 && step !== updates) continue
    await answers(device, table, readings)
    if (done(readings)) return step * perUpdate
  }
  return undefined
}

/** Shows the machine every row of a table once. */
export async function answers(device: CheckedDevice, table: LessonTable, readings: Float64Array): Promise<void> {
  await device.measure({ slots: table.rows, drive: { kind: 'track', data: table.drive, hold: 1 } }, readings)
}

function rule(settings: ChipSettings, seed: number): Rule<never, unknown> {
  const { loop, code: family, norm, tauP, tauX, tauTheta, normalisation, costNoise } = settings
  const shared = { family, seed, norm, tauP, tauX, tauTheta, costNoise }
  if (loop === 'analog') return mgdAnalog({ ...shared, tauHp: TAU_HP })
  return mgd({ ...shared, normalisation, noisyBaseline: settings.baselineNoise === 'on' })
}

function optimizer({ eta, updateNoise, updateNoiseKind }: ChipSettings, seed: number): Optimizer {
  return updateNoise > 0 ? withUpdateNoise(sgd(eta), { sigma: updateNoise, kind: updateNoiseKind, seed }) : sgd(eta)
}
