import type { Chart } from '../../../report/curves.ts'
import { type Context, experiment } from '../experiment.ts'
import { choice, defaultsOf, real, type Values, whole } from '../settings.ts'
import { CAVITY_SETTINGS, trainCavities } from './cavity-xor.ts'
import { guidesOf, LIMIT, SWEEPS, type Sweep } from './faults.ts'
import { healthMetrics } from './health.ts'
import { drawProblem, PROBLEM_SETTINGS } from './problem.ts'
import { limitWords, type Spread, type Swept, spreadOf, sweepFault } from './robust-gradient.ts'
import { DISORDERS, NOISES, noisyInputs, withDisorder } from './robust-training.ts'

/** All four answers this close to their targets, over the target: learned. */
const LEARNED = 0.05

const SETTINGS = {
  what: choice(['both', 'gradient', 'training'], 'both', 'what faults do to a gradient, to what was learned, or both'),
  eps: real(1e-2, 'strength of the injections, above 0'),
  perDecade: whole(2, 'sizes of a fault in a decade'),
  seeds: whole(5, 'machines, each with its own start, disorder, mirror and noise'),
  ...PROBLEM_SETTINGS,
  intensity: real(0.75, 'of the cavity array: amplitude of its inputs over the published 0.64'),
  iterations: whole(1500, 'steps of its training'),
  arrays: whole(5, 'cavity arrays that are trained'),
  times: whole(100, 'noisy inputs of every row'),
} as const

export const echoRobustness = experiment({
  name: 'echo-robustness',
  summary:
    'what loss, disorder, bad mirrors, noise and coarse injections do to an echo’s gradient, and noise and disorder to what is learned',
  source:
    'with a program of our own on the reference chain: mirror amplitudes scattered by s cost 0.75 s, noise s of positions in the echo 0.56 s / eps. López-Pastor and Marquardt, their notebooks: outputs stay apart to an input noise of 0.02 of the amplitude, misreads begin at 0.03 to 0.05; disorder of frequencies up to 0.03',
  settings: SETTINGS,
  short: { sites: 8, time: 4, dt: 0.1, perDecade: 1, seeds: 2, iterations: 30, arrays: 1, times: 10 },
  async run(settings, context) {
    const { what } = settings
    return {
      ...(what !== 'training' && (await gradients(settings, context))),
      ...(what !== 'gradient' && (await trainings(settings, context))),
    }
  },
})

type RobustValues = Values<typeof SETTINGS>

async function gradients(settings: RobustValues, context: Context) {
  const { seeds, eps } = settings
  const { seed, progress, figure } = context
  const problems = Array.from({ length: seeds }, (_, r) => drawProblem(settings, seed + r))
  const [{ options, theta, drive }] = problems
  const found: Record<string, Swept> = {}
  for (const sweep of SWEEPS) {
    const swept = await sweepFault(sweep, problems, settings)
    found[sweep.name] = swept
    figure(sweepChart(sweep, swept, eps))
    progress(`${sweep.name}: ${limitWords(swept)}`)
  }
  const each = <T>(of: (swept: Swept) => T) =>
    Object.fromEntries(Object.entries(found).map(([name, swept]) => [name, of(swept)]))
  return {
    tenPercentAt: each(({ limit }) => limit),
    oneSidedTenPercentAt: each(({ oneSidedLimit }) => oneSidedLimit),
    sizesAre: Object.fromEntries(SWEEPS.map(({ name, x }) => [name, x])),
    ...healthMetrics(options, theta, drive, context),
    sweeps: each(({ sizes, errors, cosines, oneSided }) => ({
      sizes,
      relativeError: errors.map(({ median }) => median),
      cosine: cosines.map(({ median }) => median),
      oneSidedError: oneSided.map(({ median }) => median),
    })),
  }
}

function sweepChart(sweep: Sweep, { sizes, errors, oneSided }: Swept, eps: number): Chart {
  const points = (spreads: readonly Spread[]) =>
    spreads.map(({ median, lowest, highest }, n) => ({ x: sizes[n], y: median, low: lowest, high: highest }))
  return {
    title: sweep.title,
    x: sweep.x,
    y: 'relative error of the gradient',
    scale: 'log',
    xScale: 'log',
    curves: [
      { name: 'two echoes', color: 1, dots: true, points: points(errors) },
      { name: 'one echo', color: 2, dots: true, points: points(oneSided) },
    ],
    guides: guidesOf(sweep, eps),
    level: { name: `${100 * LIMIT} %`, y: LIMIT },
    ...(sweep.note !== undefined && { note: sweep.note }),
  }
}

async function trainings({ intensity, iterations, arrays, times }: RobustValues, { seed, progress, figure }: Context) {
  const settings = { ...defaultsOf(CAVITY_SETTINGS), iterations }
  const noisy: Awaited<ReturnType<typeof noisyInputs>>[] = []
  const disordered: Awaited<ReturnType<typeof withDisorder>>[] = []
  for (let r = 0; r < arrays; r++) {
    const run = await trainCavities(settings, intensity, seed + r)
    // One that did not learn misreads without any noise.
    if (run.worst < LEARNED) noisy.push(await noisyInputs(settings, intensity, seed + r, run.theta, times))
    disordered.push(await withDisorder(settings, intensity, seed + r, run))
    progress(`array ${r + 1}/${arrays}: largest miss ${(100 * run.worst).toFixed(1)} % of the target`)
  }
  const misread = noisy.length === 0 ? [] : NOISES.map((_, n) => spreadOf(noisy.map((one) => one[n].misread)))
  const learned = (key: 'taught' | 'copied') =>
    DISORDERS.map((_, n) => disordered.filter((one) => one[n][key] < LEARNED).length)
  const [taught, copied] = [learned('taught'), learned('copied')]
  const shares = (counts: readonly number[]) => counts.map((count, n) => ({ x: DISORDERS[n], y: count / arrays }))
  if (misread.length > 0)
    figure({
      title: 'Noisy inputs of cavities that learned XOR',
      x: 'noise over the amplitude of an input',
      y: 'share of answers with the wrong sign',
      xScale: 'log',
      curves: [
        {
          name: `median and span of ${noisy.length} arrays`,
          color: 1,
          dots: true,
          points: misread.map(({ median: y, lowest: low, highest: high }, n) => ({ x: NOISES[n], y, low, high })),
        },
      ],
    })
  figure({
    title: 'Disorder of cavities that learn XOR',
    x: 'scatter of the frequencies',
    y: `share of ${arrays} arrays with all answers within 5 %`,
    xScale: 'log',
    scale: 'share',
    curves: [
      { name: 'taught with its disorder', color: 1, dots: true, points: shares(taught) },
      { name: 'given what it learned without', color: 2, dots: true, points: shares(copied) },
    ],
    level: { name: 'without disorder', y: taught[0] / arrays },
  })
  return {
    arrays,
    learned: noisy.length,
    inputNoise: { noise: NOISES, misread: misread.map(({ median }) => median) },
    misreadsBegin: NOISES.find((_, n) => noisy.some((one) => one[n].misread > 0)) ?? null,
    medianMisreadsBegin: NOISES.find((_, n) => misread[n]?.median > 0) ?? null,
    disorder: { scatter: DISORDERS, learned: taught, learnedAsCopy: copied },
    largestMiss: {
      taught: DISORDERS.map((_, n) => disordered.map((one) => one[n].taught)),
      copied: DISORDERS.map((_, n) => disordered.map((one) => one[n].copied)),
    },
  }
}
