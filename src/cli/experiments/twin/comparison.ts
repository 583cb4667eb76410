import type { Chart } from '../../../report/curves.ts'
import { mean } from '../statistics.ts'
import type { LoopRun } from './settings.ts'

/** The three ways side by side: by epoch where runs tell it, by seed where not. */
export function comparison(runs: readonly LoopRun[], seed: number): Chart {
  const deployed = mean(runs.map((one) => one.inSilicoThenDeployed))
  const level = { name: 'in silico, then deployed', y: deployed }
  const shared = { title: 'Test accuracy', y: 'share of test rows answered right', scale: 'share', level } as const
  const curves = runs.flatMap((one) => one.curves ?? [])
  const ways = [
    { key: 'ideal', name: 'ideal machine', color: 3 },
    { key: 'inTheLoop', name: 'in the loop', color: 1 },
  ] as const
  if (curves.length === runs.length)
    return {
      ...shared,
      x: 'epoch',
      curves: ways.map(({ key, name, color }) => ({ name, color, points: spanOf(curves.map((one) => one[key])) })),
      note: `mean of ${runs.length} machines, and from the worst to the best of them`,
    }
  return {
    ...shared,
    x: 'seed',
    curves: ways.map(({ key, name, color }) => ({
      name,
      color,
      points: runs.map((one, n) => ({ x: seed + n, y: one[key] })),
    })),
  }
}

function spanOf(curves: readonly (readonly number[])[]) {
  return curves[0].map((_, epoch) => {
    const values = curves.map((curve) => curve[epoch])
    return { x: epoch + 1, y: mean(values), low: Math.min(...values), high: Math.max(...values) }
  })
}
