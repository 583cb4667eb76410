import { setImmediate as breathe } from 'node:timers/promises'
import type { CheckedDevice } from '../../contract/device.ts'
import type { StatePort } from '../../contract/facets.ts'
import type { RunClock, RunWriter } from '../../run/index.ts'
import { newsLine } from '../../twins/news.ts'
import type { Console } from '../console.ts'
import type { Interrupts } from '../interrupts.ts'
import type { TaskData } from '../tasks/task.ts'
import { evaluate } from './evaluate.ts'
import type { TrainingPlan } from './plan.ts'
import { progressLine } from './progress.ts'
import type { Score } from './score.ts'
import { Stretch } from './stretch.ts'

/** Looks at the whole data set, checkpoints, and lines of the log during one run. */
const LOOKS = 25
const LINES = 400

/** Seconds between two progress lines, and between two turns of the event loop (signals are seen only there). */
const PROGRESS_EVERY = 0.25
const BREATHE_EVERY = 0.02

export interface SessionParts {
  readonly device: CheckedDevice
  /** Energy the machine used so far, J, where it declares one. */
  readonly energy: (() => number) | undefined
  readonly plan: TrainingPlan
  readonly data: TaskData
  readonly record: RunWriter
  readonly console: Console
  readonly interrupts: Interrupts
  readonly clock: RunClock
  /** Training ends after this many seconds, at the latest. */
  readonly seconds: number
}

/** How far a session came. */
export interface SessionResult {
  /** Slots measured, looks included. */
  readonly reads: number
  readonly steps: number
  /** Seconds of training. */
  readonly seconds: number
  /** The last look at the held-out rows; absent if the user stopped the run. */
  readonly test: Score | undefined
  /** J, by the machine's declared model, of the held-out rows at the last look; absent where none is declared. */
  readonly energyPerImage: number | undefined
}

/** Trains, looks at the data now and then, and writes everything down. */
export async function session(parts: SessionParts): Promise<SessionResult> {
  const { device, energy, plan, data, record, console, interrupts, clock } = parts
  const { signal } = interrupts
  const began = clock.monotonic()
  const lineEvery = Math.max(1, Math.floor(plan.steps / LINES))
  const lookEvery = Math.max(1, Math.ceil(plan.steps / LOOKS))
  const stretch = new Stretch()
  let trainReads = 0
  let lookReads = 0
  let steps = 0
  let cost = Number.NaN
  let accuracy: number | undefined
  let returnError: number | undefined
  let energyPerImage: number | undefined
  let shown = began
  let breathed = began

  const look = async (step: number): Promise<Score> => {
    await plan.look?.(signal)
    const theta = record.bulk('theta', plan.theta)
    let score: Score | undefined
    for (const set of ['train', 'test'] as const) {
      const used = energy?.() ?? 0
      score = await evaluate(device, data[set], data.classes.length, plan.score, signal)
      const perImage = energy && { energyPerImage: (energy() - used) / data[set].rows }
      energyPerImage = perImage?.energyPerImage
      lookReads += data[set].rows
      record.append('evaluation', { step, set, cost: score.cost, accuracy: score.accuracy, theta, ...perImage })
      if (set === 'train') accuracy = score.accuracy
    }
    record.checkpoint({
      step,
      theta: plan.theta,
      ...plan.save(step),
      lessons: plan.lessons.save(),
      ...(await snapshot(device, signal)),
    })
    return score as Score
  }

  const prepared = await plan.prepare?.(signal)
  if (prepared !== undefined) {
    lookReads += prepared.slots
    record.append('calibration', prepared.event)
    console.say(prepared.words)
  }
  for await (const report of plan.run(signal)) {
    steps = report.step
    trainReads = report.totalSlots
    cost = report.cost
    returnError = report.health?.returnError ?? returnError
    stretch.add(report)
    for (const news of report.news ?? []) {
      record.append('twin', { ...news })
      console.say(newsLine(news))
    }
    if (steps % lineEvery === 0) record.append('steps', { ...stretch.take() })
    if (steps % lookEvery === 0 && steps < plan.steps) await look(steps)
    const now = clock.monotonic()
    if (now - shown >= PROGRESS_EVERY) {
      shown = now
      const reads = plan.slotsPerStep === 0 ? undefined : trainReads
      const share = steps / plan.steps
      console.progress(progressLine({ cost, accuracy, returnError, reads, share, seconds: now - began }))
    }
    if (now - breathed >= BREATHE_EVERY) {
      breathed = now
      await breathe()
    }
    if (interrupts.stopping || now - began >= parts.seconds) break
  }
  if (!stretch.empty) record.append('steps', { ...stretch.take() })
  const seconds = clock.monotonic() - began
  const test = interrupts.stopping ? undefined : await look(steps)
  return { reads: trainReads + lookReads, steps, seconds, test, energyPerImage }
}

async function snapshot(device: CheckedDevice & { readonly state?: StatePort }, signal: AbortSignal) {
  return device.state === undefined ? {} : { device: await device.state.snapshot({ signal }) }
}
