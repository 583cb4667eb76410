import { InsituError } from '../../errors.ts'
import type { Picture } from '../experiment.ts'
import { written } from '../lattice/numbers.ts'
import { diverging, gray } from '../wave/colours.ts'
import { type DrawingOptions, drawing, LETTER, label, type Paper } from '../wave/drawing.ts'
import { frame } from '../wave/panel.ts'
import { type Box, scaledImage } from '../wave/raster.ts'

/** One image among others. */
export interface Panel {
  readonly name: string
  readonly rows: number
  readonly columns: number
  /** rows x columns numbers, row by row from the top. */
  readonly data: Float64Array
  /** A line under the image: its score, its cost. */
  readonly note?: string
  /**
   * Ends of the scale; default the smallest and largest value. Values on both sides of zero take blue and red with `signed`, the
   * same reach either way.
   */
  readonly range?: readonly [low: number, high: number]
  readonly signed?: boolean
}

export interface ImagePanels {
  readonly title: string
  /** One sentence under the picture. */
  readonly note?: string
  readonly images: readonly Panel[]
  /** Images in a row; default as many as fit. */
  readonly across?: number
}

const WIDTH = 960
const GAP = 18
const HEAD = 20
/** Two lines below each image. */
const FOOT = 44
/** Side of an image at most and at least, px. */
const [WIDEST, NARROWEST] = [214, 96]

/** Images side by side, each with its name above and its score and scale below. For a report. */
export function imagePanels({ title, note, images, across }: ImagePanels): Picture {
  const rasters = images.map(({ name, rows, columns, data }) => ({ name, rows, columns, data: data.slice() }))
  const svg = imagePanelsSvg({ images, ...(across !== undefined && { across }) }, { theme: 'page' })
  return { title, ...(note !== undefined && { note }), svg, wide: true, rasters }
}

/** The same as SVG text. Throws `SHAPE` for an image that is not rows x columns. */
export function imagePanelsSvg(
  { images, across = Math.max(1, Math.min(images.length, 4)) }: Omit<ImagePanels, 'title' | 'note'>,
  options: DrawingOptions = {},
): string {
  for (const { name, rows, columns, data } of images)
    if (data.length !== rows * columns)
      throw new InsituError('SHAPE', `image ${name} has ${data.length} numbers, wanted ${rows} x ${columns}`)
  return drawing(images.map(({ name }) => name).join(', '), WIDTH, options, (paper) => content(images, across, paper))
}

function content(images: readonly Panel[], across: number, paper: Paper) {
  const fit = (paper.width - (across - 1) * GAP) / across
  const side = Math.max(NARROWEST, Math.min(WIDEST, fit))
  const parts: string[] = []
  let y = 0
  for (let first = 0; first < images.length; first += across) {
    const row = images.slice(first, first + across)
    const heights = row.map(({ rows, columns }) => (side * rows) / Math.max(rows, columns))
    const tallest = Math.max(...heights)
    row.forEach((panel, n) => {
      const box = {
        x: n * (Math.min(fit, side) + GAP),
        y: y + HEAD,
        width: (heights[n] * panel.columns) / panel.rows,
        height: heights[n],
      }
      parts.push(drawn(panel, box, Math.min(fit, side), paper))
    })
    y += HEAD + tallest + FOOT
  }
  return { svg: parts.join('\n'), height: y }
}

function drawn(panel: Panel, box: Box, room: number, paper: Paper): string {
  const { name, rows, columns, data, note } = panel
  const [low, high] = panel.range ?? ends(data)
  const reach = Math.max(Math.abs(low), Math.abs(high))
  const scale = panel.signed ? diverging(reach) : gray(low, high)
  const raster = { rows, columns, at: (x: number, y: number) => data[y * columns + x] }
  const bottom = box.y + box.height
  const span = panel.signed
    ? `blue ${written(-reach, 3)}, red ${written(reach, 3)}`
    : `${written(rounded(low, high - low), 3)} to ${written(rounded(high, high - low), 3)}`
  return [
    label(cut(name, room), box.x, box.y - 7, 'start', 'ink', paper.ink),
    scaledImage(raster, scale, box, paper.theme),
    frame(box, paper),
    note === undefined ? '' : label(cut(note, room + GAP), box.x, bottom + 15, 'start', 'ink', paper.ink),
    label(span, box.x, bottom + (note === undefined ? 15 : 30), 'start', 'pale', paper.ink),
  ].join('')
}

/** An end next to zero is zero: a thousandth of the range is not seen. */
function rounded(end: number, range: number): number {
  return Math.abs(end) < 1e-3 * range ? 0 : end
}

function ends(data: Float64Array): readonly [number, number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const value of data) {
    if (value < low) low = value
    if (value > high) high = value
  }
  return low <= high ? [low, high] : [0, 0]
}

/** Words that fit in a width. */
function cut(words: string, width: number): string {
  const most = Math.floor(width / LETTER)
  return words.length <= most ? words : `${words.slice(0, most - 1)}…`
}
