import type { Picture } from './experiment.ts'
import { px } from './lattice/numbers.ts'
import { type DrawingOptions, drawing, LETTER, label, line, OUT, type Paper } from './wave/drawing.ts'

export interface Bar {
  readonly name: string
  readonly value: number
  /** Where repetitions lie, from lowest to highest. */
  readonly span?: readonly [low: number, high: number]
  /** What the others are compared with: a pale bar. */
  readonly reference?: boolean
}

export interface BarsOptions {
  /** Right end of the bars; the largest value if nothing is said. */
  readonly most?: number
  /** How values are written; 'share' writes 0.853 as '85.3 %' and ends the bars at 1. */
  readonly as?: 'share' | 'number'
}

const THICK = 18
const STEP = 32
/** Room for the value behind the longest bar. */
const VALUE = 62

/** Values by name as horizontal bars that begin at 0, as a figure of a report; values are written behind them. */
export function bars(
  title: string,
  list: readonly Bar[],
  { note, ...options }: BarsOptions & { readonly note?: string } = {},
): Picture {
  const svg = barsSvg(list, { theme: 'page', width: 460, ...options })
  return { title, svg, ...(note !== undefined && { note }) }
}

/** `bars` as SVG text. Values below 0 have no bar. */
export function barsSvg(list: readonly Bar[], options: BarsOptions & DrawingOptions = {}): string {
  return drawing('values by name', 460, options, (paper) => content(list, options, paper))
}

function content(list: readonly Bar[], { as = 'number', most }: BarsOptions, { ink, width }: Paper) {
  const longest = list.reduce((length, { name }) => Math.max(length, name.length), 0)
  const left = Math.min(0.5 * width, LETTER * longest + 12)
  const room = width - left - VALUE
  const end =
    most ?? (as === 'share' ? 1 : list.reduce((top, { value, span }) => Math.max(top, value, span?.[1] ?? 0), 0))
  const x = (value: number) => left + room * Math.min(1, Math.max(0, end > 0 ? value / end : 0))
  const parts = list.map(({ name, value, span, reference }, n) => {
    const y = n * STEP + STEP / 2
    const words = as === 'share' ? `${(100 * value).toFixed(1)} %` : String(Number(value.toPrecision(3)))
    const bar = `<rect x="${px(left)}" y="${px(y - THICK / 2)}" width="${px(x(value) - left)}" height="${THICK}" rx="2"${reference === true ? ' fill-opacity="0.45"' : ''}${ink({ fill: reference === true ? 'pale' : OUT })}/>`
    const spread =
      span === undefined
        ? ''
        : line([x(span[0]), y], [x(span[1]), y], 'ink', ink, ' stroke-width="1.5"') +
          span.map((edge) => line([x(edge), y - 4], [x(edge), y + 4], 'ink', ink, ' stroke-width="1.5"')).join('')
    const behind = Math.max(x(value), span === undefined ? 0 : x(span[1])) + 7
    return (
      label(name, left - 8, y + 4, 'end', 'ink', ink) + bar + spread + label(words, behind, y + 4, 'start', 'ink', ink)
    )
  })
  const axis = line([left, 0], [left, list.length * STEP], 'pale', ink)
  return { svg: parts.join('\n') + axis, height: list.length * STEP }
}
