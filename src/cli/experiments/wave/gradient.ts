import { referenceGradient, traceWave, type WaveOptions, waveSimulator } from '../../../../sim/index.ts'
import { attach } from '../../../contract/device.ts'
import { norm, relativeDistance } from '../../../reference/norm.ts'
import { phasePortrait, wavePicture } from '../../../report/wave.ts'
import { contrastEps } from '../../../rules/echo/eps.ts'
import { returnError } from '../../../rules/echo/return-error.ts'
import { recurrentEcho } from '../../../rules/recurrent-echo.ts'
import { experiment } from '../experiment.ts'
import { choice, real } from '../settings.ts'
import { slopeOf } from '../statistics.ts'
import { healthMetrics } from './health.ts'
import { drawProblem, PROBLEM_SETTINGS, type Problem } from './problem.ts'

/** Strengths that are tried beside the one asked for: the slope is taken over the first five. */
const SWEEP = [1e-1, 3e-2, 1e-2, 3e-3, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7]
const SLOPE_OVER = 5
/** A gradient that changes by more than this with eps is not one to learn from. */
const LARGE_BIAS = 0.01

export const echoGradient = experiment({
  name: 'echo-gradient',
  summary:
    'the gradient that an echo finds, against backpropagation through the same integrator, over its strength eps',
  source:
    'reference chain, measured with a program of our own: two-sided slope 2, below 1e-8 at eps 1e-4; one-sided slope 1; in single precision best near 1e-2',
  settings: {
    ...PROBLEM_SETTINGS,
    eps: real(1e-4, 'strength of the injections; 0 takes what the rule would choose from the noise'),
    precision: choice(['f64', 'f32'], 'f64', 'of every number in the field'),
    sided: choice(['two', 'one'], 'two', 'two echoes with opposite injections, or one against the way out'),
    loss: real(0, 'rate at which the field loses its energy'),
    disorder: real(0, 'scatter of the frequencies'),
    conjugationError: real(0, 'relative error of the mirror’s amplitude, per mode, the same in every echo'),
    phaseError: real(0, 'error of the mirror’s phase, rad, per mode, the same in every echo'),
    readNoise: real(0, 'noise of every reading, local ones too'),
  },
  short: { sites: 8, time: 4, dt: 0.1 },
  async run(settings, { seed, progress, figure }) {
    const { sided, precision, loss, disorder, conjugationError, phaseError, readNoise } = settings
    const problem = drawProblem(settings, seed)
    const { theta, drive, target } = problem
    const options: WaveOptions = {
      ...problem.options,
      precision,
      imperfections: {
        ...{ loss, disorder, readNoise, localNoise: readNoise },
        ...{ mirrorAmplitude: conjugationError, mirrorPhase: phaseError },
      },
    }
    // Before anything is sent: what is wrong with the wave itself explains what follows.
    const health = healthMetrics(options, theta, drive, { progress })
    const exact = referenceGradient(options, theta, drive, (output) => output.map((v, o) => v - target[o]))
    const found = async (eps: number) => gradientAt(options, problem, eps, sided)
    const eps = settings.eps || contrastEps({ ...waveSimulator(options).local.sense })
    const { gradient, gradientError } = await found(eps)
    const errors: number[] = []
    for (const each of SWEEP) errors.push(relativeDistance((await found(each)).gradient, exact.theta))
    const { error: machineReturn } = await returned(options, problem)
    figure({
      title: 'What the strength of the injection costs',
      x: 'eps',
      y: 'relative error of the gradient',
      scale: 'log',
      xScale: 'log',
      curves: [
        {
          name: `${sided}-sided, ${precision}`,
          color: 1,
          dots: true,
          points: SWEEP.map((x, n) => ({ x, y: errors[n] })),
        },
      ],
      guides: [
        { name: 'slope 2', slope: 2, through: { x: 1e-1, y: errors[0] / 3 } },
        { name: 'slope 1', slope: 1, through: { x: 1e-1, y: 3 * errors[0] } },
      ],
    })
    // Large enough to be seen beside the wave itself.
    const shown = exact.slopes.map((slope) => -0.1 * slope)
    const trace = traceWave(options, theta, drive, shown)
    figure(
      wavePicture(trace, {
        note: 'Injected at the mirror: minus 0.1 times the slope of the cost. Below: what that changed, on a scale of its own.',
      }),
    )
    figure(phasePortrait(trace, [...(trace.injected ?? []).slice(0, 2), 0]))
    const predictedBias = relativeDistance((await found(2 * eps)).gradient, gradient) / (sided === 'two' ? 3 : 1)
    if (predictedBias > LARGE_BIAS)
      progress(
        `warning: the gradient changes by ${(100 * predictedBias).toPrecision(2)} % with eps: choose a smaller eps, or look at noise and horizon`,
      )
    return {
      relativeError: relativeDistance(gradient, exact.theta),
      cosine:
        gradient.reduce((sum, value, i) => sum + value * exact.theta[i], 0) / (norm(gradient) * norm(exact.theta)),
      ...health,
      machineReturnError: machineReturn,
      eps,
      predictedBias,
      predictedNoise: gradientError ?? 0,
      sweep: { eps: SWEEP, relativeError: errors },
      slope: slopeOf(SWEEP.slice(0, SLOPE_OVER), errors.slice(0, SLOPE_OVER)),
      bestEps: SWEEP[errors.indexOf(Math.min(...errors))],
      gradientNorm: norm(exact.theta),
    }
  },
})

/** How far an echo without injection misses its start on the machine with all that is wrong with it. */
async function returned(options: WaveOptions, { theta, drive }: Problem) {
  await using device = attach(waveSimulator(options))
  await device.store(theta)
  return await returnError(device, drive)
}

/** One gradient by the rule, on a machine of its own: equal noise for every eps. */
async function gradientAt(
  options: WaveOptions,
  { theta, drive, target }: Problem,
  eps: number,
  sides: 'one' | 'two',
): Promise<{ readonly gradient: Float64Array; readonly gradientError: number | undefined }> {
  await using device = attach(waveSimulator(options))
  const rule = recurrentEcho({ eps, sides })
  await device.store(theta)
  const state = await rule.begin(device, theta)
  const lesson = { rows: 1, drive, target }
  const { gradient, health } = await rule.step(device, state, theta, { next: () => lesson }, {})
  return { gradient: (gradient as Float64Array).slice(), gradientError: health?.gradientError }
}
