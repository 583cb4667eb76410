import { escapeText } from '../html.ts'
import { type Ink, inkOf, type Role, type Theme } from '../lattice/ink.ts'
import { px } from '../lattice/numbers.ts'
import type { Tone } from '../lattice/scale.ts'

export interface DrawingOptions {
  /** Width, px; the height follows. */
  readonly width?: number
  /** 'light' (if nothing is said) and 'dark' stand alone; 'page' is for the report and takes its colours. */
  readonly theme?: Theme
  /** A line above the drawing. */
  readonly title?: string
}

/** The report's blue and orange, for what goes out and what comes back. */
export const OUT: Tone = { light: '#2a6fc9', dark: '#6aa6f2' }
export const BACK: Tone = { light: '#d9622b', dark: '#f0915f' }

export const SIZE = 12
/** Width of a letter at most, on average over words. */
export const LETTER = 6.6

/** Room for the frame of a picture that stands alone. */
const SIDE = 18

/** What a picture draws on. */
export interface Paper {
  readonly theme: Theme
  readonly ink: Ink
  /** Width between the margins. */
  readonly width: number
}

/**
 * Lays out a picture: `draw` fills the paper from y = 0 downwards and says how high it became. `name` is for those who do
 * not see it.
 */
export function drawing(
  name: string,
  usual: number,
  { width = usual, theme = 'light', title }: DrawingOptions,
  draw: (paper: Paper) => { readonly svg: string; readonly height: number },
): string {
  const ink = inkOf(theme)
  // The report's figures bring a margin and a title.
  const own = theme !== 'page'
  const side = own ? SIDE : 2
  const top = title === undefined ? (own ? 14 : 6) : 44
  const { svg, height } = draw({ theme, ink, width: width - 2 * side })
  const full = Math.ceil(top + height + (own ? 14 : 4))
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${px(width)} ${full}"${own ? ` width="${px(width)}" height="${full}"` : ''} role="img" aria-label="${escapeText(title ?? name)}" font-family="${own ? 'system-ui, Segoe UI, Roboto, Helvetica, Arial, sans-serif' : 'inherit'}" font-size="${SIZE}">
${own ? `<rect width="100%" height="100%"${ink({ fill: 'card' })}/>` : ''}
${title === undefined ? '' : `<text x="${SIDE}" y="27" font-size="16" font-weight="600"${ink({ fill: 'ink' })}>${escapeText(title)}</text>`}
<g transform="translate(${side} ${top})">
${svg}
</g>
</svg>
`
}

export type Anchor = 'start' | 'middle' | 'end'

/** Words at a place; y is their base line. */
export function label(words: string, x: number, y: number, anchor: Anchor, color: Role | Tone, ink: Ink): string {
  return `<text x="${px(x)}" y="${px(y)}" text-anchor="${anchor}"${ink({ fill: color })}>${escapeText(words)}</text>`
}

/** Words with an edge in the colour of the page, which keeps them apart from what lies behind. */
export function haloed(words: string, x: number, y: number, anchor: Anchor, ink: Ink): string {
  return `<text x="${px(x)}" y="${px(y)}" text-anchor="${anchor}" stroke-width="3.5" stroke-linejoin="round" paint-order="stroke"${ink({ stroke: 'card', fill: 'pale' })}>${escapeText(words)}</text>`
}

export function line(
  [x1, y1]: readonly [number, number],
  [x2, y2]: readonly [number, number],
  color: Role | Tone,
  ink: Ink,
  more = '',
): string {
  return `<path d="M${px(x1)} ${px(y1)}L${px(x2)} ${px(y2)}" fill="none"${more}${ink({ stroke: color })}/>`
}

/** 'time, s', or 'time' where it is a pure number. */
export function withUnitOf(name: string, unit: string | undefined): string {
  return unit === undefined || unit === '' || unit === '1' ? name : `${name}, ${unit}`
}
