import { CHART, chartSvg, type LegendEntry, legendOf } from './curves.ts'
import type { Figure } from './experiment.ts'
import { escapeText } from './html.ts'
import { STYLE } from './style.ts'

/** Width of a drawing of its own, px. */
const WIDTH = 960
const MARGIN = 16
const LINE = 20
/** Width of a letter at most, on average over words of 13 px. */
const LETTER = 7.2
const KEY = 24

/** A figure of a report as an SVG file of its own: light, with its title, its legend and the sentence under it. */
export function figureSvg(figure: Figure): string {
  const inner = plain('svg' in figure ? figure.svg : chartSvg(figure))
  const [own, ratio] = sizeOf(inner)
  const width = 'svg' in figure && figure.wide ? WIDTH : Math.max(own, CHART.width)
  const room = width - 2 * MARGIN
  const parts: string[] = []
  let y = MARGIN + 12
  for (const words of folded('svg' in figure ? figure.title : `${figure.title}: ${figure.y}`, room)) {
    parts.push(text(words, MARGIN, y, ' font-weight="600"'))
    y += LINE
  }
  const rows = 'svg' in figure ? [] : legendRows(legendOf(figure), room)
  for (const row of rows) {
    for (const { x, entry } of row) parts.push(mark(entry, x, y - 4), text(entry.name, x + KEY, y))
    y += LINE
  }
  y -= 8
  const height = room * ratio
  parts.push(inner.replace(/<svg\b[^>]*>/, (tag) => nested(tag, MARGIN, y, room, height)))
  y += height + LINE
  for (const words of figure.note === undefined ? [] : folded(figure.note, room)) {
    parts.push(text(words, MARGIN, y))
    y += LINE
  }
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${Math.ceil(y)}" viewBox="0 0 ${width} ${Math.ceil(y)}" font-family="system-ui, Segoe UI, Roboto, Helvetica, Arial, sans-serif" font-size="13">
<rect width="100%" height="100%" fill="#fff"/>
${parts.join('\n')}
</svg>
`
}

/** The light colours of the style sheet by name. */
const VARIABLES = new Map(
  [...(/:root \{([^}]*)\}/.exec(STYLE)?.[1] ?? '').matchAll(/(--[\w-]+): *([^;]+)/g)].map(([, name, value]) => [
    name,
    value.trim(),
  ]),
)

/** Without what only a browser with the page's style sheet understands: attributes beside it say the same. */
function plain(svg: string): string {
  return (
    svg
      // HTML leaves such signs in attributes as they are, XML does not.
      .replace(/&(?!#?\w+;)/g, '&amp;')
      .replace(/ style="(?:(?:stroke|fill):(?:var\([^)]*\)|light-dark\([^)]*\));)+"/g, '')
      .replace(/var\((--[\w-]+)\)/g, (whole, name: string) => VARIABLES.get(name) ?? whole)
      .replace(/<image class="on-dark"[^>]*\/>/g, '')
  )
}

/** Width, and height over width, by the view box. */
function sizeOf(svg: string): readonly [number, number] {
  const [, width, height] = /viewBox="0[ ,]0[ ,]([\d.]+)[ ,]([\d.]+)"/.exec(svg) ?? ['', CHART.width, CHART.height]
  return [Number(width), Number(height) / Number(width)]
}

/** The tag of a drawing within another. */
function nested(tag: string, x: number, y: number, width: number, height: number): string {
  const rest = tag.replace(/ (?:width|height|font-family|font-size)="[^"]*"/g, '').slice(4, -1)
  return `<svg x="${x}" y="${y}" width="${width}" height="${height}" font-size="12"${rest}>`
}

function text(words: string, x: number, y: number, more = ''): string {
  return `<text x="${x}" y="${y}" fill="${VARIABLES.get('--ink')}"${more}>${escapeText(words)}</text>`
}

function mark({ mark: { kind, color } }: LegendEntry, x: number, y: number): string {
  const paint = VARIABLES.get(color === 0 ? '--ink-2' : `--c${color}`)
  if (kind === 'band') return `<rect x="${x}" y="${y - 5}" width="16" height="10" fill="${paint}" fill-opacity=".3"/>`
  const dashes = kind === 'dashed' ? ' stroke-dasharray="2 3"' : ''
  return `<path d="M${x} ${y}h16" stroke="${paint}" stroke-width="3"${dashes}/>`
}

/** Entries one after the other, in as many rows as they need. */
function legendRows(entries: readonly LegendEntry[], room: number) {
  const rows: { readonly x: number; readonly entry: LegendEntry }[][] = []
  let x = Number.POSITIVE_INFINITY
  for (const entry of entries) {
    const width = KEY + entry.name.length * LETTER + LINE
    if (x + width > room) {
      rows.push([])
      x = MARGIN
    }
    rows.at(-1)?.push({ x, entry })
    x += width
  }
  return rows
}

/** Words in lines that fit. */
function folded(words: string, width: number): string[] {
  const most = Math.floor(width / LETTER)
  const lines = ['']
  for (const word of words.split(' ')) {
    const last = lines[lines.length - 1]
    if (last !== '' && last.length + 1 + word.length > most) lines.push(word)
    else lines[lines.length - 1] = last === '' ? word : `${last} ${word}`
  }
  return lines
}
