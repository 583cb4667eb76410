import type { Picture } from '../experiment.ts'
import { px, written } from '../lattice/numbers.ts'
import { type DrawingOptions, drawing, label, line, type Paper } from '../wave/drawing.ts'
import { frame } from '../wave/panel.ts'
import type { Box } from '../wave/raster.ts'
import { roundTicks } from '../wave/reach.ts'

/** Rows of a raster that belong together: input lines, neurons of a core, outputs. */
export interface RasterGroup {
  readonly name: string
  readonly rows: number
  /** Moments and rows of the spikes, as long as each other; row 0 is drawn on top. */
  readonly times: ArrayLike<number>
  readonly which: ArrayLike<number>
}

export interface SpikeRaster {
  readonly groups: readonly RasterGroup[]
  readonly from: number
  readonly to: number
  /** What time is counted in: 'tick', 'ms'. */
  readonly unit: string
}

const LEFT = 96
const GAP = 12
const AXIS = 40
/** Height of a row at most, and of a group at most and at least, px. */
const ROW = 9
const TALLEST = 170
const LOWEST = 30

/** Spikes as dashes over time, a panel per group, for a report. */
export function spikeRaster(raster: SpikeRaster, { title, note }: Omit<Picture, 'svg' | 'wide'>): Picture {
  return { title, ...(note !== undefined && { note }), svg: spikeRasterSvg(raster, { theme: 'page' }), wide: true }
}

/** The same as SVG text. */
export function spikeRasterSvg(raster: SpikeRaster, options: DrawingOptions = {}): string {
  return drawing('spikes over time', 960, options, (paper) => content(raster, paper))
}

function content({ groups, from, to, unit }: SpikeRaster, paper: Paper) {
  const { ink } = paper
  // Room for half of the last number of the axis.
  const width = paper.width - LEFT - 14
  let y = 4
  const panels = groups.map((group) => {
    const height = Math.max(LOWEST, Math.min(TALLEST, group.rows * ROW))
    const box = { x: LEFT, y, width, height }
    y += height + GAP
    return panel(group, box, [from, to], paper)
  })
  const bottom = y - GAP
  const ticks = roundTicks(from, to, width / 90).map((time) => {
    const x = LEFT + (width * (time - from)) / (to - from)
    return (
      line([x, bottom], [x, bottom + 4], 'pale', ink) + label(written(time, 4), x, bottom + 17, 'middle', 'pale', ink)
    )
  })
  const name = label(unit, LEFT + width / 2, bottom + 34, 'middle', 'pale', ink)
  return { svg: [...panels, ...ticks, name].join('\n'), height: bottom + AXIS }
}

function panel(group: RasterGroup, box: Box, [from, to]: readonly [number, number], paper: Paper): string {
  const { ink } = paper
  const { rows, times, which } = group
  const row = box.height / rows
  // A dash is never so low that it is not seen, nor so high that it touches the next row.
  const tall = Math.max(1, Math.min(7, 0.8 * row))
  let path = ''
  for (let n = 0; n < times.length; n++) {
    if (times[n] < from || times[n] > to) continue
    const x = box.x + (box.width * (times[n] - from)) / (to - from)
    const y = box.y + (which[n] + 0.5) * row - tall / 2
    path += `M${px(x)} ${px(y)}v${px(tall)}`
  }
  const spikes = `<path d="${path}" fill="none" stroke-width="1.4"${ink({ stroke: 'ink' })}/>`
  const middle = box.y + box.height / 2
  const count = times.length === 1 ? '1 spike' : `${times.length.toLocaleString('en')} spikes`
  const words =
    label(group.name, box.x - 8, middle - 2, 'end', 'ink', ink) +
    label(count, box.x - 8, middle + 13, 'end', 'pale', ink)
  return frame(box, paper) + spikes + words
}
