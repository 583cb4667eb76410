import { paperSpec } from '../../../devices/index.ts'
import { latticeSimulator } from '../../../sim/index.ts'
import { attach, type CheckedDevice, type Device } from '../../contract/device.ts'
import { nameOf, safeTheta } from '../../contract/sheet.ts'
import { shareCrossEntropy } from '../../cost/share-cross-entropy.ts'
import { InsituError } from '../../errors.ts'
import { requireFit } from '../../rules/fit.ts'
import { inSitu } from '../../rules/in-situ.ts'
import { shuffledLessons } from '../../rules/lessons.ts'
import { train } from '../../rules/train.ts'
import { RULES } from '../rules.ts'
import type { LatticeTask, TaskData } from '../tasks/task.ts'
import { evaluate } from './evaluate.ts'
import type { PlanOptions, TrainingPlan } from './plan.ts'
import { publishedOptimizer } from './published-optimizer.ts'
import { type Score, sizeScore } from './score.ts'

/** Slots of one sample: its weights alone, and with the error pushing and pulling. */
const SLOTS = 3

/** In situ backpropagation on a lattice, wherever it is. Throws `SHAPE` if its ports are not those of the task. */
export function latticePlan(
  task: LatticeTask,
  data: TaskData,
  device: CheckedDevice,
  { seed, reads }: PlanOptions,
): TrainingPlan {
  const { alpha, epsilon, beta, batch, floor, load } = task.settings
  checkPorts(task, device)
  const cost = shareCrossEntropy({ floor })
  const rule = inSitu({ cost, load })
  const fit = requireFit(rule, device, RULES)
  const optimizer = publishedOptimizer(device.sheet, { alpha, epsilon, beta })
  const slotsPerStep = SLOTS * batch
  const steps = Math.max(1, Math.ceil(reads / slotsPerStep))
  const lessons = shuffledLessons(data.train, { seed, batch })
  const theta = safeTheta(device.sheet)
  return {
    theta,
    lessons,
    steps,
    slotsPerStep,
    score: sizeScore(cost),
    settings: {
      rule: rule.name,
      adjoint: 'push-pull',
      optimizer: optimizer.name,
      cost: cost.name,
      ...{ alpha, epsilon, beta, batch, floor, load, steps },
      inputs: task.inputs,
      outputs: task.outputs,
    },
    save: () => ({ optimizer: optimizer.save(), rule: {} }),
    run: (signal) => train(rule, fit, theta, lessons, { optimizer, steps, signal }),
  }
}

/** The same training on a lattice without noise or mismatch, in this process: what a perfect bench would reach. */
export async function latticeReference(task: LatticeTask, data: TaskData, options: PlanOptions): Promise<Score> {
  await using device: Device<'adjoint' | 'local'> = attach(latticeSimulator(paperSpec(task)))
  const plan = latticePlan(task, data, device, options)
  const { signal } = new AbortController()
  for await (const _ of plan.run(signal));
  return evaluate(device, data.test, data.classes.length, plan.score, signal)
}

function checkPorts({ inputs, outputs }: LatticeTask, { sheet }: CheckedDevice): void {
  const { drive, sense } = sheet
  if (drive.width === inputs.length && sense.width === outputs.length) return
  throw new InsituError(
    'SHAPE',
    `${nameOf(sheet)} takes ${drive.width} forces and shows ${sense.width} displacements; the task wants ${inputs.length} (${inputs.join(', ')}) and ${outputs.length} (${outputs.join(', ')})`,
    { device: sheet.machine, hint: 'start the board with the ports of the task' },
  )
}
