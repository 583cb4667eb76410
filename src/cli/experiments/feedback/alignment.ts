import { type LinearReadoutSpec, linearReadoutLayers } from '../../../../devices/index.ts'
import { linearReadout } from '../../../../sim/index.ts'
import { attach } from '../../../contract/device.ts'
import { squaredError } from '../../../cost/squared-error.ts'
import { sgd } from '../../../optim/sgd.ts'
import { childSeed } from '../../../random/draws.ts'
import { STREAM } from '../../../random/streams.ts'
import { norm } from '../../../reference/norm.ts'
import { feedbackAlignment as rule } from '../../../rules/feedback-alignment.ts'
import { train } from '../../../rules/train.ts'
import { experiment } from '../experiment.ts'
import { choice, real, whole } from '../settings.ts'
import { randomLesson, randomStart } from './two-layers.ts'

/** One run that has come to its end, or blew up. */
interface Run {
  /** Root mean square error over that of the targets. */
  readonly error: number
  /** Cosine between the readout and the feedback. */
  readonly alignment: number
  /** Step in which the cost had become a thousand times what it began with; null if it did not. */
  readonly blewUpAt: number | null
  readonly curve: readonly { readonly step: number; readonly error: number; readonly alignment: number }[]
}

const BLOWN_UP = 1e3

export const feedbackAlignment = experiment({
  name: 'feedback-alignment',
  summary:
    'feedback alignment on a wide net of two layers: it converges unaligned, and aligns where the readout decays',
  source:
    'Song, Xu and Lafferty (2021): over-parameterised nets converge whatever the feedback, alignment needs regularisation. With a program of our own: without it error 0 at a cosine below 0.2, with lambda 0.1 a cosine above 0.9',
  settings: {
    samples: whole(50, 'inputs and targets; all of them are shown in every step'),
    inputs: whole(150, 'numbers of an input, each from N(0, 1 / inputs)'),
    hidden: whole(2000, 'neurons of the hidden layer'),
    activation: choice(['tanh', 'relu', 'linear'], 'tanh', 'their curve'),
    targets: choice(['random', 'linear'], 'random', 'drawn from N(0, 1), or of a linear teacher'),
    spread: real(1, 'standard deviation of the first weights at the start'),
    eta: real(0.2, 'rate of descent on half the sum of squared errors over the samples'),
    steps: whole(2000, 'updates'),
    lambda: real(0.1, 'weight decay of the readout in the regularised run, added to the gradient of that sum'),
    ridgeSteps: whole(0, 'the weight decay ends after this many steps; 0: never', 0),
    seeds: whole(1, 'runs, each with its own data, start and feedback'),
  },
  short: { hidden: 200, steps: 300, seeds: 1 },
  async run(settings, { seed, progress, figure }) {
    const runs = { without: [] as Run[], with: [] as Run[] }
    for (let r = 0; r < settings.seeds; r++) {
      const runSeed = childSeed(seed, STREAM.codeSeeds, r)
      for (const kind of ['without', 'with'] as const) {
        const run = await once(settings, kind === 'with' ? settings.lambda : 0, runSeed)
        runs[kind].push(run)
        const { error, alignment, blewUpAt } = run
        progress(
          `run ${r + 1}/${settings.seeds} ${kind} regularisation: error ${error.toExponential(2)}, alignment ${alignment.toFixed(3)}${blewUpAt === null ? '' : `, blew up in step ${blewUpAt}`}`,
        )
      }
    }
    const names = { without: 'without regularisation', with: `lambda ${settings.lambda}` }
    const kinds = [
      ['without', 2],
      ['with', 1],
    ] as const
    for (const [title, y, of] of [
      ['Alignment', 'cosine of readout and feedback', (point: Run['curve'][number]) => point.alignment],
      ['Error', 'rms error over that of the targets', (point: Run['curve'][number]) => point.error],
    ] as const)
      figure({
        title,
        x: 'step',
        y,
        ...(title === 'Error' && { scale: 'log' as const }),
        curves: kinds.flatMap(([kind, color]) =>
          runs[kind].map(({ curve }, n) => ({
            name: names[kind],
            color: n === 0 ? color : 0,
            points: curve.map((point) => ({ x: point.step, y: of(point) })),
          })),
        ),
      })
    const list = <K extends keyof Run>(key: K) => ({
      without: runs.without.map((run) => run[key]),
      with: runs.with.map((run) => run[key]),
    })
    return {
      error: list('error'),
      alignment: list('alignment'),
      largestUnaligned: Math.max(...runs.without.map(({ alignment }) => Math.abs(alignment))),
      smallestAligned: Math.min(...runs.with.map(({ alignment }) => alignment)),
      blewUpAt: list('blewUpAt'),
      seeds: settings.seeds,
    }
  },
})

interface Setup {
  readonly samples: number
  readonly inputs: number
  readonly hidden: number
  readonly activation: LinearReadoutSpec['activation']
  readonly targets: 'random' | 'linear'
  readonly spread: number
  readonly eta: number
  readonly steps: number
  readonly ridgeSteps: number
}

async function once(setup: Setup, lambda: number, seed: number): Promise<Run> {
  const { samples, inputs, hidden, activation, spread, eta, steps, ridgeSteps } = setup
  const spec = { inputs, hidden, activation }
  await using device = attach(linearReadout(spec))
  const lesson = randomLesson(setup, seed)
  const theta = randomStart(spec, spread, seed)
  // The rule takes the mean over the rows, the source the sum.
  const learning = rule({
    layers: linearReadoutLayers(spec),
    cost: squaredError,
    seed,
    scale: 1,
    ridge: { lambda: lambda / samples, ...(ridgeSteps > 0 && { steps: ridgeSteps }) },
  })
  const targets = norm(lesson.target) / Math.sqrt(samples)
  const curve: Run['curve'][number][] = []
  let [first, blewUpAt, error, alignment] = [Number.NaN, null as number | null, Number.NaN, Number.NaN]
  const options = { optimizer: sgd(eta * samples), steps }
  for await (const { step, cost, health } of train(learning, device, theta, { next: () => lesson }, options)) {
    error = Math.sqrt(2 * cost) / targets
    alignment = health?.alignment ?? Number.NaN
    if (step === 1) first = cost
    if (step === 1 || step === steps || step % Math.ceil(steps / 50) === 0) curve.push({ step, error, alignment })
    if (!(cost <= BLOWN_UP * first)) {
      blewUpAt = step
      break
    }
  }
  return { error, alignment, blewUpAt, curve }
}
