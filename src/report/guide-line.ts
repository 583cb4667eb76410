import * as Plot from '@observablehq/plot'
import type { Guide, Point } from './chart.ts'

/** Where along its visible part a guide has its name. */
const NAMED = 0.12

/** The marks of a guide: dashed across the points, never beyond them, with its name at its left, on the free side. */
export function guideLine({ name, slope, through }: Guide, points: readonly Point[]) {
  const at = (x: number) => through.y * (x / through.x) ** slope
  const where = (y: number) => through.x * (y / through.y) ** (1 / slope)
  const xs = points.map(({ x }) => x)
  const ys = points.map(({ y }) => y)
  const edges = slope === 0 ? [] : [where(least(ys)), where(most(ys))].sort((a, b) => a - b)
  const from = Math.max(least(xs), edges[0] ?? least(xs))
  const to = Math.min(most(xs), edges[1] ?? most(xs))
  if (!(from < to)) return []
  const line = [from, to].map((x) => ({ x, y: at(x) }))
  const named = from * (to / from) ** NAMED
  return [
    Plot.line(line, { x: 'x', y: 'y', stroke: 'var(--ink-2)', strokeWidth: 1.3, strokeDasharray: '6,4' }),
    Plot.text([{ x: named, y: at(named), name }], {
      ...{ x: 'x', y: 'y', text: 'name', textAnchor: 'start', dx: 8, dy: slope < 0 ? -9 : 9 },
      ...{ fill: 'var(--ink-2)', stroke: 'var(--card)', strokeWidth: 4 },
    }),
  ]
}

const least = (values: readonly number[]) => values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY)
const most = (values: readonly number[]) => values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY)
