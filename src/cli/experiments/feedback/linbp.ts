import { childSeed } from '../../../random/draws.ts'
import { STREAM } from '../../../random/streams.ts'
import type { Surrogate } from '../../../twins/layers.ts'
import { experiment } from '../experiment.ts'
import { choice, layers, real, volts, whole } from '../settings.ts'
import { deviation, mean } from '../statistics.ts'
import { digitsAccuracy } from './real-set.ts'
import { teacherRun } from './teacher.ts'

const WAYS = [
  ['backprop', 'nominal'],
  ['linbp', 'linear'],
] as const satisfies readonly (readonly [string, Surrogate])[]

type Way = (typeof WAYS)[number][0]

export const linbp = experiment({
  name: 'linbp',
  summary:
    'slopes of 1 for those of neurons: faster than backpropagation in the model of one neuron and its teacher only, worse on digits',
  source:
    'Li, Guo, Liu and Zhang (2021), settings of the authors’ simulation. With a program of our own, by the teachers drawn: the weight error of backpropagation is 1.16 to 1.25 times that of LinBP after 1,000 steps, 1.24 to 1.43 times after 10,000',
  settings: {
    samples: whole(100, 'teacher: fresh inputs in every step'),
    inputs: whole(10, 'teacher: numbers of an input, from N(0, 1)'),
    eta: real(1e-3, 'teacher: rate of descent on half the mean squared error'),
    steps: whole(10_000, 'teacher: updates', 10),
    repeats: whole(10, 'teacher: runs, each with its own teacher, start and inputs'),
    teacherSpread: real(3, 'teacher: standard deviation of its weights'),
    teacherMean: real(1, 'teacher: their mean', Number.NEGATIVE_INFINITY),
    startSpread: real(1, 'teacher: standard deviation of the weights it begins with'),
    layers: layers([64, 20, 10], 'digits: neurons of the chip from the input on; first 64, last 10'),
    activation: choice(['sigmoid', 'tanh', 'relu'], 'sigmoid', 'digits: their curve'),
    updates: whole(1500, 'digits: updates', 10),
    batch: whole(64, 'digits: rows per update'),
    rate: real(0.01, 'digits: first rate of Adam, falling tenfold along half a cosine'),
    init: volts(0.3, 'digits: initial parameters are uniform between minus and plus this, V'),
    seeds: whole(3, 'digits: runs, each with its own split, start and order'),
  },
  short: { steps: 1000, repeats: 2, updates: 250, seeds: 1 },
  async run(settings, { seed, progress, figure }) {
    const { steps, repeats, updates, seeds } = settings
    const marks = tenths(steps)
    const surrogates = WAYS.map(([, surrogate]) => surrogate)
    const runs = Array.from({ length: repeats }, (_, r) => {
      const run = teacherRun(settings, surrogates, marks, childSeed(seed, STREAM.codeSeeds, r))
      progress(`teacher ${r + 1}/${repeats}: off by ${run[0].at(-1)?.toFixed(4)} (exact), ${run[1].at(-1)?.toFixed(4)}`)
      return run
    })
    const errors = WAYS.map((_, way) => marks.map((_, m) => runs.map((run) => run[way][m])))
    const [exact, linear] = errors.map((way) => way.map(mean))
    const ratios = marks.map((_, m) => runs.map(([a, b]) => a[m] / b[m]))
    figure({
      title: 'One neuron and its teacher',
      x: 'step',
      y: 'weight error, 1-norm',
      scale: 'log',
      curves: WAYS.map(([name], way) => ({
        name,
        color: way + 1,
        points: marks.map((x, m) => ({
          x,
          y: mean(errors[way][m]),
          low: Math.min(...errors[way][m]),
          high: Math.max(...errors[way][m]),
        })),
      })),
    })
    const at = tenths(updates)
    const curves: { readonly [K in Way]: (readonly number[])[] } = { backprop: [], linbp: [] }
    for (let n = 0; n < seeds; n++) {
      for (const [name, surrogate] of WAYS) curves[name].push(await digitsAccuracy(settings, surrogate, at, seed + n))
      const [a, b] = WAYS.map(([name]) => curves[name][n].at(-1)?.toFixed(3))
      progress(`digits, seed ${seed + n}: exact ${a}, LinBP ${b}`)
    }
    const last = (name: Way) => curves[name].map((curve) => curve[curve.length - 1])
    const over = (name: Way) => at.map((_, m) => mean(curves[name].map((curve) => curve[m])))
    const points = last('backprop').map((value, n) => 100 * (value - last('linbp')[n]))
    figure({
      title: 'Digits',
      x: 'update',
      y: 'share of test rows answered right',
      scale: 'share',
      curves: WAYS.map(([name], way) => ({
        name,
        color: way + 1,
        points: over(name).map((y, m) => ({ x: at[m], y })),
      })),
    })
    return {
      steps: marks,
      weightError: { backprop: exact, linbp: linear },
      ratio: marks.map((_, m) => exact[m] / linear[m]),
      smallestRatio: Math.min(...ratios.flat()),
      largestRatio: Math.max(...ratios.flat()),
      repeatsWhereSlower: runs.filter(([a, b]) => a[a.length - 1] < b[b.length - 1]).length,
      digitsAccuracy: { backprop: last('backprop'), linbp: last('linbp') },
      digitsAt: at,
      digitsCurve: { backprop: over('backprop'), linbp: over('linbp') },
      digitsPointsLost: mean(points),
      digitsPointsLostSpread: deviation(points),
    }
  },
})

/** Ten equal parts of a number of steps, the last of which may be shorter. */
function tenths(steps: number): readonly number[] {
  return [...new Set(Array.from({ length: 10 }, (_, n) => Math.min(steps, (n + 1) * Math.ceil(steps / 10))))]
}
