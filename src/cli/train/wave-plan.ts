import * as v from 'valibot'
import { waveSimulator } from '../../../sim/index.ts'
import { attach, type CheckedDevice, type Device } from '../../contract/device.ts'
import { type DataSheet, nameOf, paramCount } from '../../contract/sheet.ts'
import { InsituError } from '../../errors.ts'
import { cosine } from '../../optim/schedule.ts'
import { sgd } from '../../optim/sgd.ts'
import { requireFit } from '../../rules/fit.ts'
import { hamiltonianEcho, learningField } from '../../rules/hamiltonian-echo.ts'
import { shuffledLessons } from '../../rules/lessons.ts'
import { recurrentEcho } from '../../rules/recurrent-echo.ts'
import { train } from '../../rules/train.ts'
import { RULES } from '../rules.ts'
import type { TaskData, WaveTask } from '../tasks/task.ts'
import { evaluate } from './evaluate.ts'
import type { PlanOptions, TrainingPlan } from './plan.ts'
import { type Score, waveScore } from './score.ts'

/** Slots of a row: out and back, pushed one way and then the other. */
const SLOTS = 4

/** Times that the return error is measured in a run; each takes two slots. */
const RETURNS = 50

/** How long a wave runs on a simulated field, which may have been changed. */
const RUN = v.object({ time: v.number(), step: v.number() })

/** Hamiltonian echo on a field of waves, wherever it is. Throws `SHAPE` if it is not the field of the task. */
export function wavePlan(
  task: WaveTask,
  data: TaskData,
  device: CheckedDevice,
  { seed, reads }: PlanOptions,
): TrainingPlan {
  const { cost, answer, rate, lastRate } = task.settings
  const theta = task.start(seed)
  checkField(task, theta, device)
  const steps = stepsOf(reads)
  const returnEvery = Math.ceil(steps / RETURNS)
  const rule = hamiltonianEcho({ cost, rate: cosine(rate, steps, lastRate), returnEvery })
  const fit: Device<'echo'> = requireFit(rule, device, RULES)
  const learning = learningField(rule.name, fit)
  const lessons = shuffledLessons(data.train, { seed })
  return {
    theta,
    lessons,
    steps,
    slotsPerStep: SLOTS,
    score: waveScore(cost, answer),
    settings: {
      rule: rule.name,
      form: 'averaged',
      cost: cost.name,
      ...{ answer, rate, lastRate, returnEvery, steps },
      inputs: task.machine.inputs,
      outputs: task.machine.outputs,
    },
    save: () => ({ optimizer: null, rule: {} }),
    look: (signal) => learning.read(theta, { signal }),
    run: (signal) => train(rule, fit, theta, lessons, { steps, signal }),
  }
}

/**
 * Plain descent on a model of the field without imperfections, with the same rows and rates. The model's gradient comes from
 * echoes too: to eight digits it is that of backpropagation, which would take several times as long.
 */
export async function waveReference(
  task: WaveTask,
  data: TaskData,
  sheet: DataSheet,
  { seed, reads }: PlanOptions,
): Promise<Score> {
  const { cost, answer, rate, lastRate } = task.settings
  const asRun = v.safeParse(RUN, sheet.settings)
  const options = { ...task.machine, ...(asRun.success && asRun.output) }
  await using model: Device<'echo' | 'local'> = attach(waveSimulator(options))
  const steps = stepsOf(reads)
  const optimizer = sgd(cosine(rate, steps, lastRate))
  const lessons = shuffledLessons(data.train, { seed })
  for await (const _ of train(recurrentEcho({ cost }), model, task.start(seed), lessons, { optimizer, steps }));
  const { signal } = new AbortController()
  return evaluate(model, data.test, data.classes.length, waveScore(cost, answer), signal)
}

function stepsOf(reads: number): number {
  return Math.max(1, Math.ceil(reads / SLOTS))
}

function checkField({ machine }: WaveTask, theta: Float64Array, { sheet }: CheckedDevice): void {
  const { inputs, outputs } = machine
  const [given, wanted] = [
    [sheet.drive.width, sheet.sense.width, paramCount(sheet)],
    [inputs.length, outputs.length, theta.length],
  ]
  if (given.every((count, i) => count === wanted[i])) return
  const words = ([ins, outs, params]: readonly number[]) => `${ins} inputs, ${outs} outputs and ${params} parameters`
  throw new InsituError('SHAPE', `${nameOf(sheet)} has ${words(given)}; the task wants ${words(wanted)}`, {
    device: sheet.machine,
    hint: `inputs ${inputs.join(', ')}, outputs ${outputs.join(', ')}; for example: insitu board --target wave-field`,
  })
}
