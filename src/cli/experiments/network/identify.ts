import { InsituError } from '../../../errors.ts'
import { COUPLINGS, type CouplingName, identifyNetwork, type NetworkFit, rankingAuc } from '../../../identify/index.ts'
import { childSeed } from '../../../random/draws.ts'
import { STREAM } from '../../../random/streams.ts'
import { relativeDistance } from '../../../reference/norm.ts'
import { experiment } from '../experiment.ts'
import { choice, range, real, type Values, whole } from '../settings.ts'
import { deviation, mean } from '../statistics.ts'
import { localError, type RecordedNetwork, recordNetwork, UNITS, type UnitName } from './units.ts'

const NAMES = Object.keys(UNITS) as UnitName[]
const FORMS = Object.keys(COUPLINGS) as CouplingName[]

const SETTINGS = {
  dynamics: choice(NAMES, 'lorenz', 'what every unit does on its own'),
  coupling: choice(FORMS, 'diffusive', 'how one unit acts on the first component of another'),
  nodes: whole(12, 'units', 2),
  links: real(0.3, 'chance that one unit acts on another, each way drawn on its own'),
  weights: range(0.2, 1, 'weights of links, even within the range'),
  samples: whole(4000, 'samples of all stretches together'),
  stretches: whole(1, 'recordings from starts of their own, which share the samples'),
  settle: whole(1000, 'samples that pass before a recording begins', 0),
  dt: real(0.01, 'time between two samples'),
  noise: real(0.02, 'standard deviation of the noise on every reading'),
  noiseScale: choice(
    ['absolute', 'relative'],
    'absolute',
    'the noise in units of the states, or of the deviation of each component',
  ),
  local: choice(
    ['library', 'neural'],
    'library',
    'the model of one unit: powers of its components, or a small network of tanh units',
  ),
  hidden: whole(24, 'tanh units of the neural model'),
  refine: choice(['none', 'bptt'], 'none', 'whether the fit is refined by backpropagation through time'),
  significance: real(0.05, 'chance of keeping any link that is not there'),
  window: real(0, 'width of the windows of the weak form, in time; 0 takes the one with the smallest error bars'),
  seeds: whole(5, 'networks, each with weights, starts and noise of its own'),
}

export const networkIdentify = experiment({
  name: 'network-identify',
  summary: 'who acts on whom among coupled units, and what each does on its own, from noisy traces of all of them',
  source:
    'derived: 12 Lorenz units, 30 % links, 4000 samples, dt 0.01, noise 0.02, every link left in: edge AUC 1.0, weight error about 1.4 %; problem of Tan, Correa, Stemler and Small (arXiv 2207.03093)',
  settings: SETTINGS,
  variants: {
    dynamics: {
      // These fall into step and stay there: what tells is how they get there, from many starts.
      'fitzhugh-nagumo': { dt: 0.1, stretches: 20, settle: 0, weights: { low: 0.05, high: 0.3 } },
      chua: { dt: 0.05, stretches: 20, settle: 0 },
      'chua-piecewise': { dt: 0.05, stretches: 20, settle: 0 },
    },
  },
  short: { nodes: 6, samples: 1500, seeds: 2 },
  async run(settings, { seed, progress, figure }) {
    const runs: Measured[] = []
    const failures: string[] = []
    for (let r = 0; r < settings.seeds; r++) {
      const recorded = recordNetwork(settings, childSeed(seed, STREAM.unitNetwork, r))
      try {
        const run = measured(settings, recorded, childSeed(seed, STREAM.weightInit, r))
        runs.push(run)
        progress(
          `network ${r + 1}/${settings.seeds}: weight error ${(100 * run.weightError).toFixed(2)} %, AUC ${run.edgeAuc.toFixed(4)}`,
        )
      } catch (error) {
        // Traces that do not determine the weights are an answer, and are counted as one.
        if (!(error instanceof InsituError) || error.code !== 'CONFIG') throw error
        failures.push(error.message)
        progress(`network ${r + 1}/${settings.seeds}: ${error.message}`)
      }
    }
    if (runs.length > 0) figure(scatter(runs[0]))
    const list = (key: 'weightError' | 'edgeAuc' | 'localError' | 'allLinksError' | 'withinOneDeviation') =>
      runs.map((run) => run[key])
    const errors = list('weightError')
    return {
      weightError: errors.length > 0 ? mean(errors) : null,
      weightErrorSpread: errors.length > 0 ? deviation(errors) : null,
      weightErrors: errors,
      edgeAuc: list('edgeAuc'),
      localError: list('localError'),
      allLinksError: list('allLinksError'),
      withinOneDeviation: list('withinOneDeviation'),
      links: runs.map(({ links }) => links),
      missed: runs.map(({ missed }) => missed),
      spurious: runs.map(({ spurious }) => spurious),
      misfit: runs.map(({ fit }) => fit.refinement?.misfit ?? fit.misfit[fit.coupling.into]),
      windows: runs.map(({ fit }) => fit.refinement?.windows ?? [fit.window]),
      failures,
    }
  },
})

