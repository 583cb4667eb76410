import type { CoreNetwork } from '../../../../devices/index.ts'
import { neuromorphicCore } from '../../../../sim/index.ts'
import { coreTwin } from '../../../../sim/twins/neuromorphic-core.ts'
import { attach, type CheckedDevice } from '../../../contract/device.ts'
import { crossEntropy } from '../../../cost/cross-entropy.ts'
import { adam } from '../../../optim/adam.ts'
import { cosine } from '../../../optim/schedule.ts'
import { digitsCore } from '../../tasks/digits-core.ts'
import type { Rows } from '../../tasks/task.ts'
import { score } from '../../train/score.ts'
import type { Images } from '../core/images.ts'
import { netAccuracy, learn as trainProbabilities } from '../core/learn.ts'
import { TRAINING_SETTINGS } from '../core/settings.ts'
import type { Context } from '../experiment.ts'
import { defaultsOf } from '../settings.ts'
import { type Learning, learn, stored, twinResidual } from './learn.ts'
import type { LoopMachine, LoopSettings } from './settings.ts'

/** Gain of the readings in the cost, times the ticks that they are counted over. */
const GAIN = 0.8

/** Neurons that hear the same spikes do not scatter by themselves: readings lie further from the twin than its spreads say. */
const CHECK = { deviation: 2 }

/**
 * Cores with synapses held, thresholds off by `mismatch`: trained in silico as probabilities, sampled once, and then the bits that
 * were drawn are trained on.
 */
export const coreLoop: LoopMachine = {
  usual: { mismatch: 0.5, epochs: 10, batch: 50, rate: 0.01 },
  async run(settings, context) {
    const { seed } = context
    const { ticks, epochs, batch, rate } = settings
    const { network } = digitsCore.machine(seed)
    const rows = digitsCore.load(seed)
    const machine = (mismatch: number) =>
      attach(
        neuromorphicCore({ network, ticks, synapses: 'held', seed, imperfections: { thresholdMismatch: mismatch } }),
      )
    const fitted = { twin: coreTwin({ network, ticks, synapses: 'held', seed }) }
    const learning = (device: CheckedDevice, theta: Float64Array): Learning => ({
      ...{ device, fitted, theta, rows, cost: crossEntropy({ gain: GAIN / ticks }), epochs, batch, seed },
      optimizer: adam(cosine(rate, epochs * Math.ceil(rows.train.rows / batch))),
      check: settings.check === 'off' ? false : CHECK,
      accuracy: (readings, shown) => score(readings, shown, rows.classes.length).accuracy,
    })
    /** On a machine that has shown nothing yet: the same spikes go in whatever is compared. */
    const answered = async (mismatch: number, theta: Float64Array) => {
      await using device = machine(mismatch)
      return await stored(learning(device, theta), device, theta)
    }
    const tuned = async (mismatch: number) => {
      await using device = machine(mismatch)
      const theta = sampled.slice()
      return { theta, ...(await learn(learning(device, theta))) }
    }
    const sampled = await pretrained(network, rows, settings, context)
    const ideal = await tuned(0)
    const looped = await tuned(settings.mismatch)
    await using real = machine(settings.mismatch)
    const [onDesigned, plainSampling] = [await answered(0, ideal.theta), await answered(0, sampled)]
    return {
      ideal: onDesigned,
      inSilicoThenDeployed: await answered(settings.mismatch, sampled),
      inTheLoop: await answered(settings.mismatch, looped.theta),
      residualBefore: await twinResidual(fitted, real, sampled, rows.test),
      residualAfter: await twinResidual(fitted, real, looped.theta, rows.test),
      reads: looped.reads,
      curves: { ideal: ideal.curve, inTheLoop: looped.curve },
      more: {
        probabilityNet: netAccuracy(network, sampled, images(rows.test), BOUNDARY),
        plainSampling,
        pointsOverPlainSampling: 100 * (onDesigned - plainSampling),
      },
    }
  },
}

const BOUNDARY = digitsCore.settings.boundary

/** Trainings of synapses as probabilities, without a machine. */
const IN_SILICO = {
  'core-digits': defaultsOf(TRAINING_SETTINGS),
  /** As `insitu train --task digits --device sim:neuromorphic-core` does. */
  train: {
    ...defaultsOf(TRAINING_SETTINGS),
    ...{ rate: digitsCore.settings.rate, batch: digitsCore.settings.batch, boundary: BOUNDARY },
    ...{ epochs: 40, warmup: 0, drawn: 0 },
  },
} as const

async function pretrained(
  network: CoreNetwork,
  { train, test, classes }: { readonly train: Rows; readonly test: Rows; readonly classes: readonly string[] },
  { inSilico, pretraining }: LoopSettings,
  context: Context,
): Promise<Float64Array> {
  const task = { train: images(train), test: images(test), classes: classes.length }
  const usual = IN_SILICO[inSilico]
  const settings = { ...usual, epochs: pretraining || usual.epochs }
  const { theta } = await trainProbabilities(network, task, settings, { ...context, progress: () => {} })
  return theta
}

/** Rows of spike probabilities as images. */
function images({ rows, drive, labels }: Rows): Images {
  return { rows, width: drive.length / rows, pixels: drive, depth: 1, labels }
}
