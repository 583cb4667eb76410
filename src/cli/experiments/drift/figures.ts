import type { Chart, Curve } from '../../../report/chart.ts'
import { mean } from '../statistics.ts'
import type { Kept } from './serve.ts'

/** Ways of keeping a machine, by name, each once per machine. */
export type Ways = Readonly<Record<string, readonly Kept[]>>

/** Accuracy as minutes pass. */
export function accuracyFigure(ways: Ways, fired: number | undefined): Chart {
  return {
    title: 'Accuracy as gains drift',
    x: 'minutes',
    y: 'share of test points answered right',
    curves: curves(ways, 'accuracy'),
    ...(fired !== undefined && { bands: [{ name: 'before the monitor fired', from: 0, to: fired }] }),
    note: 'Mean over the machines, and from the worst to the best of them.',
  }
}

/** How far the twin is off as minutes pass. */
export function deviationFigure(ways: Ways): Chart {
  return {
    title: 'How far the twin is off',
    x: 'minutes',
    y: 'reading minus expectation, in standard deviations of the calibration',
    scale: 'log',
    level: { name: 'as calibrated', y: 1 },
    curves: curves(ways, 'deviation'),
  }
}

function curves(ways: Ways, of: 'accuracy' | 'deviation'): Curve[] {
  return Object.entries(ways).map(([name, all], n) => ({
    name,
    color: n + 1,
    plain: true,
    points: all[0].minutes.map(({ minute }, m) => {
      const values = all.map(({ minutes }) => minutes[m][of])
      return { x: minute, y: mean(values), low: Math.min(...values), high: Math.max(...values) }
    }),
  }))
}
