import type { Picture } from '../experiment.ts'
import type { Ink } from '../lattice/ink.ts'
import { px, written } from '../lattice/numbers.ts'
import { BAR_HEIGHT, colorBar } from './color-bar.ts'
import { drawing, label, type Paper, withUnitOf } from './drawing.ts'
import { legendMarks, marksRow, ring, wedge } from './marks.ts'
import { frame } from './panel.ts'
import { type Box, image } from './raster.ts'
import { reachOf } from './reach.ts'
import { NAMES, type WaveOptions, type WavePictureOptions } from './space-time.ts'
import { changeOf, checkTrace, nearest, type Shown, shownOf, type WaveTrace } from './trace.ts'

export interface SnapshotOptions extends WaveOptions {
  /** Moments per passage, 2 or more; 6 if nothing is said. */
  readonly frames?: number
}

const GAP = 8
/** Above each row: its name and the moments. */
const HEAD = 46
/** Beside the frames, for the way round the mirror. */
const TURN = 66
/** Most height of a frame, px. */
const TALLEST = 190

/** `snapshotsSvg` as a figure of a report. */
export function snapshots(
  trace: WaveTrace,
  { title, note, ...rest }: WavePictureOptions & { readonly frames?: number } = {},
): Picture {
  const svg = snapshotsSvg(trace, { theme: 'page', ...rest })
  return { title: title ?? `Out and back: ${trace.name}`, svg, wide: true, ...(note !== undefined && { note }) }
}

/**
 * Draws a wave in a plane as SVG text: snapshots of the way out from left to right, below each the moment of the echo that
 * repeats it, so that time turns round at the right; and below, on a scale of its own, what the error changed. That row is
 * left out where out and back were not sampled at the same moments. Throws as `spaceTimeSvg`.
 */
export function snapshotsSvg(trace: WaveTrace, options: SnapshotOptions = {}): string {
  checkTrace(trace)
  const { show = 'q' } = options
  const frames = Math.max(2, options.frames ?? 6)
  return drawing(`${trace.name}, moments out and back`, 960, options, (paper) => content(trace, show, frames, paper))
}

function content(trace: WaveTrace, show: Shown, frames: number, paper: Paper) {
  const { rows, columns, forward, echo, mirror } = trace
  const { ink, theme } = paper
  const fit = (paper.width - (echo === undefined ? 0 : TURN) - (frames - 1) * GAP) / frames
  const width = Math.min(fit, (TALLEST * columns) / rows)
  const height = (width * rows) / columns
  const full = frames * width + (frames - 1) * GAP
  const boxes = (y: number): Box[] =>
    Array.from({ length: frames }, (_, n) => ({ x: n * (width + GAP), y, width, height }))
  const out = shownOf(forward, 'out', show)
  const back = echo === undefined ? undefined : shownOf(echo, 'back', show)
  const scale = reachOf(out, ...(back === undefined ? [] : [back]))
  const times = Array.from({ length: frames }, (_, n) => (n * mirror) / (frames - 1))
  const picture = (values: Float64Array, moment: number, reach: number, box: Box) =>
    image({ columns, rows, at: (x, y) => values[(moment * rows + y) * columns + x] }, reach, box, theme) +
    frame(box, paper)
  const centre = (mode: number, box: Box): [number, number] => [
    box.x + (((mode % columns) + 0.5) * width) / columns,
    box.y + ((Math.floor(mode / columns) + 0.5) * height) / rows,
  ]
  const size = Math.min(5, Math.max(3, (0.35 * width) / columns))
  const clock = (moment: number, box: Box) =>
    label(`t = ${written(moment, 3)}`, box.x + width / 2, box.y - 7, 'middle', 'pale', ink)
  const parts: string[] = []
  let y = HEAD - 10
  const row = (
    title: string,
    list: readonly number[],
    values: Float64Array,
    reach: number,
    at?: (n: number) => number,
  ) => {
    const places = boxes(y)
    parts.push(label(title, 0, y - (at === undefined ? 8 : 25), 'start', 'ink', ink))
    places.forEach((box, n) => {
      parts.push(picture(values, list[n], reach, box))
      if (at !== undefined) parts.push(clock(at(n), box))
    })
    y += height + HEAD
    return places
  }
  const outMoments = times.map((time) => nearest(forward.times, time))
  const first = row('way out', outMoments, out, scale.reach, (n) => forward.times[outMoments[n]])
  for (const mode of trace.driven ?? []) parts.push(wedge(...shifted(centre(mode, first[0]), 3), size, ink))
  const bar = { title: withUnitOf(NAMES[show], trace.unit), positive: show === 'intensity' }
  const barWidth = Math.min(200, 0.3 * paper.width)
  const marks = legendMarks(trace, ink)
  if (echo === undefined || back === undefined) {
    parts.push(colorBar(scale, bar, [0, y - 20], barWidth, ink))
    parts.push(marksRow(marks, { x: barWidth + 40, y, width: paper.width }, ink).svg)
    return { svg: parts.join('\n'), height: y - 20 + BAR_HEIGHT }
  }
  const backMoments = times.map((time) => nearest(echo.times, mirror - time))
  const second = row(
    'echo: time runs to the left, each moment repeats the one above',
    backMoments,
    back,
    scale.reach,
    (n) => mirror + echo.times[backMoments[n]],
  )
  parts.push(turn(full, first[0].y + height / 2, second[0].y + height / 2, ink))
  const ringed = (box: Box) => (trace.injected ?? []).map((mode) => ring(...centre(mode, box), size, ink)).join('')
  parts.push(ringed(second[frames - 1]))
  const change = changeOf(trace, show)
  const changed = change === undefined ? undefined : reachOf(change)
  if (change !== undefined && changed !== undefined) {
    y -= 16
    const third = row('what the error changed: echo − way out run backwards', backMoments, change, changed.reach)
    parts.push(ringed(third[frames - 1]))
  }
  parts.push(colorBar(scale, bar, [0, y - 24], barWidth, ink))
  if (changed !== undefined)
    parts.push(
      colorBar(
        changed,
        { title: withUnitOf('what the error changed', trace.unit), positive: false },
        [barWidth + 40, y - 24],
        barWidth,
        ink,
      ),
    )
  parts.push(marksRow(marks, { x: 2 * barWidth + 80, y: y - 4, width: paper.width - 2 * barWidth - 80 }, ink).svg)
  return { svg: parts.join('\n'), height: y - 24 + BAR_HEIGHT }
}

const shifted = ([x, y]: [number, number], by: number): [number, number] => [x + by, y]

/** The way round the mirror, from the end of one row to that of the next. */
function turn(x: number, from: number, to: number, ink: Ink): string {
  const radius = (to - from) / 2
  const bend = Math.min(34, radius)
  const path = `M${px(x + 6)} ${px(from)}h4a${px(bend)} ${px(bend)} 0 0 1 ${px(bend)} ${px(bend)}v${px(2 * (radius - bend))}a${px(bend)} ${px(bend)} 0 0 1 ${px(-bend)} ${px(bend)}h-2`
  return `<path d="${path}" fill="none" stroke-width="1.5"${ink({ stroke: 'port' })}/><path d="M${px(x + 4)} ${px(to)}l8 -4v8Z"${ink({ fill: 'port' })}/>${label('mirror', x + bend + 4, (from + to) / 2 + 4, 'end', 'port', ink)}`
}