interface Measured {
  readonly fit: NetworkFit
  readonly truth: Float64Array
  readonly weightError: number
  readonly edgeAuc: number
  readonly localError: number
  /** The weight error of the joint solve with every link left in. */
  readonly allLinksError: number
  /** Share of the links found whose weight lies within one standard deviation of the truth. */
  readonly withinOneDeviation: number
  readonly links: number
  readonly missed: number
  readonly spurious: number
}

function measured(settings: Values<typeof SETTINGS>, recorded: RecordedNetwork, seed: number): Measured {
  const { coupling, significance, local, hidden, refine, nodes } = settings
  const { truth, read, library } = recorded
  const model = local === 'neural' ? { neural: { hidden, seed } } : { library }
  const common = { coupling, ...model }
  const window = settings.window === 0 ? {} : { window: settings.window }
  const fit = identifyNetwork(read, { ...common, ...window, significance, refine: refine === 'bptt' })
  const all = identifyNetwork(read, { ...common, window: fit.window, significance: 0, refine: false })
  const pairs = [...truth.keys()].filter((n) => Math.floor(n / nodes) !== n % nodes)
  const linked = pairs.map((n) => truth[n] !== 0)
  const found = pairs.filter((n) => fit.weights[n] !== 0)
  const near = found.filter((n) => Math.abs(fit.weights[n] - truth[n]) < fit.deviations[n])
  return {
    ...{ fit, truth },
    weightError: relativeDistance(fit.weights, truth),
    edgeAuc: rankingAuc(
      pairs.map((n) => fit.scores[n]),
      linked,
    ),
    localError: localError((x, at, into) => fit.model.value(fit.parameters, x, at, into, 0), recorded),
    allLinksError: relativeDistance(all.weights, truth),
    withinOneDeviation: near.length / found.length,
    links: linked.filter((is) => is).length,
    missed: pairs.filter((n) => truth[n] !== 0 && fit.weights[n] === 0).length,
    spurious: found.filter((n) => truth[n] === 0).length,
  }
}

function scatter({ fit, truth }: Measured) {
  const points = [...truth.keys()]
    .filter((n) => truth[n] !== 0 || fit.weights[n] !== 0)
    .map((n) => {
      const [y, bar] = [fit.weights[n], fit.deviations[n]]
      return { x: truth[n], y, low: y - bar, high: y + bar }
    })
    .sort((a, b) => a.x - b.x)
  const most = Math.max(...points.map(({ x }) => x))
  return {
    title: 'Weights of the first network',
    x: 'true weight',
    y: 'identified weight',
    curves: [
      {
        name: 'equal',
        color: 2,
        points: [
          { x: 0, y: 0 },
          { x: most, y: most },
        ],
        plain: true,
      },
      { name: 'identified, with one standard deviation', color: 1, points, dots: true, spread: 'bars' as const },
    ],
  }
}
