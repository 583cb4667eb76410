import { coreLayout, probabilisticNet } from '../../../../devices/index.ts'
import { neuromorphicCore } from '../../../../sim/index.ts'
import { attach, type Device } from '../../../contract/device.ts'
import { meanSquaredError } from '../../../cost/mean-squared-error.ts'
import { probabilisticOracle } from '../../../kernels/probabilistic/oracle.ts'
import { childSeed, draws, fillUniform } from '../../../random/draws.ts'
import { STREAM } from '../../../random/streams.ts'
import { angleDeg } from '../../../rules/mgd/finite-difference.ts'
import { mgd } from '../../../rules/mgd.ts'
import type { Lesson } from '../../../rules/rule.ts'
import { experiment } from '../experiment.ts'
import { choice, real, type Values, whole } from '../settings.ts'
import { deviation, mean } from '../statistics.ts'
import { drawnCrossings, smallCores } from './small-cores.ts'

/** How a core perturbs its bits, and what its synapses then are. */
const WAYS = { flipping: 'held', resampling: 'fresh' } as const
type Way = keyof typeof WAYS

const SETTINGS = {
  lines: whole(8, 'input lines, driven with random probabilities'),
  copies: whole(2, 'axons that every line reaches'),
  classes: whole(2, 'output lines; the first is to spike, the others not'),
  each: whole(8, 'neurons per output line'),
  ticks: whole(4, 'ticks of a presentation'),
  amplitude: real(0.25, 'perturbation of every probability, at most 0.5'),
  difference: choice(['opposite', 'baseline'], 'opposite', 'both signs of every code, or one against a baseline'),
  members: whole(1, 'copies of the core that share the reads, each with draws of its own'),
  reads: whole(200_000, 'longest accumulation, slots'),
  seeds: whole(5, 'runs, each with its own signs, probabilities, input and code'),
}

export const coreMgdGradient = experiment({
  name: 'core-mgd-gradient',
  summary: 'what the MGD gradient on bits is worth: cosine to that of the Gaussian probability net, against reads',
  source:
    'derived: flips touch only the share 2 x amplitude of synapses whose draw is that near, so the cosine ends near the root of that share; resampled bits reach all, under the noise of all',
  settings: SETTINGS,
  short: { reads: 20_000, seeds: 3 },
  async run(settings, { seed, progress, figure }) {
    const marks = marksUpTo(settings.reads)
    const cosines = { flipping: marks.map((): number[] => []), resampling: marks.map((): number[] => []) }
    let reads: readonly number[] = []
    for (let r = 0; r < settings.seeds; r++) {
      const run = prepared(settings, childSeed(seed, STREAM.codeSeeds, r))
      for (const way of Object.keys(WAYS) as Way[]) {
        const found = await accumulated(way, run, settings, marks)
        for (const [n, { cosine }] of found.entries()) cosines[way][n].push(cosine)
        reads = found.map((one) => one.reads)
        progress(`run ${r + 1}/${settings.seeds}, ${way}: ${found.map(({ cosine }) => cosine.toFixed(3)).join(' ')}`)
      }
    }
    const summary = (way: Way) => cosines[way].map((list) => ({ mean: mean(list), std: deviation(list) }))
    const [flipping, resampling] = [summary('flipping'), summary('resampling')]
    const curve = (name: Way, color: 1 | 2, list: typeof flipping) => ({
      ...{ name, color },
      points: list.map(({ mean, std }, n) => ({ x: reads[n], y: mean, low: mean - std, high: mean + std })),
    })
    figure({
      title: 'What a gradient read off bits is worth',
      y: 'cosine to that of the probability net',
      xScale: 'log',
      curves: [curve('flipping', 1, flipping), curve('resampling', 2, resampling)],
    })
    const { lines, copies, classes, each, amplitude } = settings
    const synapses = lines * copies * classes * each
    return { synapses, reads, flipping, resampling, rootOfShare: Math.sqrt(Math.min(1, 2 * amplitude)) }
  },
})

/** Powers of ten and their triples from 100 up to the last, which is always there. */
function marksUpTo(reads: number): readonly number[] {
  const marks: number[] = []
  for (let mark = 100; mark < reads; mark *= 10) marks.push(mark, ...(3 * mark < reads ? [3 * mark] : []))
  return [...marks, reads]
}

interface Found {
  /** Slots measured, baselines included. */
  readonly reads: number
  readonly cosine: number
}

/** A core, its probabilities, one input, and the gradient to compare with. */
function prepared(settings: Values<typeof SETTINGS>, seed: number) {
  const { lines, classes, each, ticks, amplitude } = settings
  const network = smallCores({ ...settings, hidden: 0 }, seed)
  const theta = drawnCrossings(network, amplitude, seed)
  const drive = fillUniform(draws(seed, STREAM.syntheticData), 0, 1, new Float64Array(lines))
  const target = Float64Array.from({ length: classes }, (_, k) => (k === 0 ? ticks * each : 0))
  const lesson: Lesson = { rows: 1, drive, target }
  const net = probabilisticOracle(probabilisticNet(network, 'half'))
  const means = net.forward(theta, drive, 1)
  const slopes = means.map((p, k) => p - target[k] / (ticks * each))
  const exact = net.backward(slopes)
  return { network, theta, lesson, seed, exact: exact.subarray(0, coreLayout(network).synapses) }
}

/** Cosine of the accumulated gradient to the exact one after every mark of reads. */
async function accumulated(
  way: Way,
  { network, theta, lesson, seed, exact }: ReturnType<typeof prepared>,
  { ticks, amplitude, difference, members }: Values<typeof SETTINGS>,
  marks: readonly number[],
): Promise<readonly Found[]> {
  const cores: Device[] = Array.from({ length: members }, (_, member) =>
    attach(neuromorphicCore({ network, ticks, synapses: WAYS[way], seed, member })),
  )
  for (const core of cores) await core.store(theta)
  const total = new Float64Array(theta.length)
  const perStep = difference === 'opposite' ? 2 : 1
  const found: Found[] = []
  let reads = 0
  let done = 0
  let first = 0
  for (const mark of marks) {
    const steps = Math.max(1, Math.round((mark - done) / (perStep * members)))
    for (const core of cores) {
      const options = { seed, amplitudes: [amplitude, 0, 0], first, tauTheta: steps, tauX: steps, difference }
      const rule = mgd({ ...options, cost: meanSquaredError })
      const { gradient, slots } = await rule.step(
        core,
        await rule.begin(core, theta),
        theta,
        { next: () => lesson },
        {},
      )
      gradient?.forEach((g, i) => {
        total[i] += g
      })
      reads += slots
      first += steps
    }
    done = mark
    found.push({ reads, cosine: Math.cos((angleDeg(total.subarray(0, exact.length), exact) * Math.PI) / 180) })
  }
  for (const core of cores) await core[Symbol.asyncDispose]()
  return found
}
