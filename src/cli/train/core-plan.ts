import { coreLayout, probabilisticNet, uniformCrossings } from '../../../devices/index.ts'
import type { CheckedDevice } from '../../contract/device.ts'
import { type DataSheet, nameOf } from '../../contract/sheet.ts'
import { probabilityCrossEntropy } from '../../cost/probability-cross-entropy.ts'
import { InsituError } from '../../errors.ts'
import { probabilisticSimd } from '../../kernels/probabilistic/simd.ts'
import { adam } from '../../optim/adam.ts'
import { cosine, late } from '../../optim/schedule.ts'
import { requireFit } from '../../rules/fit.ts'
import { shuffledLessons } from '../../rules/lessons.ts'
import { probabilisticSynapses } from '../../rules/probabilistic-synapses.ts'
import { train } from '../../rules/train.ts'
import type { CoreMachine } from '../machines/machine.ts'
import { RULES } from '../rules.ts'
import type { CoreTask, TaskData } from '../tasks/task.ts'
import type { PlanOptions, TrainingPlan } from './plan.ts'
import { largestScore, type Score } from './score.ts'

/**
 * Probabilistic synapses on cores, wherever they are: the model is trained, the machine holds what was learnt and samples
 * it. Throws `SHAPE` if the machine is not the network of the task.
 */
export function corePlan(
  task: CoreTask,
  data: TaskData,
  device: CheckedDevice,
  { seed, reads }: PlanOptions,
): TrainingPlan {
  const { boundary, batch, rate, regulariser } = task.settings
  const machine = task.machine(seed)
  checkCores(machine, device)
  const cost = probabilityCrossEntropy()
  const steps = Math.max(1, Math.ceil(reads / batch))
  const net = probabilisticNet(machine.network, boundary)
  const rule = probabilisticSynapses({ net, cost, regulariser: late(regulariser, steps) })
  const fit = requireFit(rule, device, RULES)
  const optimizer = adam(cosine(rate, steps))
  const lessons = shuffledLessons(data.train, { seed, batch })
  const theta = uniformCrossings(machine.network, seed)
  return {
    theta,
    lessons,
    steps,
    slotsPerStep: 0,
    score: largestScore(cost, 1 / device.sheet.sense.max),
    settings: {
      rule: rule.name,
      optimizer: optimizer.name,
      cost: cost.name,
      ...{ boundary, batch, rate, regulariser, steps },
    },
    save: () => ({ optimizer: optimizer.save(), rule: {} }),
    // The rule reads nothing, and storing 131,000 numbers over a wire takes longer than a step: only looks need them there.
    async look(signal) {
      await device.store(theta, { signal })
    },
    run: (signal) => train(rule, fit, theta, lessons, { optimizer, steps, storeEvery: steps, signal }),
  }
}

/** The model that was trained, without a sample: what an endless ensemble of such machines would answer. */
export function coreReference(task: CoreTask, data: TaskData, theta: Float64Array, seed: number): Score {
  const { rows, drive } = data.test
  const model = probabilisticSimd(probabilisticNet(task.machine(seed).network, task.settings.boundary))
  const means = model.forward(theta, drive, rows)
  return largestScore(probabilityCrossEntropy(), 1)(means, data.test, data.classes.length)
}

function checkCores({ network }: CoreMachine, { sheet }: CheckedDevice): void {
  const wanted = [network.inputs.length, network.outputs, coreLayout(network).paramCount]
  const given = [sheet.drive.width, sheet.sense.width, sheet.banks.reduce((sum, { width }) => sum + width, 0)]
  if (given.every((count, i) => count === wanted[i])) return
  throw mismatch(sheet, given, wanted)
}

function mismatch(sheet: DataSheet, given: readonly number[], wanted: readonly number[]): InsituError {
  const words = ([lines, outputs, params]: readonly number[]) =>
    `${lines} input lines, ${outputs} output lines and ${params} parameters`
  return new InsituError('SHAPE', `${nameOf(sheet)} has ${words(given)}; the task wants ${words(wanted)}`, {
    device: sheet.machine,
    hint: 'start the cores with the network of the task, driven by probabilities',
  })
}
