import { type Chart, figure } from './curves.ts'
import { escapeText, facts, section } from './html.ts'
import { STYLE } from './style.ts'

/** A drawing of its own, as SVG text. */
export interface Picture {
  readonly title: string
  readonly svg: string
  /** One sentence under the picture. */
  readonly note?: string
  /** Over the whole width of the page, for pictures with much detail. */
  readonly wide?: boolean
  /** The images in it as they are, to be written as files of their own. */
  readonly rasters?: readonly NamedRaster[]
}

/** An image as numbers, row by row from the top. */
export interface NamedRaster {
  readonly name: string
  readonly rows: number
  readonly columns: number
  readonly data: Float64Array
}

export type Figure = Chart | Picture

export interface ExperimentPage {
  readonly name: string
  readonly summary: string
  readonly source: string
  readonly seed: number
  readonly settings: Readonly<Record<string, string>>
  readonly metrics: Readonly<Record<string, unknown>>
  readonly seconds: number
  readonly figures: readonly Figure[]
}

/** What an experiment measured as one HTML page without script: figures first, then every number and setting. */
export function experimentHtml(page: ExperimentPage): string {
  const { name, summary, source, seed, settings, metrics, seconds, figures } = page
  const parts = [
    `<header><h1>${escapeText(name)}</h1><p class="sub">${escapeText(summary)}</p>
<p class="sub">seed ${seed}, ${seconds.toFixed(1)} s</p></header>`,
    ...(figures.length === 0 ? [] : [section('Figures', `<div class="grid">${figures.map(drawn).join('\n')}</div>`)]),
    section('Measured', card(facts(Object.entries(metrics)))),
    section('To compare with', card(`<p class="source">${escapeText(source)}</p>`)),
    section('Settings', card(facts(Object.entries(settings)))),
  ]
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeText(name)}</title><style>${STYLE}</style></head>
<body><main>${parts.join('\n')}</main></body></html>
`
}

const card = (content: string) => `<div class="card">${content}</div>`

function drawn(one: Figure): string {
  return 'svg' in one ? pictureHtml(one) : figure(one)
}

/** A drawing as a figure of a page. */
export function pictureHtml({ title, svg, note, wide }: Picture): string {
  const below = note === undefined ? '' : `<p class="note">${escapeText(note)}</p>`
  return `<figure${wide === true ? ' class="whole"' : ''}><figcaption><b>${escapeText(title)}</b></figcaption>${svg}${below}</figure>`
}
