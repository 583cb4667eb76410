import { uniformTheta } from '../../../../devices/index.ts'
import { mgdChipTwin } from '../../../../sim/twins/mgd-chip.ts'
import { crossEntropy } from '../../../cost/cross-entropy.ts'
import { meanSquaredError } from '../../../cost/mean-squared-error.ts'
import { InsituError } from '../../../errors.ts'
import { adam } from '../../../optim/adam.ts'
import { cosine } from '../../../optim/schedule.ts'
import { digits } from '../../tasks/digits.ts'
import { iris } from '../../tasks/iris.ts'
import type { Task } from '../../tasks/task.ts'
import { score } from '../../train/score.ts'
import { type Comparison, endToEnd } from './compare.ts'
import type { LoopSettings } from './settings.ts'

const TASKS: { readonly [T in LoopSettings['task']]?: Task } = { digits, iris }

/** Softmax over outputs of at most 1 V: without a gain, classes could never stand far apart. */
const COSTS = { 'cross-entropy': crossEntropy({ gain: 5 }), 'mean-squared-error': meanSquaredError }

/** The comparison on two chips, wherever they are. */
export function chipComparison(
  settings: LoopSettings,
  seed: number,
  chips: Pick<Comparison, 'perfect' | 'real'>,
): Comparison {
  const task = taskOf(settings)
  const { layers, activation, initial } = task.settings
  const rows = task.load(seed)
  const twin = twinOf(settings)
  const steps = settings.epochs * Math.ceil(rows.train.rows / settings.batch)
  return {
    ...chips,
    ...{ rows, seed, epochs: settings.epochs, batch: settings.batch },
    twin: settings.inner === 'measured' ? twin : endToEnd(twin),
    start: uniformTheta({ layers, activation }, initial[0], initial[1], seed),
    cost: COSTS[settings.cost],
    optimizer: () => adam(cosine(settings.rate, steps, settings.rate / 10)),
    accuracy: (readings, shown) => score(readings, shown, rows.classes.length).accuracy,
    ...(settings.check === 'off' && { check: false as const }),
    ...(settings.twin === 'calibrated' && {
      // Settings of a few volts, as trained ones are: further out, neurons are at an end of their range and tell nothing.
      calibrate: { settings: settings.probes, rows: settings.probeRows, seed, reach: 0.0625, drive: rows.train.drive },
    }),
  }
}

/** Throws `CONFIG` for a task that is none for a chip. */
export function taskOf({ task }: LoopSettings): Task {
  const found = TASKS[task]
  if (found !== undefined) return found
  throw new InsituError('CONFIG', `mgd-chip has no task ${task}; it has ${Object.keys(TASKS).join(', ')}`)
}

function twinOf(settings: LoopSettings) {
  const { twin, mismatch, parts, slopesAt } = settings
  const { layers, activation } = taskOf(settings).settings
  const priors = { ...mismatchIn(parts, mismatch), weightOffset: 0 }
  const surrogate = twin === 'linear' || twin === 'box' ? twin : 'nominal'
  return mgdChipTwin({ layers, activation }, { surrogate, slopesAt, priors })
}

/** What a chip of this make is off by. */
export function mismatchOf({ mismatch, parts, noise }: LoopSettings) {
  return { ...mismatchIn(parts, mismatch), readNoise: noise }
}

function mismatchIn(parts: LoopSettings['parts'], mismatch: number) {
  return { weightGain: parts === 'neurons' ? 0 : mismatch, activation: parts === 'weights' ? 0 : mismatch }
}
