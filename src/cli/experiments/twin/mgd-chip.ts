import { uniformTheta } from '../../../../devices/index.ts'
import { mgdChip } from '../../../../sim/index.ts'
import { mgdChipTwin } from '../../../../sim/twins/mgd-chip.ts'
import { attach, type CheckedDevice } from '../../../contract/device.ts'
import { meanSquaredError } from '../../../cost/mean-squared-error.ts'
import { adam } from '../../../optim/adam.ts'
import { cosine } from '../../../optim/schedule.ts'
import type { FittedTwin } from '../../../twins/calibration.ts'
import { digits } from '../../tasks/digits.ts'
import { iris } from '../../tasks/iris.ts'
import { score } from '../../train/score.ts'
import { type Learning, learn, stored, twinResidual } from './learn.ts'
import type { LoopMachine, LoopSettings } from './settings.ts'

const TASKS = { digits, iris }

/** The analog chip: weights and neurons off by `mismatch`, readings by `noise`. */
export const chipLoop: LoopMachine = {
  usual: {},
  async run(settings, { seed }) {
    const task = TASKS[settings.task]
    const { layers, activation, initial } = task.settings
    const rows = task.load(seed)
    const made = { layers, activation, seed }
    await using perfect = attach(mgdChip(made))
    await using real = attach(mgdChip({ ...made, imperfections: mismatchOf(settings) }))
    const fitted: FittedTwin = { twin: mgdChipTwin(made, surrogateOf(settings)) }
    const start = uniformTheta({ layers, activation }, initial[0], initial[1], seed)
    const steps = settings.epochs * Math.ceil(rows.train.rows / settings.batch)
    const learning = (device: CheckedDevice, theta: Float64Array): Learning => ({
      ...{ device, fitted, theta, rows, cost: meanSquaredError, seed },
      optimizer: adam(cosine(settings.rate, steps, settings.rate / 10)),
      epochs: settings.epochs,
      batch: settings.batch,
      accuracy: (readings, shown) => score(readings, shown, rows.classes.length).accuracy,
    })
    const designed = start.slice()
    const ideal = await learn(learning(perfect, designed))
    const residualBefore = await twinResidual(fitted, real, start, rows.test)
    const inSilicoThenDeployed = await stored(learning(real, designed), real, designed)
    const trained = start.slice()
    const looped = await learn(learning(real, trained))
    return {
      ideal: ideal.curve.at(-1) as number,
      inSilicoThenDeployed,
      inTheLoop: looped.curve.at(-1) as number,
      residualBefore,
      residualAfter: await twinResidual(fitted, real, trained, rows.test),
      reads: looped.reads,
      curves: { ideal: ideal.curve, inTheLoop: looped.curve },
    }
  },
}

function mismatchOf({ mismatch, parts, noise }: LoopSettings) {
  return {
    weightGain: parts === 'neurons' ? 0 : mismatch,
    activation: parts === 'weights' ? 0 : mismatch,
    readNoise: noise,
  }
}

function surrogateOf({ twin }: LoopSettings) {
  return twin === 'nominal' ? {} : { surrogate: twin }
}
