import type { DataSheet, Unit } from '../contract/sheet.ts'
import type { EvaluationEvent, ReferenceEvent, StepsEvent } from '../run/index.ts'
import { type Chart, type Curve, figure } from './curves.ts'

export interface ChartData {
  readonly sheet: DataSheet
  /** Name of the cost, where the run says it. */
  readonly cost: string | undefined
  readonly steps: readonly StepsEvent[]
  readonly looks: readonly EvaluationEvent[]
  readonly reference: ReferenceEvent | undefined
  /** Parameters at each look at the training rows. */
  readonly thetas: readonly Float64Array[]
}

/** Parameters drawn at most; more lines than this say nothing more. */
const MOST_LINES = 64

/** All figures that a run has data for; empty if it has none. */
export function charts(given: ChartData): string {
  // Rules that read nothing are shown over their steps.
  const unread = given.steps.length > 0 && given.steps.every(({ reads }) => reads === 0)
  const data = unread ? { ...given, steps: given.steps.map((one) => ({ ...one, reads: one.step })) } : given
  return [
    loss(data),
    accuracy(data),
    signal(data),
    noise(data),
    angle(data),
    gradientError(data),
    returnError(data),
    twinResidual(data),
    twinDeviation(data),
    ...parameters(data),
  ]
    .filter((chart) => chart !== undefined)
    .map((chart) => figure(unread ? { ...chart, x: 'steps' } : chart))
    .join('\n')
}

/** Reads done when a step was done; looks know the step only. */
function readsAt(steps: readonly StepsEvent[]): (step: number) => number {
  const last = steps.at(-1)
  return (step) => (last === undefined ? step : (last.reads * step) / last.step)
}

function loss({ sheet, cost = 'cost', steps, looks }: ChartData): Chart | undefined {
  const at = readsAt(steps)
  const known = ({ y }: { readonly y: number }) => Number.isFinite(y)
  const measured = steps.map((s) => ({ x: s.reads, y: s.cost })).filter(known)
  const test = looks
    .filter((l) => l.set === 'test')
    .map((l) => ({ x: at(l.step), y: l.cost }))
    .filter(known)
  if (measured.length === 0) return undefined
  return {
    title: 'Loss',
    y: costAxis(cost, sheet.sense.unit),
    // A cost may be the negative of some work.
    scale: [...measured, ...test].every(({ y }) => y > 0) ? 'log' : 'linear',
    curves: [
      { name: 'presented samples', color: 1, points: measured },
      ...(test.length > 1 ? [{ name: 'held-out rows', color: 2, points: test }] : []),
    ],
  }
}

/** What the machine is compared with; records of old say nothing, it was backpropagation. */
export function referenceName({ name }: ReferenceEvent): string {
  return name ?? 'backpropagation in floating point on the same network'
}

/** What a cost is counted in: squared errors in the squared unit of the readings; all others are pure numbers. */
function costAxis(cost: string, unit: Unit): string {
  if (unit === '1' || !cost.includes('squared error')) return cost
  return `${cost}, ${/^[A-Za-z]+$/.test(unit) ? unit : `(${unit})`}²`
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
    ...(reference !== undefined && { level: { name: referenceName(reference), y: reference.accuracy } }),
  }
}

function health(
  steps: readonly StepsEvent[],
  key:
    | 'signalSteps'
    | 'signalToNoise'
    | 'angleDeg'
    | 'gradientError'
    | 'returnError'
    | 'twinResidual'
    | 'twinDeviation',
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
    title: 'Signal',
    y: 'steps of the converter, rms',
    curves,
    note: 'What a perturbation or an adjoint load changes in one reading. Near 1 or below, the converter hides the gradient.',
  }
}

function noise({ steps }: ChartData): Chart | undefined {
  const curves = health(steps, 'signalToNoise', 3)
  return curves.length === 0
    ? undefined
    : { title: 'Signal to noise', y: 'of what a perturbation or an adjoint load changes', curves }
}

function angle({ steps }: ChartData): Chart | undefined {
  const curves = health(steps, 'angleDeg', 4)
  return curves.length === 0 ? undefined : { title: 'Angle to finite differences', y: 'degrees', curves }
}

function gradientError({ steps }: ChartData): Chart | undefined {
  const curves = health(steps, 'gradientError', 4)
  if (curves.length === 0) return undefined
  return {
    title: 'Error of the gradient',
    y: 'standard error over size',
    curves,
    note: 'From repeated measurements. Above 1, a step points more by chance than by the gradient.',
  }
}

function twinResidual({ steps }: ChartData): Chart | undefined {
  const curves = health(steps, 'twinResidual', 4)
  if (curves.length === 0) return undefined
  return {
    title: 'Residual of the twin',
    y: 'reading minus expectation, over the readings, rms',
    curves,
    note: 'Only slopes are taken from the twin: it need not be right to be useful.',
  }
}

function twinDeviation({ steps }: ChartData): Chart | undefined {
  const curves = health(steps, 'twinDeviation', 4)
  if (curves.length === 0) return undefined
  return {
    title: 'Deviation from the calibrated twin',
    y: 'reading minus expectation, in standard deviations',
    curves,
    note: 'Near 1 as long as the machine is as it was calibrated.',
  }
}

function returnError({ steps }: ChartData): Chart | undefined {
  const curves = health(steps, 'returnError', 4)
  if (curves.length === 0) return undefined
  return {
    title: 'Return error',
    y: 'of an echo that nothing was injected into',
    scale: 'log',
    curves,
    note: 'How far a wave that was sent back missed its start. Rounding on an ideal field; loss, noise and chaos on others.',
  }
}

/** One chart per unit of the banks. */
function parameters({ sheet, steps, looks, thetas }: ChartData): readonly Chart[] {
  const trains = looks.filter((look) => look.set === 'train')
  if (thetas.length < 2 || thetas.length !== trains.length) return []
  const at = readsAt(steps)
  const units = sheet.banks.flatMap(({ unit, width }) => new Array<Unit>(width).fill(unit))
  return [...new Set(units)].map((unit) => {
    const places = units.flatMap((other, i) => (other === unit ? [i] : []))
    const every = Math.ceil(places.length / MOST_LINES)
    const curves: Curve[] = places
      .filter((_, n) => n % every === 0)
      .map((i) => ({ name: '', color: 0, points: thetas.map((theta, n) => ({ x: at(trains[n].step), y: theta[i] })) }))
    return {
      title: 'Parameters',
      y: unit === '1' ? '' : unit,
      curves,
      ...(every > 1 && { note: `Every ${every}th of ${places.length} parameters.` }),
    }
  })
}
