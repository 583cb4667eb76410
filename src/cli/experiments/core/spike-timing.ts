import { meanSquaredError } from '../../../cost/mean-squared-error.ts'
import { InsituError } from '../../../errors.ts'
import { adam } from '../../../optim/adam.ts'
import { childSeed } from '../../../random/draws.ts'
import { STREAM } from '../../../random/streams.ts'
import { relativeDistance } from '../../../reference/norm.ts'
import { spikeTiming } from '../../../rules/spike-timing.ts'
import { spikeTimeGradient } from '../../../rules/timing/gradient.ts'
import { train } from '../../../rules/train.ts'
import { type Context, experiment } from '../experiment.ts'
import { real, whole } from '../settings.ts'
import { quantile } from '../statistics.ts'
import { differences, directSlopes, exactSlopes, type Slopes } from './spike-slopes.ts'
import { drawNeuron, fire, NEURON_SETTINGS, type Neuron } from './spiking-neuron.ts'

const NAME = 'spike-timing-gradient'

export const spikeTimingGradient = experiment({
  name: NAME,
  summary:
    'exact slopes of several spike times of one neuron, with and without the path through its resets, against differences; then it learns the times of another',
  source:
    'Yamamoto, Sakemi and Aihara (2022), arXiv 2211.16113; reference neuron of ours (tauM 20, tauS 5, 6 inputs, 3 spikes): 5e-8 with, and 0, 16 and 33 % off without the reset path',
  settings: {
    ...NEURON_SETTINGS,
    step: real(1e-5, 'step of the differences, relative to a weight and to tauS', 1e-9),
    machines: whole(40, 'imperfect machines that are looked at'),
    mismatch: real(0.1, 'their weights are off by this, their thresholds by half of it'),
    jitter: real(0.1, 'their spike times are off by this, ms'),
    steps: whole(500, 'steps of training'),
    rate: real(0.02, 'rate of Adam, in weights that lift the neuron just to its threshold'),
  },
  short: { steps: 100, machines: 5 },
  async run(settings, context) {
    if (settings.reset >= 1)
      throw new InsituError('CONFIG', `${NAME}: reset must be below the threshold of 1, got ${settings.reset}`)
    const neuron = await drawNeuron(NAME, settings, context.seed)
    await using device = neuron.open()
    const spikes = await fire(device, neuron.weights, neuron.drive)
    const wanted = await differences(device, neuron, settings.step)
    const off = (slopes: (k: number) => Slopes) => wanted.map((one, k) => relativeDistance(slopes(k), one))
    const exact = off((k) => exactSlopes(neuron, spikes, k))
    const bare = off((k) => directSlopes(neuron, spikes, k))
    const points = (errors: readonly number[]) => errors.map((y, k) => ({ x: k + 1, y }))
    context.figure({
      title: 'What the reset path is worth',
      x: 'output spike',
      y: 'relative error of its slopes',
      scale: 'log',
      curves: [
        { name: 'through every reset', color: 1, dots: true, points: points(exact) },
        { name: 'without the reset path', color: 2, dots: true, points: points(bare) },
      ],
    })
    return {
      spikeTimes: [...spikes],
      error: exact,
      errorWithoutReset: bare,
      worst: Math.max(...exact),
      smallestSlope: smallestSlope(neuron, spikes),
      imperfect: await onImperfect(neuron, settings, context.seed),
      training: await learn(neuron, settings, context),
    }
  },
})

/** Smallest slope of the potential at a spike, thresholds per ms. */
function smallestSlope({ layer, weights, drive }: Neuron, spikes: Float64Array): number {
  const into = { weights: new Float64Array(weights.length) }
  return spikeTimeGradient(layer, weights, { drive, spikes }, spikes, into).smallestSlope
}

interface Imperfect {
  readonly machines: number
  readonly mismatch: number
  readonly jitter: number
  readonly step: number
}

/**
 * Errors of the slopes on machines that are not what their sheet says, from their own spike times and from those of a model:
 * medians over machines and spikes.
 */
async function onImperfect(neuron: Neuron, { machines, mismatch, jitter, step }: Imperfect, seed: number) {
  const { weights, drive, layer } = neuron
  await using ideal = neuron.open()
  const modelled = await fire(ideal, weights, drive)
  const measured: number[] = []
  const ofModel: number[] = []
  let silent = 0
  for (let machine = 0; machine < machines; machine++) {
    const own = childSeed(seed, STREAM.codeSeeds, machine)
    await using noisy = neuron.open({ mismatch, jitter, seed: own })
    await using still = neuron.open({ mismatch, jitter: 0, seed: own })
    const spikes = await fire(noisy, weights, drive)
    if (spikes.some((time) => time >= layer.window)) {
      silent++
      continue
    }
    const wanted = await differences(still, neuron, step)
    wanted.forEach((one, k) => {
      measured.push(relativeDistance(exactSlopes(neuron, spikes, k), one))
      ofModel.push(relativeDistance(exactSlopes(neuron, modelled, k), one))
    })
  }
  const median = (errors: number[]) =>
    quantile(
      errors.sort((a, b) => a - b),
      0.5,
    )
  return { atMeasuredTimes: median(measured), atTheTimesOfAModel: median(ofModel), machinesWithMissingSpikes: silent }
}

interface Learning {
  readonly steps: number
  readonly rate: number
}

/** The neuron learns the spike times that other weights give it. */
async function learn(neuron: Neuron, { steps, rate }: Learning, { figure, progress }: Context) {
  await using device = neuron.open()
  const target = await fire(device, neuron.teacher, neuron.drive)
  const theta = neuron.weights.slice()
  const before = await fire(device, theta, neuron.drive)
  const lesson = { rows: 1, drive: neuron.drive, target }
  const costs: number[] = []
  const path: Float64Array[] = []
  const silent: number[] = []
  const rule = spikeTiming()
  const learning = train(rule, device, theta, { next: () => lesson }, { optimizer: adam(rate * neuron.single), steps })
  for await (const { cost, health } of learning) {
    costs.push(cost)
    silent.push(health?.silent ?? 0)
    path.push(await fire(device, theta, neuron.drive))
  }
  const after = path.at(-1) ?? before
  const lossAfter = loss(after, target)
  progress(`trained: ${costs[0]} ms^2 before, ${lossAfter} after ${steps} steps`)
  figure({
    title: 'Distance of the spikes to what they learn',
    x: 'step',
    y: 'ms',
    scale: 'log',
    curves: Array.from(target, (time, k) => ({
      name: `spike ${k + 1}`,
      color: 1 + (k % 4),
      plain: true,
      points: path.map((times, n) => ({ x: n + 1, y: Math.abs(times[k] - time) })),
    })),
  })
  return {
    ...{ target: [...target], before: [...before], after: [...after] },
    lossBefore: loss(before, target),
    lossAfter,
    stepsWithMissingSpikes: silent.filter((share) => share > 0).length,
  }
}

function loss(times: Float64Array, target: Float64Array): number {
  const into = new Float64Array(1)
  meanSquaredError.values(times, 1, times.length, { data: target, rows: 1, hold: 1 }, into)
  return into[0]
}
