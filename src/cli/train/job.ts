import type { CheckedDevice } from '../../contract/device.ts'
import { nameOf } from '../../contract/sheet.ts'
import { InsituError } from '../../errors.ts'
import { TASKS } from '../tasks/index.ts'
import type { Task, TaskData } from '../tasks/task.ts'
import { hostPlan, onChipPlan, type TrainingPlan } from './plan.ts'
import { trainReference } from './reference.ts'
import type { Score } from './score.ts'

/** A task as it is done on one machine. */
export interface Job {
  readonly data: TaskData
  readonly plan: TrainingPlan
  /** The yardstick, and how people call it. */
  readonly referenceName: string
  reference(): Score | Promise<Score>
}

export interface JobOptions {
  readonly onChip: boolean
  readonly seed: number
  readonly reads: number | undefined
}

/** Puts a task on a machine; throws `UNKNOWN_TASK` if it has no form for machines of this kind. */
export async function jobFor(task: Task, device: CheckedDevice, options: JobOptions): Promise<Job> {
  switch (device.sheet.machine) {
    case 'lattice':
      return latticeJob(task, device, options)
    case 'wave-field':
      return waveJob(task, device, options)
    case 'neuromorphic-core':
      return coreJob(task, device, options)
    default:
      return chipJob(task, device, options)
  }
}

function chipJob(task: Task, device: CheckedDevice, { onChip, seed, reads }: JobOptions): Job {
  const data = task.load(seed)
  const { settings } = task
  return {
    data,
    plan: onChip
      ? onChipPlan(task, data, device, { seed, reads: reads ?? settings.onChip.reads })
      : hostPlan(task, data, device, { seed, reads: reads ?? settings.reads }),
    referenceName: 'backpropagation in floating point on the same network',
    reference: () => trainReference(task, data, seed),
  }
}

async function latticeJob(task: Task, device: CheckedDevice, { onChip, seed, reads }: JobOptions): Promise<Job> {
  const { lattice } = task
  if (lattice === undefined) throw noForm(task, device, 'lattice')
  if (onChip) throw noRuleOnBoard(device)
  // Loaded for lattices alone.
  const { latticePlan, latticeReference } = await import('./lattice-plan.ts')
  const data = lattice.load(seed)
  const budget = { seed, reads: reads ?? lattice.settings.reads }
  return {
    data,
    plan: latticePlan(lattice, data, device, budget),
    referenceName: 'the same training on an ideal lattice',
    reference: () => latticeReference(lattice, data, budget),
  }
}

async function waveJob(task: Task, device: CheckedDevice, { onChip, seed, reads }: JobOptions): Promise<Job> {
  const { wave } = task
  if (wave === undefined) throw noForm(task, device, 'wave')
  if (onChip) throw noRuleOnBoard(device)
  // Loaded for wave fields alone.
  const { wavePlan, waveReference } = await import('./wave-plan.ts')
  const data = wave.load(seed)
  const budget = { seed, reads: reads ?? wave.settings.reads }
  return {
    data,
    plan: wavePlan(wave, data, device, budget),
    referenceName: 'gradient descent on an ideal model of the field',
    reference: () => waveReference(wave, data, device.sheet, budget),
  }
}

async function coreJob(task: Task, device: CheckedDevice, { onChip, seed, reads }: JobOptions): Promise<Job> {
  const { core } = task
  if (core === undefined) throw noForm(task, device, 'core')
  if (onChip) throw noRuleOnBoard(device)
  // Loaded for cores alone.
  const { corePlan, coreReference } = await import('./core-plan.ts')
  const data = core.load(seed)
  const plan = corePlan(core, data, device, { seed, reads: reads ?? core.settings.reads })
  return {
    data,
    plan,
    referenceName: 'the probability net itself, without a sample',
    reference: () => coreReference(core, data, plan.theta, seed),
  }
}

/** What a machine of each form is called. */
const FORMS = { lattice: 'a lattice', wave: 'a wave field', core: 'cores of spiking neurons' } as const

function noForm(task: Task, device: CheckedDevice, form: keyof typeof FORMS): InsituError {
  const known = TASKS.filter((one) => one[form] !== undefined).map(({ name }) => name)
  return new InsituError('UNKNOWN_TASK', `task ${task.name} has no form for ${nameOf(device.sheet)}`, {
    hint: `tasks for ${FORMS[form]}: ${known.join(', ')}`,
  })
}

function noRuleOnBoard(device: CheckedDevice): InsituError {
  return new InsituError('CAPABILITY', `${nameOf(device.sheet)} does not run a learning rule itself`, {
    hint: 'leave out --on-chip',
  })
}
