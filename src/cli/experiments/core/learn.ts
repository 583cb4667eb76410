import type { CoreNetwork } from '../../../../devices/index.ts'
import { probabilisticNet, uniformCrossings } from '../../../../devices/index.ts'
import { neuromorphicCore } from '../../../../sim/index.ts'
import { attach } from '../../../contract/device.ts'
import { InsituError } from '../../../errors.ts'
import { probabilisticSimd } from '../../../kernels/probabilistic/simd.ts'
import { adam } from '../../../optim/adam.ts'
import { cosine, late, warmed } from '../../../optim/schedule.ts'
import { probabilisticSynapses } from '../../../rules/probabilistic-synapses.ts'
import { train } from '../../../rules/train.ts'
import { systemClock } from '../../clock.ts'
import type { Context } from '../experiment.ts'
import { type Images, type ImageTask, imageLessons, probabilities } from './images.ts'
import { largest } from './largest.ts'
import type { TrainingValues } from './settings.ts'

export interface Learned {
  readonly theta: Float64Array
  /** Spent on training, s. */
  readonly seconds: number
  /** Cost of the lessons over the steps. */
  readonly losses: readonly { readonly x: number; readonly y: number }[]
}

/** Trains the synapses of a simulated core as probabilities; it is given the result. */
export async function learn(
  network: CoreNetwork,
  task: ImageTask,
  settings: TrainingValues,
  { seed, progress }: Context,
): Promise<Learned> {
  const { epochs, batch, drawn, rate, warmup, regulariser, boundary } = settings
  const net = probabilisticNet(network, boundary)
  if (net.inputs !== task.train.width || net.groups < task.classes)
    throw new InsituError(
      'CONFIG',
      `the layout takes ${net.inputs} pixels and ${net.groups} classes, the images have ${task.train.width} and ${task.classes}`,
    )
  await using device = attach(neuromorphicCore({ network, synapses: 'held', seed }))
  const theta = uniformCrossings(network, seed)
  const steps = Math.max(1, Math.round((epochs * task.train.rows) / batch))
  const rule = probabilisticSynapses({ net, regulariser: late(regulariser, steps) })
  const lessons = imageLessons(task.train, net.groups, { batch, drawn, seed })
  const every = Math.max(1, Math.floor(steps / 50))
  const losses: { x: number; y: number }[] = []
  let sum = 0
  const began = systemClock.monotonic()
  const optimizer = adam(warmed(cosine(rate, steps), Math.round((warmup * task.train.rows) / batch)))
  for await (const { step, cost } of train(rule, device, theta, lessons, { optimizer, steps, storeEvery: steps })) {
    sum += cost
    if (step % every !== 0) continue
    losses.push({ x: step, y: sum / every })
    if (step % (5 * every) === 0) progress(`step ${step}/${steps}: loss ${(sum / every).toFixed(3)}`)
    sum = 0
  }
  return { theta, seconds: systemClock.monotonic() - began, losses }
}

/** Share of images whose class has the largest probability, of the network as it was trained: without a sample. */
export function netAccuracy(
  network: CoreNetwork,
  theta: Float64Array,
  images: Images,
  boundary: TrainingValues['boundary'],
) {
  const net = probabilisticNet(network, boundary)
  const engine = probabilisticSimd(net)
  const some = 200
  let right = 0
  for (let first = 0; first < images.rows; first += some) {
    const last = Math.min(first + some, images.rows)
    const pixels = images.pixels.subarray(first * images.width, last * images.width)
    const part = { ...images, rows: last - first, pixels }
    const means = engine.forward(theta, probabilities(part), part.rows)
    for (let r = 0; r < part.rows; r++)
      if (largest(means, r * net.groups, net.groups) === images.labels[first + r]) right++
  }
  return right / images.rows
}
