import { type WaveOptions, waveSimulator } from '../../../../sim/index.ts'
import { attach, type CheckedDevice } from '../../../contract/device.ts'
import { crossEntropy } from '../../../cost/cross-entropy.ts'
import { parseTable } from '../../../data/dataset.ts'
import { oneHot } from '../../../data/scale.ts'
import { stratified } from '../../../data/split.ts'
import { adam } from '../../../optim/adam.ts'
import { cosine } from '../../../optim/schedule.ts'
import { bars } from '../../../report/bars.ts'
import { hamiltonianEcho } from '../../../rules/hamiltonian-echo.ts'
import { shuffledLessons } from '../../../rules/lessons.ts'
import { recurrentEcho } from '../../../rules/recurrent-echo.ts'
import { train } from '../../../rules/train.ts'
import { fixture } from '../../package.ts'
import { digits } from '../../tasks/digits.ts'
import type { Rows, TaskData } from '../../tasks/task.ts'
import { trainReference } from '../../train/reference.ts'
import { answers } from '../chip-run.ts'
import { type Context, experiment } from '../experiment.ts'
import { choice, real, type Values, whole } from '../settings.ts'
import { quantile } from '../statistics.ts'
import { healthMetrics } from './health.ts'

/** Pixels of a side of an image, and classes. */
const IMAGE = 8
const CLASSES = 10
/** Brightest pixel. */
const DEPTH = 16

const SETTINGS = {
  side: whole(12, 'sites of a side of the square lattice; the image lies in its middle', IMAGE),
  g: real(0.5, 'cubic term at every site; 0 for a linear field'),
  learn: choice(['bonds', 'sites'], 'bonds', 'which stiffness is the learning field'),
  time: real(30, 'how long an image runs as a wave'),
  dt: real(0.2, 'step of the integrator'),
  amplitude: real(2, 'displacement of the brightest pixel'),
  gain: real(8, 'readings are multiplied by this before the softmax'),
  rule: choice(
    ['recurrent-echo', 'hamiltonian-echo'],
    'recurrent-echo',
    'a gradient for Adam from two echoes, or a field that moves its bonds by itself',
  ),
  rate: real(0.05, 'first rate of Adam, or of the field’s own descent; it falls to nothing along half a cosine'),
  batch: whole(16, 'images per step'),
  epochs: whole(12, 'passes over the training images'),
  seeds: whole(1, 'runs, each with its own split and order'),
} as const

type DigitsValues = Values<typeof SETTINGS>

export const echoDigits = experiment({
  name: 'echo-digits',
  summary: 'handwritten digits, ten classes, told apart by where the wave goes that each image starts in a lattice',
  source:
    'UCI optical digits (Alpaydin and Kaynak 1998), 30 % of each class held out; no published number for a field of this size',
  settings: SETTINGS,
  variants: { rule: { 'hamiltonian-echo': { rate: 0.12 } } },
  short: { side: 8, time: 8, epochs: 1 },
  async run(settings, context) {
    const { seed, progress, figure } = context
    const runs: Awaited<ReturnType<typeof learnDigits>>[] = []
    for (let r = 0; r < settings.seeds; r++) {
      const run = await learnDigits(settings, seed + r, context)
      runs.push(run)
      progress(
        `run ${r + 1}/${settings.seeds}: test ${run.accuracy.toFixed(3)}, untrained ${run.untrained.toFixed(3)}, pixels ${run.linear.toFixed(3)}`,
      )
    }
    const of = (key: 'accuracy' | 'trainAccuracy' | 'untrained' | 'readout' | 'linear') => {
      const sorted = runs.map((run) => run[key]).sort((a, b) => a - b)
      return { median: quantile(sorted, 0.5) as number, lowest: sorted[0], highest: sorted[sorted.length - 1] }
    }
    const [accuracy, untrained, readout, linear] = [of('accuracy'), of('untrained'), of('readout'), of('linear')]
    figure({
      title: 'Loss of the training images',
      x: 'step',
      y: 'cross-entropy',
      scale: 'log',
      curves: runs.map(({ losses }, n) => ({ name: `seed ${seed + n}`, color: n === 0 ? 1 : 0, points: losses })),
    })
    const bar = (name: string, { median, lowest, highest }: typeof accuracy) => ({
      ...{ name, value: median },
      ...(runs.length > 1 && { span: [lowest, highest] as const }),
    })
    figure(
      bars(
        'Test accuracy',
        [
          bar('trained field', accuracy),
          { ...bar('same field, untrained', untrained), reference: true },
          { ...bar('untrained, best readout of its outputs', readout), reference: true },
          { ...bar('linear classifier of the pixels', linear), reference: true },
        ],
        { as: 'share', note: 'The untrained field has the same outputs: the largest of ten readings names the digit.' },
      ),
    )
    return {
      accuracy: accuracy.median,
      trainAccuracy: of('trainAccuracy').median,
      untrainedAccuracy: untrained.median,
      untrainedReadout: readout.median,
      linearReference: linear.median,
      ...runs[0].health,
      parameters: runs[0].parameters,
      ...(runs.length > 1 && { accuracies: runs.map((run) => run.accuracy), untrained, linear }),
    }
  },
})

