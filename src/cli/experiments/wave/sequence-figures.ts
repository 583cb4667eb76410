import { referenceGradient, traceSequence } from '../../../../sim/index.ts'
import { spaceTime } from '../../../report/wave.ts'
import { asked } from '../../../rules/echo/asked.ts'
import type { Context } from '../experiment.ts'
import { mean } from '../statistics.ts'
import type { Run } from './sequence-compare.ts'
import { askedFrames, type TaskValues } from './sequence-task.ts'

/** Both learning curves over all runs, and a sequence out and back. */
export function drawRuns(settings: TaskValues, runs: readonly Run[], { figure }: Context): void {
  const curve = (way: 'echoes' | 'backprop', key: 'loss' | 'accuracy') =>
    runs[0][way].looks.map(({ step }, n) => {
      const values = runs.map((run) => run[way].looks[n][key])
      return { x: step, y: mean(values), low: Math.min(...values), high: Math.max(...values) }
    })
  const curves = (key: 'loss' | 'accuracy') => [
    { name: 'backpropagation through time', color: 2, points: curve('backprop', key).map(({ x, y }) => ({ x, y })) },
    { name: 'echoes', color: 1, dots: true, points: curve('echoes', key) },
  ]
  const note = runs.length > 1 ? { note: `Mean of ${runs.length} chains, and from the lowest to the highest.` } : {}
  figure({
    title: 'Accuracy',
    x: 'step',
    y: 'share of held-out answers that are right',
    scale: 'share',
    ...note,
    curves: curves('accuracy'),
    level: { name: 'chance', y: 1 / settings.classes },
  })
  figure({
    title: 'Loss',
    x: 'step',
    y: 'cross-entropy of held-out sequences',
    scale: 'log',
    ...note,
    curves: curves('loss'),
  })
  const [{ chain, test, echoes }] = runs
  const [{ sites, frames, classes }, width] = [settings, 2 * settings.classes]
  const target = test.target.subarray(0, frames * width)
  const drive = test.drive.subarray(0, frames * sites)
  const { slopes } = referenceGradient(
    chain.options,
    echoes.theta,
    drive,
    (output) => asked(echoes.cost, output, target, width).slopes,
  )
  const push = slopes.map((slope) => -0.1 * slope)
  const trace = traceSequence(chain.options, echoes.theta, drive, push)
  const asks = askedFrames(settings).length
  figure(
    spaceTime(trace, {
      title: 'Where the energy of a sequence goes after training, out and back',
      show: 'intensity',
      note: `The first of ${classes} tones sounds for ${settings.cue} frames; its site is the lowest of those that are read (rings). Injected in ${asks === 1 ? 'the last frame' : `${asks} frames`}: minus 0.1 times the slope of the cost.`,
    }),
  )
}
