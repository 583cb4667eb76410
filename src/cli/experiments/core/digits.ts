import { ARRANGEMENTS, coreLayout, stackLayout } from '../../../../devices/index.ts'
import { type Dataset, parseTable } from '../../../data/dataset.ts'
import { randomSplit } from '../../../data/split.ts'
import { InsituError } from '../../../errors.ts'
import { readText } from '../../files.ts'
import { fixture } from '../../package.ts'
import { experiment } from '../experiment.ts'
import { choice, text, whole } from '../settings.ts'
import { deploy } from './deploy.ts'
import { crossbarFigure, ensembleFigure, lossFigure } from './figures.ts'
import type { Images, ImageTask } from './images.ts'
import { learn, netAccuracy } from './learn.ts'
import { TRAINING_SETTINGS, undecidedShare } from './settings.ts'

export const coreDigits = experiment({
  name: 'core-digits',
  summary: '8x8 handwritten digits on cores whose synapses are trained as probabilities and sampled as bits',
  source:
    'a program of our own, two cores: probability net 96.5 %, one member 84 %, 16 members 95 %; two energy sets circulate for the MNIST networks of Esser et al. (2015): 108 uJ and 0.268 uJ an image for 64 members and 1, or 121 uJ and 0.408 uJ',
  settings: {
    cores: whole(2, 'cores one after the other'),
    layout: choice(
      ARRANGEMENTS,
      'rotated',
      'copies of the image turned so that each pixel meets every axon type, or not',
    ),
    ...TRAINING_SETTINGS,
    held: whole(397, 'images held out'),
    data: text('', 'a path', 'table of pixels and a class per line; nothing: the digits that come along'),
  },
  short: { epochs: 3, members: 4, ticks: 1 },
  async run(settings, context) {
    const { cores, layout, tie, boundary, members, ticks, held, data } = settings
    const { seed, figure, progress } = context
    const task = digitsTask(data, held, seed)
    const network = stackLayout({
      lines: task.train.width,
      classes: task.classes,
      cores,
      arrangement: layout,
      tie,
      seed,
    })
    const { theta, seconds, losses } = await learn(network, task, settings, context)
    figure(lossFigure(losses))
    const probabilityNetAccuracy = netAccuracy(network, theta, task.test, boundary)
    progress(`probability net: ${(100 * probabilityNetAccuracy).toFixed(1)} %`)
    const { accuracy, energyPerImage } = deploy(network, theta, task.test, { members, ticks, seed })
    figure(ensembleFigure(accuracy, probabilityNetAccuracy))
    figure(crossbarFigure(network, theta))
    const { synapses } = coreLayout(network)
    return {
      probabilityNetAccuracy,
      accuracy,
      energyPerImage,
      cores: network.cores.length,
      undecidedShare: undecidedShare(theta.subarray(0, synapses)),
      trainingSeconds: seconds,
    }
  },
})

function digitsTask(file: string, held: number, seed: number): ImageTask {
  const table = parseTable(file === '' ? fixture('digits.csv') : readText(file, 'data'), {
    name: file === '' ? 'digits' : file,
    head: 'none',
  })
  if (held >= table.rows)
    throw new InsituError(
      'CONFIG',
      `core-digits: held must be below the ${table.rows} images of ${table.name}, got ${held}`,
    )
  const { train, test } = randomSplit(table, held, seed)
  const depth = table.features.reduce((most, pixel) => Math.max(most, pixel), 0)
  if (!(depth > 0) || table.features.some((pixel) => pixel < 0))
    throw new InsituError('CONFIG', `core-digits: pixels of ${table.name} must be from 0 up, and not all 0`)
  const part = (rows: Uint32Array) => images(table, rows, depth)
  return { train: part(train), test: part(test), classes: table.classes.length }
}

function images({ width, features, labels }: Dataset, rows: Uint32Array, depth: number): Images {
  const pixels = new Float64Array(rows.length * width)
  rows.forEach((r, n) => {
    pixels.set(features.subarray(r * width, (r + 1) * width), n * width)
  })
  return { rows: rows.length, width, pixels, depth, labels: Uint8Array.from(rows, (r) => labels[r]) }
}
