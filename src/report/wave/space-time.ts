import type { Picture } from '../experiment.ts'
import { written } from '../lattice/numbers.ts'
import { BAR_HEIGHT, colorBar } from './color-bar.ts'
import { type DrawingOptions, drawing, LETTER, label, line, type Paper, withUnitOf } from './drawing.ts'
import { legendMarks, marksRow, ring, wedge } from './marks.ts'
import { alongSites, frame, siteAxis, timeAxis } from './panel.ts'
import { type Box, image } from './raster.ts'
import { reachOf } from './reach.ts'
import { changeOf, checkTrace, nearest, type Shown, shownOf, type WavePassage, type WaveTrace } from './trace.ts'

export interface WaveOptions extends DrawingOptions {
  /** Default 'q'. */
  readonly show?: Shown
}

export interface WavePictureOptions {
  readonly title?: string
  /** One sentence under the picture. */
  readonly note?: string
  /** Default 'q'. */
  readonly show?: Shown
}

/** Room for the ticks of the sites, and above a panel for its words. */
const LEFT = 40
const HEAD = 22
/** Below a panel: ticks; below the last also the name of the axis. */
const TICKS = 20
/** Height of what the error changed, in heights of the whole. */
const SECOND = 0.75
/** Moments per px at most. */
const FINE = 1.5

export const NAMES: Record<Shown, string> = { q: 'q', p: 'p', intensity: 'q² + p²' }

/** `spaceTimeSvg` as a figure of a report. */
export function spaceTime(trace: WaveTrace, { title, note, show = 'q' }: WavePictureOptions = {}): Picture {
  const svg = spaceTimeSvg(trace, { theme: 'page', show })
  return { title: title ?? `Out and back: ${trace.name}`, svg, wide: true, ...(note !== undefined && { note }) }
}

/**
 * Draws a wave over time and sites as SVG text: the way out, the mirror, the echo, and below the echo on a scale of its own
 * what the error changed: the echo minus the way out run backwards. That part is left out where the two were not sampled at
 * the same moments. Throws `SHAPE` if lengths do not match, `CONFIG` if momenta are shown that the trace does not have.
 */
export function spaceTimeSvg(trace: WaveTrace, options: WaveOptions = {}): string {
  checkTrace(trace)
  const { show = 'q' } = options
  return drawing(`${trace.name}, over time and sites`, 960, options, (paper) => content(trace, show, paper))
}

function content(trace: WaveTrace, show: Shown, paper: Paper): { readonly svg: string; readonly height: number } {
  const { forward, echo, mirror } = trace
  const { ink, theme, width } = paper
  const modes = trace.rows * trace.columns
  const out = shownOf(forward, 'out', show)
  const back = echo === undefined ? undefined : shownOf(echo, 'back', show)
  const change = changeOf(trace, show)
  const end = echo === undefined ? mirror : 2 * mirror
  const tall = Math.min(280, Math.max(120, 7 * modes))
  const panel: Box = { x: LEFT, y: HEAD, width: width - LEFT - 8, height: tall }
  const half = (box: Box, which: number): Box =>
    echo === undefined ? box : { ...box, x: box.x + (which * box.width) / 2, width: box.width / 2 }
  const scale = reachOf(out, ...(back === undefined ? [] : [back]))
  const raster = (passage: WavePassage, values: Float64Array, reach: number, box: Box) =>
    image(sampled(passage, values, modes, mirror, box), reach, box, theme)
  const bar = { title: withUnitOf(NAMES[show], trace.unit), positive: show === 'intensity' }
  const axis = (box: Box, from: number, name: boolean) => timeAxis(trace, paper, box, [from, end], name)
  const below = panel.y + panel.height + TICKS
  const parts = [
    raster(forward, out, scale.reach, half(panel, 0)),
    ...(echo === undefined || back === undefined ? [] : [raster(echo, back, scale.reach, half(panel, 1))]),
    frame(panel, paper),
    siteAxis(modes, panel, paper),
    axis(panel, 0, change === undefined),
    label('site', LEFT - 6, HEAD - 8, 'end', 'pale', ink),
    label('way out', LEFT, HEAD - 8, 'start', 'ink', ink),
    alongSites(trace.driven, modes, panel, LEFT + 3, ink, (y) => wedge(LEFT + 9, y, 5, ink)),
  ]
  if (echo !== undefined) parts.push(label('echo', panel.x + panel.width, HEAD - 8, 'end', 'ink', ink))
  const injected = trace.injected ?? []
  const turn = (box: Box, x: number) =>
    line([x, box.y - 4], [x, box.y + box.height + 4], 'port', ink, ' stroke-width="1.5"') +
    alongSites(injected, modes, box, x, ink, (y) => ring(x, y, 5, ink))
  const middle = panel.x + panel.width / 2
  if (echo !== undefined)
    parts.push(turn(panel, middle), label(`mirror at ${written(mirror, 4)}`, middle, HEAD - 8, 'middle', 'port', ink))
  const marks = legendMarks(trace, ink)
  const barWidth = Math.min(230, panel.width / 2 - 60)
  if (change === undefined || echo === undefined) {
    const top = below + TICKS
    parts.push(colorBar(scale, bar, [LEFT, top], barWidth, ink))
    const row = marksRow(marks, { x: LEFT + barWidth + 40, y: top + 20, width: panel.width - barWidth - 40 }, ink)
    parts.push(row.svg)
    return { svg: parts.join('\n'), height: top + BAR_HEIGHT }
  }
  const second: Box = { ...half(panel, 1), y: below + HEAD + 8, height: Math.max(96, SECOND * tall) }
  const changed = reachOf(change)
  const long = 'what the error changed: echo − way out run backwards'
  const words = LETTER * long.length < panel.width / 2 - 40 && show !== 'intensity' ? long : 'what the error changed'
  parts.push(
    raster(echo, change, changed.reach, second),
    frame(second, paper),
    siteAxis(modes, second, paper),
    axis(second, mirror, true),
    turn(second, second.x),
    label('what the error changed', second.x + second.width, second.y - 8, 'end', 'ink', ink),
    colorBar(scale, bar, [LEFT, second.y], barWidth, ink),
    colorBar(changed, { title: withUnitOf(words, trace.unit), positive: false }, [LEFT, second.y + 54], barWidth, ink),
    marksRow(marks, { x: LEFT, y: second.y + 122, width: panel.width / 2 - 40 }, ink).svg,
  )
  return { svg: parts.join('\n'), height: Math.max(second.y + second.height + 2 * TICKS, second.y + 140) }
}

/** The nearest sample for every column of a box, site 0 below. */
function sampled({ times }: WavePassage, values: Float64Array, modes: number, mirror: number, box: Box) {
  const columns = Math.min(times.length, Math.ceil(FINE * box.width))
  const moments = Int32Array.from({ length: columns }, (_, n) => nearest(times, ((n + 0.5) / columns) * mirror))
  return {
    columns,
    rows: modes,
    at: (column: number, row: number) => values[moments[column] * modes + modes - 1 - row],
  }
}
