import { waveSimulator } from '../../../../sim/index.ts'
import { attach, type Device } from '../../../contract/device.ts'
import type { Cost } from '../../../cost/cost.ts'
import { adam } from '../../../optim/adam.ts'
import { cosine } from '../../../optim/schedule.ts'
import { asked } from '../../../rules/echo/asked.ts'
import type { Rule } from '../../../rules/rule.ts'
import { sequenceLessons } from '../../../rules/sequences.ts'
import { train } from '../../../rules/train.ts'
import { energies, energyCrossEntropy } from './energy-cost.ts'
import { askedFrames, type Sequences, type sequenceChain, type TaskValues } from './sequence-task.ts'

export interface CourseValues extends TaskValues {
  readonly gain: number
  readonly rate: number
  readonly batch: number
  readonly steps: number
}

/** What a chain learns, and from where it starts. */
export interface Course {
  readonly settings: CourseValues
  readonly seed: number
  readonly chain: ReturnType<typeof sequenceChain>
  readonly data: Sequences
  readonly test: Sequences
}

/** How well the chain does on the sequences kept apart. */
export interface Look {
  readonly step: number
  readonly loss: number
  /** Share of the answers that are right, over sequences and over the frames that are asked. */
  readonly accuracy: number
}

/** Looks at the test sequences in a training, beside the first. */
const LOOKS = 20

/** The cost of a sequence: the mean over the frames that are asked. */
export function sequenceCost(settings: CourseValues): Cost {
  return energyCrossEntropy(settings.gain, 1 / askedFrames(settings).length)
}

/** Trains one chain by a rule. */
export async function learnSequences<S>(
  { settings, seed, chain, data, test }: Course,
  ruleOf: (cost: Cost) => Rule<'echo' | 'local', S>,
) {
  const { frames, rate, batch, steps } = settings
  const cost = sequenceCost(settings)
  const theta = chain.theta.slice()
  await using device = attach(waveSimulator(chain.options))
  await device.store(theta)
  const looks: Look[] = [{ step: 0, ...(await look(device, settings, test, cost)) }]
  const lessons = sequenceLessons(data, frames, { seed, batch })
  const optimizer = adam(cosine(rate, steps, rate / 20))
  const every = Math.max(1, Math.round(steps / LOOKS))
  for await (const { step } of train(ruleOf(cost), device, theta, lessons, { steps, optimizer }))
    if (step % every === 0 || step === steps) looks.push({ step, ...(await look(device, settings, test, cost)) })
  return { looks, theta, cost }
}

async function look(device: Device<'echo'>, settings: TaskValues, test: Sequences, cost: Cost) {
  const { frames, sites } = settings
  const width = device.sheet.sense.width
  const asks = askedFrames(settings)
  let loss = 0
  let right = 0
  for (const [n, label] of test.labels.entries()) {
    const drive = test.drive.subarray(n * frames * sites, (n + 1) * frames * sites)
    const flight = await device.echo.launch(drive)
    const target = test.target.subarray(n * frames * width, (n + 1) * frames * width)
    loss += asked(cost, flight.output, target, width).cost
    for (const t of asks) {
      const seen = energies(flight.output.subarray(t * width, (t + 1) * width))
      if (seen.indexOf(Math.max(...seen)) === label) right++
    }
    await flight[Symbol.asyncDispose]()
  }
  const count = test.labels.length
  return { loss: loss / count, accuracy: right / (count * asks.length) }
}
