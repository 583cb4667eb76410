import type { Chart } from '../../../report/curves.ts'
import type { Picture } from '../../../report/experiment.ts'
import { imagePanels } from '../../../report/imager/image-panels.ts'
import { mean } from '../statistics.ts'
import type { ChainRun } from './run.ts'
import { SIDE } from './scenes.ts'

/** Accuracy on the test digits as the trainings went on. */
export function curves(runs: readonly ChainRun[], rule: string): Chart {
  const ways = [
    { key: 'learned', name: rule, color: 1 },
    { key: 'fixed', name: 'fixed patterns', color: 2 },
    { key: 'ideal', name: 'backpropagation, ideal machines', color: 3 },
  ] as const
  return {
    title: 'Digits told without an image',
    x: 'share of the training, %',
    y: 'share of test digits answered right',
    scale: 'share',
    curves: ways.map(({ key, name, color }) => ({ name, color, points: spanOf(runs.map((run) => run[key].curve)) })),
    note: runs.length === 1 ? 'one chain' : `mean of ${runs.length} chains, and from the worst to the best of them`,
  }
}

function spanOf(all: readonly (readonly number[])[]) {
  const length = Math.min(...all.map((curve) => curve.length))
  return Array.from({ length }, (_, n) => {
    const values = all.map((curve) => curve[n])
    return { x: (100 * (n + 1)) / length, y: mean(values), low: Math.min(...values), high: Math.max(...values) }
  })
}

/** The patterns as they begin, where they are fixed, and as they were learnt. */
export function patternPanels({ learned, fixed }: ChainRun, count: number, seed: number): Picture {
  const images = (theta: Float64Array, what: string) =>
    Array.from({ length: count }, (_, k) => ({
      name: `${what} ${k + 1}`,
      rows: SIDE,
      columns: SIDE,
      data: theta.slice(k * SIDE * SIDE, (k + 1) * SIDE * SIDE),
      range: [-1, 1] as const,
      signed: true,
    }))
  return imagePanels({
    title: 'Patterns',
    note: `learnt (first row) and fixed (cake-cutting Hadamard), seed ${seed}: blue lets less than half of the power through, red more`,
    images: [...images(learned.theta, 'learnt'), ...images(fixed.theta, 'fixed')],
    across: count,
  })
}
