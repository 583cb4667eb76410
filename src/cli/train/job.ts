import type { CheckedDevice } from '../../contract/device.ts'
import { type DataSheet, nameOf } from '../../contract/sheet.ts'
import { InsituError } from '../../errors.ts'
import { TASKS } from '../tasks/index.ts'
import type { Task, TaskData } from '../tasks/task.ts'
import type { JobOptions } from './job-options.ts'
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

/** Rules that a machine of each kind can be trained by, the usual one first. */
const CHOICES: Readonly<Record<string, readonly string[]>> = {
  lattice: ['in-situ', 'chip-in-the-loop'],
  'wave-field': ['hamiltonian-echo', 'chip-in-the-loop'],
  'neuromorphic-core': ['probabilistic-synapses'],
  'thz-encoder': ['mgd', 'chip-in-the-loop'],
}

const CHIP_CHOICES = ['mgd', 'mgd-on-chip', 'chip-in-the-loop']

/** The rule that was asked for, or the usual one; throws `CONFIG` listing what there is. */
function chosenRule({ sheet }: CheckedDevice, { rule, calibrate }: JobOptions): string {
  const choices = CHOICES[sheet.machine] ?? CHIP_CHOICES
  const chosen = rule ?? choices[0]
  if (!choices.includes(chosen)) {
    if (chosen === 'mgd-on-chip') throw noRuleOnBoard(sheet)
    throw new InsituError('CONFIG', `train has no form of ${chosen} for ${nameOf(sheet)}; nothing was moved`, {
      device: sheet.machine,
      hint: `rules here: ${choices.join(', ')}; all that fit: insitu devices, and insitu reproduce rule-table`,
    })
  }
  if (calibrate !== 'none' && chosen !== 'chip-in-the-loop')
    throw new InsituError('CONFIG', `--calibrate is for chip-in-the-loop, the rule is ${chosen}; nothing was moved`, {
      device: sheet.machine,
      hint: 'add --rule chip-in-the-loop',
    })
  return chosen
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
    case 'thz-encoder':
      return encoderJob(task, device, options)
    default:
      return chipJob(task, device, options)
  }
}

async function chipJob(task: Task, device: CheckedDevice, options: JobOptions): Promise<Job> {
  const { seed, reads } = options
  const { settings } = task
  const rule = chosenRule(device, options)
  const data = task.load(seed)
  return {
    data,
    plan:
      rule === 'mgd-on-chip'
        ? onChipPlan(task, data, device, { seed, reads: reads ?? settings.onChip.reads })
        : rule === 'mgd'
          ? hostPlan(task, data, device, { seed, reads: reads ?? settings.reads })
          : (await import('./twin-plans.ts')).chipTwinPlan(task, data, device, options),
    referenceName: 'backpropagation in floating point on the same network',
    reference: () => trainReference(task, data, seed),
  }
}

async function latticeJob(task: Task, device: CheckedDevice, options: JobOptions): Promise<Job> {
  const { lattice } = task
  if (lattice === undefined) throw noForm(task, device, 'lattice')
  const rule = chosenRule(device, options)
  // Loaded for lattices alone.
  const { latticePlan, latticeReference } = await import('./lattice-plan.ts')
  const { seed } = options
  const data = lattice.load(seed)
  const budget = { seed, reads: options.reads ?? lattice.settings.reads }
  return {
    data,
    plan:
      rule === 'in-situ'
        ? latticePlan(lattice, data, device, budget)
        : (await import('./twin-plans.ts')).latticeTwinPlan(lattice, data, device, options),
    referenceName: 'in situ backpropagation on an ideal lattice',
    reference: () => latticeReference(lattice, data, budget),
  }
}

async function waveJob(task: Task, device: CheckedDevice, options: JobOptions): Promise<Job> {
  const { wave } = task
  if (wave === undefined) throw noForm(task, device, 'wave')
  const rule = chosenRule(device, options)
  // Loaded for wave fields alone.
  const { wavePlan, waveReference } = await import('./wave-plan.ts')
  const { seed } = options
  const data = wave.load(seed)
  const budget = { seed, reads: options.reads ?? wave.settings.reads }
  return {
    data,
    plan:
      rule === 'hamiltonian-echo'
        ? wavePlan(wave, data, device, budget)
        : (await import('./twin-plans.ts')).waveTwinPlan(wave, data, device, options),
    referenceName: 'gradient descent on an ideal model of the field',
    reference: () => waveReference(wave, data, device.sheet, budget),
  }
}

async function coreJob(task: Task, device: CheckedDevice, options: JobOptions): Promise<Job> {
  const { core } = task
  if (core === undefined) throw noForm(task, device, 'core')
  chosenRule(device, options)
  // Loaded for cores alone.
  const { corePlan, coreReference } = await import('./core-plan.ts')
  const { seed, reads } = options
  const data = core.load(seed)
  const plan = corePlan(core, data, device, { seed, reads: reads ?? core.settings.reads })
  return {
    data,
    plan,
    referenceName: 'the probability net itself, without a sample',
    reference: () => coreReference(core, data, plan.theta, seed),
  }
}

async function encoderJob(task: Task, device: CheckedDevice, options: JobOptions): Promise<Job> {
  const { encoder } = task
  if (encoder === undefined) throw noForm(task, device, 'encoder')
  const rule = chosenRule(device, options)
  // Loaded for encoders alone.
  const { encoderPlan, encoderReference } = await import('./encoder-plan.ts')
  const { seed } = options
  const data = encoder.load(seed)
  const budget = { seed, reads: options.reads ?? encoder.settings.reads }
  return {
    data,
    plan:
      rule === 'mgd'
        ? encoderPlan(encoder, data, device, budget)
        : (await import('./twin-plans.ts')).encoderTwinPlan(encoder, data, device, options),
    referenceName: 'gradient descent on an ideal encoder',
    reference: () => encoderReference(encoder, data, options),
  }
}

/** What a machine of each form is called. */
const FORMS = {
  lattice: 'a lattice',
  wave: 'a wave field',
  core: 'cores of spiking neurons',
  encoder: 'a THz encoder',
} as const

function noForm(task: Task, device: CheckedDevice, form: keyof typeof FORMS): InsituError {
  const known = TASKS.filter((one) => one[form] !== undefined).map(({ name }) => name)
  return new InsituError('UNKNOWN_TASK', `task ${task.name} has no form for ${nameOf(device.sheet)}`, {
    hint: `tasks for ${FORMS[form]}: ${known.join(', ')}`,
  })
}

function noRuleOnBoard(sheet: DataSheet): InsituError {
  return new InsituError('CAPABILITY', `${nameOf(sheet)} does not run a learning rule itself`, {
    hint: 'leave out --on-chip',
  })
}
