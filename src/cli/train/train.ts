import { join } from 'node:path'
import { InsituError } from '../../errors.ts'
import { createRun, type RunWriter } from '../../run/index.ts'
import { systemClock } from '../clock.ts'
import type { Console } from '../console.ts'
import { Interrupted, type Interrupts, watchInterrupts } from '../interrupts.ts'
import { introduction, type Machine } from '../machines/machine.ts'
import { openMachine } from '../machines/open.ts'
import { setupOf } from '../machines/setup.ts'
import { parseMachine } from '../machines/spec.ts'
import { provenance } from '../provenance.ts'
import { findTask } from '../tasks/index.ts'
import type { Task } from '../tasks/task.ts'
import { type Job, jobFor } from './job.ts'
import type { Calibrating } from './job-options.ts'
import type { TrainingPlan } from './plan.ts'
import { percent } from './progress.ts'
import { type SessionResult, session } from './session.ts'

/** The arguments of `train`, read and checked. */
export interface TrainArguments {
  readonly task: string
  readonly device: string
  /** The rule by name; the usual one of the machine if absent. */
  readonly rule: string | undefined
  /** Whether the twin of chip-in-the-loop is calibrated first, and watched. */
  readonly calibrate: Calibrating
  /** Settings of a simulated machine, chip or lattice, by name. */
  readonly set: Readonly<Record<string, string>>
  readonly seed: number
  /** Slots to spend; the task's own number if absent. */
  readonly reads: number | undefined
  readonly seconds: number
  readonly runs: string
}

/** The last line of `train --json`. */
export interface TrainResult {
  readonly task: string
  readonly device: string
  readonly testAccuracy: number
  readonly referenceAccuracy: number
  readonly reads: number
  readonly seconds: number
  readonly run: string
  /** J, by the model that a core declares. */
  readonly energyPerImage?: number
  /** What a look at a simulated wave field found before training; see `docs/reference/cli.md`. */
  readonly health?: Readonly<Record<string, number | null>>
  readonly warning?: string
}

/** Trains a machine on a task; throws `Interrupted` if the user stopped it. Every way out leaves it at its safe values. */
export async function trainCommand(args: TrainArguments, console: Console): Promise<TrainResult> {
  const task = findTask(args.task)
  const spec = parseMachine(args.device)
  let machine: Machine | undefined
  let record: RunWriter | undefined
  using interrupts = watchInterrupts({
    heard(name, action) {
      record?.append('signal', { signal: name, action })
      console.say(action === 'stop' ? 'stopping after this step (again to abort now)' : 'aborting (again to halt)')
    },
    halt() {
      machine?.kill()
      record?.stop({ status: 'abort', reason: 'halted by the user', metrics: {} })
    },
  })
  try {
    machine = await openMachine(spec, setupOf(task, args.seed, args.set))
    console.say(introduction(machine))
    const job = await jobFor(task, machine.device, { ...args, calibrations: join(args.runs, 'calibrations') })
    const { data, plan } = job
    record = beginRecord(args, task, machine, plan)
    console.say(`task: ${task.name}, ${data.source}; run ${record.path}`)
    const found = checkup(machine, job, record, console)
    const result = await session({
      device: machine.device,
      energy: machine.energy,
      plan,
      data,
      record,
      console,
      interrupts,
      clock: systemClock,
      seconds: args.seconds,
    })
    return { ...(await finish(args, task, job, machine, record, interrupts, result, console)), ...found }
  } catch (error) {
    await failed(error, machine, record, interrupts)
    throw error
  } finally {
    await machine?.[Symbol.asyncDispose]()
  }
}

function beginRecord(args: TrainArguments, task: Task, machine: Machine, plan: TrainingPlan): RunWriter {
  return createRun(
    args.runs,
    task.name,
    {
      command: 'train',
      arguments: { ...args },
      seeds: { seed: args.seed },
      settings: plan.settings,
      sheet: machine.device.sheet,
      device: args.device,
      provenance: provenance(),
    },
    systemClock,
  )
}

/** Looks at a machine that can be looked at before it is trained; what may spoil the training is said at once. */
function checkup(
  { check, device }: Machine,
  { plan, data }: Job,
  record: RunWriter,
  console: Console,
): Pick<TrainResult, 'health' | 'warning'> {
  if (check === undefined) return {}
  const { words, values: health, warning } = check(plan.theta, data.train.drive.subarray(0, device.sheet.drive.width))
  const found = { health, ...(warning !== undefined && { warning }) }
  record.append('health', found)
  console.say(words)
  if (warning !== undefined) console.say(console.colors.yellow(`warning: ${warning}`))
  return found
}

/** Brings the machine to its safe values, then closes the record. */
async function finish(
  args: TrainArguments,
  task: Task,
  job: Job,
  machine: Machine,
  record: RunWriter,
  interrupts: Interrupts,
  { reads, steps, seconds, test, energyPerImage }: SessionResult,
  console: Console,
): Promise<TrainResult> {
  if (machine.counters !== undefined) record.append('link', { counters: machine.counters() })
  await machine[Symbol.asyncDispose]()
  if (test === undefined || interrupts.stopping) {
    record.stop({ status: 'abort', reason: `stopped by the user after step ${steps}`, metrics: { reads, seconds } })
    console.say(`stopped after step ${steps}; the machine is at its safe values; run ${record.path}`)
    throw new Interrupted()
  }
  const { classes } = job.data
  record.append('confusion', { classes, counts: test.counts })
  const reference = await job.reference()
  record.append('reference', { name: job.referenceName, accuracy: reference.accuracy, counts: reference.counts })
  const energy = energyPerImage !== undefined && { energyPerImage }
  const metrics = { testAccuracy: test.accuracy, referenceAccuracy: reference.accuracy, reads, seconds, ...energy }
  record.stop({ status: 'success', reason: `all ${steps} steps done`, metrics })
  const { writeReport } = await import('../report.ts')
  const report = await writeReport(record.path)
  console.say(`test accuracy ${percent(test.accuracy)}; ${job.referenceName}: ${percent(reference.accuracy)}`)
  console.say(`${reads.toLocaleString('en')} reads in ${seconds.toFixed(1)} s; the machine is at its safe values`)
  if (energyPerImage !== undefined)
    console.say(`${(1e6 * energyPerImage).toPrecision(3)} uJ an image by the declared model, not measured`)
  console.say(`report ${report}`)
  return { task: task.name, device: args.device, ...metrics, run: record.path }
}

/** Leaves the machine safe and the record closed when something went wrong on the way. */
async function failed(
  error: unknown,
  machine: Machine | undefined,
  record: RunWriter | undefined,
  interrupts: Interrupts,
): Promise<void> {
  try {
    await machine?.[Symbol.asyncDispose]()
  } finally {
    const metrics = {}
    if (interrupts.signal.aborted) record?.stop({ status: 'abort', reason: 'aborted by the user', metrics })
    else {
      const code = error instanceof InsituError ? error.code : 'INTERNAL'
      record?.stop({ status: 'fail', code, reason: error instanceof Error ? error.message : String(error), metrics })
    }
  }
}
