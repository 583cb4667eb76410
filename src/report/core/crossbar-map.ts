import type { Picture } from '../experiment.ts'
import { BAR_HEIGHT, colorBar } from '../wave/color-bar.ts'
import { type DrawingOptions, drawing, label, line, type Paper } from '../wave/drawing.ts'
import { frame } from '../wave/panel.ts'
import { image } from '../wave/raster.ts'
import { reachOf } from '../wave/reach.ts'

/** The crossings of one core: a row per axon, a column per neuron. */
export interface Crossbar {
  readonly name: string
  readonly axons: number
  readonly neurons: number
  /** Weight with its sign times the probability (or 0 and 1) that the crossing is closed; axons x neurons, axon-major. */
  readonly values: Float64Array
}

const GAP = 28
const HEAD = 22
const LEFT = 22
const BELOW = 20
/** Side of a map at most, px. */
const WIDEST = 440

/** Crossbars of cores side by side: red pushes a neuron up, blue down, pale is open. For a report. */
export function crossbarMap(crossbars: readonly Crossbar[], { title, note }: Omit<Picture, 'svg' | 'wide'>): Picture {
  return { title, ...(note !== undefined && { note }), svg: crossbarMapSvg(crossbars, { theme: 'page' }), wide: true }
}

/** The same as SVG text. */
export function crossbarMapSvg(crossbars: readonly Crossbar[], options: DrawingOptions = {}): string {
  return drawing('crossbars', 960, options, (paper) => content(crossbars, paper))
}

function content(crossbars: readonly Crossbar[], paper: Paper) {
  const across = Math.min(3, crossbars.length)
  const reach = reachOf(...crossbars.map(({ values }) => values))
  const room = Math.min(WIDEST, (paper.width - across * LEFT - (across - 1) * GAP) / across)
  const parts: string[] = []
  let y = 0
  for (let first = 0; first < crossbars.length; first += across) {
    const row = crossbars.slice(first, first + across)
    const heights = row.map((one, n) => {
      const height = Math.max(24, Math.min(room, (room * one.axons) / one.neurons))
      const box = { x: LEFT + n * (room + LEFT + GAP), y: y + HEAD, width: room, height }
      parts.push(map(one, box, reach.reach, paper))
      return height
    })
    y += HEAD + Math.max(...heights) + BELOW + GAP
  }
  const bar = { title: 'weight × probability that the crossing is closed', positive: false }
  parts.push(colorBar(reach, bar, [LEFT, y - GAP + 8], 290, paper.ink))
  return { svg: parts.join('\n'), height: y - GAP + 8 + BAR_HEIGHT }
}

function map(
  { name, axons, neurons, values }: Crossbar,
  box: { x: number; y: number; width: number; height: number },
  reach: number,
  paper: Paper,
): string {
  const { ink, theme } = paper
  const raster = { columns: neurons, rows: axons, at: (x: number, y: number) => values[y * neurons + x] }
  const bottom = box.y + box.height
  return [
    label(name, box.x, box.y - 9, 'start', 'ink', ink),
    image(raster, reach, box, theme),
    frame(box, paper),
    line([box.x, bottom + 6], [box.x + box.width, bottom + 6], 'pale', ink),
    label(`${neurons} neurons`, box.x + box.width / 2, bottom + 20, 'middle', 'pale', ink),
    `<g transform="translate(${box.x - 7} ${box.y + box.height / 2}) rotate(-90)">${label(`${axons} axons`, 0, 0, 'middle', 'pale', ink)}</g>`,
  ].join('')
}
