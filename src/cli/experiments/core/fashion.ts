import { join } from 'node:path'
import { coreLayout, pyramidLayout } from '../../../../devices/index.ts'
import type { IdxImages } from '../../../data/idx.ts'
import { InsituError } from '../../../errors.ts'
import { packageRoot } from '../../package.ts'
import { experiment } from '../experiment.ts'
import { choice, text, whole } from '../settings.ts'
import { deploy } from './deploy.ts'
import { crossbarFigure, ensembleFigure, lossFigure } from './figures.ts'
import { readIdxFiles } from './idx-files.ts'
import type { Images, ImageTask } from './images.ts'
import { learn, netAccuracy } from './learn.ts'
import { TRAINING_SETTINGS, undecidedShare } from './settings.ts'

/** Pixels along the side of an image. */
const SIDE = 28

/** By layout: pixels from window to window, and the cores that come of it on that many pixels. */
const LAYOUTS = { small: { stride: 12, cores: 5 }, large: { stride: 4, cores: 30 } } as const

export const coreFashion = experiment({
  name: 'core-fashion',
  summary: '28x28 images of clothes (or any data in the MNIST format) on 5 or 30 cores, trained as probabilities',
  source:
    'no number is published for these images; Esser et al. (2015) on MNIST: 92.7 % on 5 cores with one member, 99.42 % on 30 cores with 64; two energy sets circulate for them: 0.268 uJ and 108 uJ an image, or 0.408 uJ and 121 uJ',
  settings: {
    layout: choice(['small', 'large'], 'small', 'windows of 16x16 at stride 12 in two layers, or at stride 4 in four'),
    cores: whole(LAYOUTS.small.cores, 'cores of the layout, to be sure of it: 5 or 30'),
    ...TRAINING_SETTINGS,
    epochs: { ...TRAINING_SETTINGS.epochs, default: 20 },
    warmup: { ...TRAINING_SETTINGS.warmup, default: 1 },
    members: { ...TRAINING_SETTINGS.members, default: 16 },
    ticks: { ...TRAINING_SETTINGS.ticks, default: 1 },
    data: text(
      '',
      'a folder, or four paths with commas',
      'IDX files, also .gz: images and labels to learn from and held out; nothing: the small part that comes along',
    ),
  },
  variants: { layout: { small: { cores: LAYOUTS.small.cores }, large: { cores: LAYOUTS.large.cores } } },
  short: { epochs: 2, members: 2 },
  async run(settings, context) {
    const { layout, cores, tie, boundary, members, ticks, data } = settings
    const { seed, figure, progress } = context
    if (cores !== LAYOUTS[layout].cores)
      throw new InsituError(
        'CONFIG',
        `core-fashion: layout ${layout} has ${LAYOUTS[layout].cores} cores, got cores=${cores}`,
      )
    const { train, test } = readIdxFiles(data === '' ? join(packageRoot(), 'fixtures', 'fashion') : data)
    const task: ImageTask = { train: images(train), test: images(test), classes: classesOf(train, test) }
    if (train.height !== SIDE || train.width !== SIDE)
      throw new InsituError(
        'CONFIG',
        `core-fashion: wanted images of ${SIDE} x ${SIDE}, got ${train.height} x ${train.width}`,
      )
    const { stride } = LAYOUTS[layout]
    const network = pyramidLayout({ side: SIDE, stride, classes: task.classes, tie, seed })
    const { theta, seconds, losses } = await learn(network, task, settings, context)
    figure(lossFigure(losses))
    const probabilityNetAccuracy = netAccuracy(network, theta, task.test, boundary)
    progress(`probability net: ${(100 * probabilityNetAccuracy).toFixed(1)} %`)
    const { accuracy, energyPerImage } = deploy(network, theta, task.test, { members, ticks, seed })
    figure(ensembleFigure(accuracy, probabilityNetAccuracy))
    figure(crossbarFigure(network, theta))
    return {
      probabilityNetAccuracy,
      accuracy,
      energyPerImage,
      cores: network.cores.length,
      images: [train.rows, test.rows],
      undecidedShare: undecidedShare(theta.subarray(0, coreLayout(network).synapses)),
      trainingSeconds: seconds,
    }
  },
})

function images({ rows, height, width, pixels, labels }: IdxImages): Images {
  return { rows, width: height * width, pixels, depth: 255, labels }
}

function classesOf(...parts: readonly IdxImages[]): number {
  return 1 + parts.reduce((most, { labels }) => labels.reduce((top, label) => Math.max(top, label), most), 0)
}
