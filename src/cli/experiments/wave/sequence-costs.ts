import { type ReferenceGradient, referenceGradient, waveSimulator } from '../../../../sim/index.ts'
import { attach } from '../../../contract/device.ts'
import { relativeDistance } from '../../../reference/norm.ts'
import { asked } from '../../../rules/echo/asked.ts'
import { echoGradient, type PassageGradient } from '../../../rules/echo/contrast.ts'
import { quantile } from '../statistics.ts'
import { bytesHeld } from './memory.ts'
import { type CourseValues, sequenceCost } from './sequence-learning.ts'
import { drawSequences, type Sequences, sequenceChain } from './sequence-task.ts'

interface CostValues extends CourseValues {
  readonly eps: number
}

/** Sequences whose gradients are compared. */
const COMPARED = 8
/** How much longer the longer sequence is. */
const LONGER = 10

/** How far the pair of echoes is off backpropagation over some sequences, by the parameters and by the drive. */
export async function agreement(
  settings: CostValues,
  chain: ReturnType<typeof sequenceChain>,
  theta: Float64Array,
  data: Sequences,
) {
  const [found, exact] = [0, 1].map(() => ({ theta: [] as number[], drive: [] as number[] }))
  for (let n = 0; n < Math.min(COMPARED, data.labels.length); n++) {
    await withGradients(settings, chain, theta, data, n, async ({ echoes, backprop }) => {
      for (const [list, one] of [[found, await echoes(() => {})] as const, [exact, backprop(() => {})] as const]) {
        list.theta.push(...one.theta)
        list.drive.push(...one.drive)
      }
    })
  }
  return {
    theta: relativeDistance(found.theta, exact.theta),
    drive: relativeDistance(found.drive, exact.drive),
  }
}

/**
 * Bytes that a gradient holds beside the sequence itself, by either way: at T, and at 10 T by ten times the frames or by
 * frames of ten times the steps. A frame has its rows of drive and readings, so with more of them an echo returns more.
 */
export async function memory(settings: CostValues, seed: number, times: number) {
  const { frames, frameSteps } = settings
  const sizes = {
    T: settings,
    'ten times the frames': { ...settings, frames: LONGER * frames },
    'frames of ten times the steps': { ...settings, frameSteps: LONGER * frameSteps },
  }
  const found: Record<string, { echoes: number; backprop: number; rows: number }> = {}
  for (const [name, values] of Object.entries(sizes)) {
    const data = drawSequences(values, seed, 0, 1)
    found[name] = await withFirst(values, seed, data, async ({ echoes, backprop }) => ({
      echoes: await middle(() => bytesHeld(echoes), times),
      backprop: await middle(() => bytesHeld(backprop), times),
      rows: data.drive.byteLength + data.target.byteLength,
    }))
  }
  return found
}

/** CPU seconds of one gradient by either way, median. */
export function secondsPerGradient(settings: CostValues, seed: number, times: number) {
  const timed = (gradient: (look: () => void) => unknown) =>
    middle(async () => {
      const start = process.cpuUsage()
      await gradient(() => {})
      const { user, system } = process.cpuUsage(start)
      return 1e-6 * (user + system)
    }, times)
  return withFirst(settings, seed, drawSequences(settings, seed, 0, 1), async ({ echoes, backprop }) => ({
    echoes: await timed(echoes),
    backprop: await timed(backprop),
  }))
}

/** Median of several measurements; the first, in which things are compiled and kept, is left out. */
async function middle(measured: () => Promise<number>, times: number): Promise<number> {
  await measured()
  const values: number[] = []
  for (let n = 0; n < times; n++) values.push(await measured())
  return quantile(
    values.sort((a, b) => a - b),
    0.5,
  ) as number
}

export function withFirst<T>(settings: CostValues, seed: number, data: Sequences, body: (ways: Ways) => Promise<T>) {
  const chain = sequenceChain(settings, seed)
  return withGradients(settings, chain, chain.theta, data, 0, body)
}

/** The gradient of one sequence by either way; `look` is called when its readings are there. */
interface Ways {
  echoes(look: () => void): Promise<PassageGradient>
  backprop(look: () => void): ReferenceGradient
}

async function withGradients<T>(
  settings: CostValues,
  { options }: ReturnType<typeof sequenceChain>,
  theta: Float64Array,
  data: Sequences,
  n: number,
  body: (ways: Ways) => Promise<T>,
): Promise<T> {
  const { frames, sites, classes, eps } = settings
  const width = 2 * classes
  const cost = sequenceCost(settings)
  const drive = data.drive.subarray(n * frames * sites, (n + 1) * frames * sites)
  const target = data.target.subarray(n * frames * width, (n + 1) * frames * width)
  const slopes = (look: () => void) => (output: Float64Array) => {
    look()
    return asked(cost, output, target, width).slopes
  }
  await using device = attach(waveSimulator(options))
  await device.store(theta)
  return await body({
    echoes: (look) => echoGradient(device, drive, slopes(look), { eps }),
    backprop: (look) => referenceGradient(options, theta, drive, slopes(look)),
  })
}
