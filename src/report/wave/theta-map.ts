import type { Picture } from '../experiment.ts'
import { BAR_HEIGHT, colorBar } from './color-bar.ts'
import { type DrawingOptions, drawing, label, type Paper } from './drawing.ts'
import { frame } from './panel.ts'
import { image } from './raster.ts'
import { type Reach, reachOf } from './reach.ts'

/** Parameters that lie in rows and columns, at two moments. */
export interface ThetaMap {
  readonly rows: number
  readonly columns: number
  readonly first: Float64Array
  readonly last: Float64Array
}

/** Height of a map at most, px, and between neighbours. */
const TALLEST = 180
const GAP = 24
const HEAD = 22

/** A learning field before and after as maps, and what changed on a scale of its own. */
export function thetaMaps(map: ThetaMap, options: { readonly title: string; readonly note?: string }): Picture {
  const svg = thetaMapsSvg(map, { theme: 'page' })
  return { ...options, svg, wide: true }
}

/** The same as SVG text. */
export function thetaMapsSvg(map: ThetaMap, options: DrawingOptions = {}): string {
  return drawing('learning field before and after', 960, options, (paper) => content(map, paper))
}

function content({ rows, columns, first, last }: ThetaMap, paper: Paper) {
  const { ink, theme } = paper
  const width = Math.min((paper.width - 2 * GAP) / 3, (TALLEST * columns) / rows)
  const height = Math.max(12, (width * rows) / columns)
  const change = last.map((value, i) => value - first[i])
  const both = reachOf(first, last)
  const columnsOf = (n: number) => (n * (paper.width + GAP)) / 3
  const one = (n: number, name: string, values: Float64Array, reach: Reach) => {
    const box = { x: columnsOf(n), y: HEAD, width, height }
    const picture = image({ columns, rows, at: (x, y) => values[y * columns + x] }, reach.reach, box, theme)
    return label(name, box.x, 12, 'start', 'ink', ink) + picture + frame(box, paper)
  }
  const bar = { title: 'learning field', positive: [...first, ...last].every((value) => value >= 0) }
  const y = HEAD + height + 14
  const changed = reachOf(change)
  const parts = [
    one(0, 'at the first look', first, both),
    one(1, 'at the end', last, both),
    one(2, 'what training changed', change, changed),
    colorBar(both, bar, [0, y], Math.min(200, width), ink),
    colorBar(changed, { title: 'change', positive: false }, [columnsOf(2), y], Math.min(200, width), ink),
  ]
  return { svg: parts.join('\n'), height: y + BAR_HEIGHT }
}