/** A lattice in which the image starts as displacements in the middle and ten sites among them are read. */
export function digitsField(settings: DigitsValues, seed: number): WaveOptions {
  const { side, g, learn, time, dt } = settings
  const edge = Math.floor((side - IMAGE) / 2)
  const site = (row: number, column: number) => `${(edge + row) * side + edge + column}.q`
  const pixels = Array.from({ length: IMAGE * IMAGE }, (_, n) => site(Math.floor(n / IMAGE), n % IMAGE))
  // Two rows of five, spread over the image.
  const outputs = Array.from({ length: CLASSES }, (_, n) =>
    site(2 + 4 * Math.floor(n / 5), Math.floor(((n % 5) + 0.5) * (IMAGE / 5))),
  )
  return {
    field: { kind: 'phi-4', rows: side, columns: side, g, learn },
    inputs: pixels,
    outputs,
    time,
    step: dt,
    theta: { min: 0, max: 6, step: 0, safe: 1 },
    seed,
    ...(settings.rule === 'hamiltonian-echo' && { learning: { mass: 1, decay: 100 } }),
  }
}

async function learnDigits(settings: DigitsValues, seed: number, context: Context) {
  const { amplitude, gain, rule, rate, batch, epochs } = settings
  const { progress } = context
  const data = digits.load(seed)
  const [learned, held] = images(amplitude, seed)
  const options = digitsField(settings, seed)
  await using device = attach(waveSimulator(options))
  const theta = new Float64Array(device.sheet.banks[0].width).fill(1)
  await device.store(theta)
  const cost = crossEntropy({ gain })
  const untrained = await accuracyOf(device, held)
  const readout = await readoutAccuracy(device, learned, held, seed)
  const lessons = shuffledLessons(learned, { seed, batch })
  const steps = Math.max(1, Math.round((epochs * learned.rows) / batch))
  const schedule = cosine(rate, steps)
  const losses: { x: number; y: number }[] = []
  const every = Math.max(1, Math.floor(steps / 50))
  let sum = 0
  const run =
    rule === 'recurrent-echo'
      ? train(recurrentEcho({ cost, frames: 1 }), device, theta, lessons, { optimizer: adam(schedule), steps })
      : train(hamiltonianEcho({ cost, rate: (n) => Math.max(schedule(n), 1e-9) / batch }), device, theta, lessons, {
          steps,
        })
  for await (const { step, cost: loss } of run) {
    sum += loss
    if (step % every !== 0) continue
    losses.push({ x: step, y: sum / every })
    sum = 0
    if (step % (10 * every) === 0) progress(`step ${step}/${steps}: loss ${losses.at(-1)?.y.toFixed(3)}`)
  }
  // Of the trained field: a self-learning one is read once, for this.
  await device.echo.learning?.read(theta)
  return {
    accuracy: await accuracyOf(device, held),
    trainAccuracy: await accuracyOf(device, learned),
    untrained,
    readout,
    linear: linearAccuracy(data, seed),
    health: healthMetrics(options, theta, held.drive.slice(0, IMAGE * IMAGE), context),
    parameters: theta.length,
    losses,
  }
}

/** Images as displacements, 0 to `amplitude`, to learn from and held out: the split of the task. */
function images(amplitude: number, seed: number): readonly Rows[] {
  const table = parseTable(fixture('digits.csv'), { name: 'digits', head: 'none' })
  const { train, test } = stratified(table, 0.3, seed)
  return [train, test].map((rows) => ({
    rows: rows.length,
    drive: Float64Array.from(
      { length: rows.length * table.width },
      (_, n) =>
        (amplitude * table.features[rows[Math.floor(n / table.width)] * table.width + (n % table.width)]) / DEPTH,
    ),
    target: oneHot(table, rows, 0, 1),
    labels: Uint8Array.from(rows, (r) => table.labels[r]),
  }))
}

/** Share of rows whose largest reading is that of their class. */
async function accuracyOf(device: CheckedDevice, rows: Rows): Promise<number> {
  const readings = new Float64Array(rows.rows * CLASSES)
  await answers(device, rows, readings)
  let right = 0
  for (let r = 0; r < rows.rows; r++) {
    let best = 0
    for (let o = 1; o < CLASSES; o++) if (readings[r * CLASSES + o] > readings[r * CLASSES + best]) best = o
    if (best === rows.labels[r]) right++
  }
  return right / rows.rows
}

/** One layer from the ten readings of the untrained field to classes: what its outputs hold at all. */
async function readoutAccuracy(device: CheckedDevice, train: Rows, test: Rows, seed: number): Promise<number> {
  const read = async (rows: Rows): Promise<Rows> => {
    const readings = new Float64Array(rows.rows * CLASSES)
    await answers(device, rows, readings)
    const size = Math.sqrt(readings.reduce((sum, v) => sum + v * v, 0) / readings.length)
    return { ...rows, drive: readings.map((v) => v / size) }
  }
  const data = { train: await read(train), test: await read(test), classes: digits.load(seed).classes, source: '' }
  return oneLayer([CLASSES, CLASSES], data, seed)
}

/** One layer from pixels to classes, trained by backpropagation on the same split. */
function linearAccuracy(data: TaskData, seed: number): number {
  return oneLayer([IMAGE * IMAGE, CLASSES], data, seed)
}

function oneLayer(layers: readonly number[], data: TaskData, seed: number): number {
  return trainReference({ ...digits, settings: { ...digits.settings, layers } }, data, seed).accuracy
}
