import type { EvaluationEvent, ReferenceEvent, StepsEvent } from '../run/index.ts'
import { type Chart, type Curve, figure } from './curves.ts'

export interface ChartData {
  readonly steps: readonly StepsEvent[]
  readonly looks: readonly EvaluationEvent[]
  readonly reference: ReferenceEvent | undefined
  /** Parameters at each look at the training rows. */
  readonly thetas: readonly Float64Array[]
}

/** Parameters drawn at most; more lines than this say nothing more. */
const MOST_LINES = 64

/** All figures that a run has data for. */
export function charts(data: ChartData): string {
  return [loss(data), accuracy(data), signal(data), noise(data), angle(data), parameters(data)]
    .filter((chart) => chart !== undefined)
    .map(figure)
    .join('\n')
}

/** Reads done when a step was done; looks know the step only. */
function readsAt(steps: readonly StepsEvent[]): (step: number) => number {
  const last = steps.at(-1)
  return (step) => (last === undefined ? step : (last.reads * step) / last.step)
}

function loss({ steps, looks }: ChartData): Chart | undefined {
  if (steps.length === 0) return undefined
  const at = readsAt(steps)
  const measured = steps.filter((s) => s.cost > 0).map((s) => ({ x: s.reads, y: s.cost }))
  const test = looks.filter((l) => l.set === 'test' && l.cost > 0).map((l) => ({ x: at(l.step), y: l.cost }))
  return {
    title: 'Loss',
    y: 'mean squared error, V²',
    scale: 'log',
    curves: [
      { name: 'presented samples', color: 1, points: measured },
      ...(test.length > 1 ? [{ name: 'held-out rows', color: 2, points: test }] : []),
    ],
  }
}

function accuracy({ steps, looks, reference }: ChartData): Chart | undefined {
  const at = readsAt(steps)
  const of = (set: string) => looks.filter((l) => l.set === set).map((l) => ({ x: at(l.step), y: l.accuracy }))
  if (of('train').length < 2) return undefined
  return {
    title: 'Accuracy',
    y: 'share of rows answered right',
    scale: 'share',
    curves: [
      { name: 'training rows', color: 1, points: of('train') },
      { name: 'held-out rows', color: 2, points: of('test') },
    ],
    ...(reference !== undefined && { level: { name: 'backpropagation', y: reference.accuracy } }),
  }
}

function health(
  steps: readonly StepsEvent[],
  key: 'signalSteps' | 'signalToNoise' | 'angleDeg',
  color: number,
): Curve[] {
  const points = steps.flatMap((s) => {
    const y = s[key]
    return y === undefined || !Number.isFinite(y) ? [] : [{ x: s.reads, y }]
  })
  return points.length < 2 ? [] : [{ name: 'mean of the stretch', color, points }]
}

function signal({ steps }: ChartData): Chart | undefined {
  const curves = health(steps, 'signalSteps', 3)
  if (curves.length === 0) return undefined
  return {
    title: 'Perturbation signal',
    y: 'steps of the converter, rms',
    curves,
    note: 'What a perturbation changes in one reading. Near 1 or below, the converter hides the gradient.',
  }
}

function noise({ steps }: ChartData): Chart | undefined {
  const curves = health(steps, 'signalToNoise', 3)
  return curves.length === 0 ? undefined : { title: 'Signal to noise', y: 'of one cost change', curves }
}

function angle({ steps }: ChartData): Chart | undefined {
  const curves = health(steps, 'angleDeg', 4)
  return curves.length === 0 ? undefined : { title: 'Angle to finite differences', y: 'degrees', curves }
}

function parameters({ steps, looks, thetas }: ChartData): Chart | undefined {
  const trains = looks.filter((look) => look.set === 'train')
  if (thetas.length < 2 || thetas.length !== trains.length) return undefined
  const at = readsAt(steps)
  const count = thetas[0].length
  const every = Math.ceil(count / MOST_LINES)
  const curves: Curve[] = []
  for (let i = 0; i < count; i += every) {
    curves.push({ name: '', color: 0, points: thetas.map((theta, n) => ({ x: at(trains[n].step), y: theta[i] })) })
  }
  return {
    title: 'Parameters',
    y: 'V',
    curves,
    ...(every > 1 && { note: `Every ${every}th of ${count} parameters.` }),
  }
}
