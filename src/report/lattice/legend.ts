import { escapeText } from '../html.ts'
import { type Fit, niceBelow } from './fit.ts'
import type { Ink, Role } from './ink.ts'
import { px, withUnit, written } from './numbers.ts'
import type { LatticePicture } from './picture.ts'
import type { Scale } from './scale.ts'

export interface Legend {
  readonly svg: string
  readonly height: number
}

const SIZE = 12

/** What colours, lengths and marks mean, from `top` downwards. */
export function legend(
  picture: LatticePicture,
  fit: Fit,
  ink: Ink,
  scale: Scale | undefined,
  { width, top, side }: { readonly width: number; readonly top: number; readonly side: number },
): Legend {
  const left = side
  const right = width - side
  const bar = scale === undefined ? '' : colorBar(picture, scale, ink, left, top, Math.min(230, width / 2.3))
  // Without a colour bar its place is free for the marks.
  const marks = symbols(picture, fit, ink, left, scale === undefined ? top + 16 : top + 56)
  const height = scale === undefined ? 46 : marks === '' ? 52 : 78
  return { svg: bar + lengths(fit, ink, right, top) + marks, height }
}

function colorBar(picture: LatticePicture, scale: Scale, ink: Ink, left: number, top: number, width: number): string {
  const { title = '', unit = '' } = picture.quantity ?? {}
  const head = label(`${title}${unit === '' || unit === '1' ? '' : `, ${unit}`}`, left, top + 10, 'start', 'ink', ink)
  if (scale.max === scale.min) {
    return head + label(`${written(scale.min, 4)} in every bond`, left, top + 28, 'start', 'pale', ink)
  }
  const each = width / scale.steps
  const cells = Array.from(
    { length: scale.steps },
    // A little overlap hides the seams that smoothing of edges would leave.
    (_, step) =>
      `<rect x="${px(left + step * each)}" y="${px(top + 17)}" width="${px(each + (step + 1 < scale.steps ? 0.6 : 0))}" height="9"${ink({ fill: scale.tone(step) })}/>`,
  )
  const middle = (scale.min + scale.max) / 2
  const ticks = [
    label(written(scale.min, 4), left, top + 40, 'start', 'pale', ink),
    label(written(middle, 4), left + width / 2, top + 40, 'middle', 'pale', ink),
    label(written(scale.max, 4), left + width, top + 40, 'end', 'pale', ink),
  ]
  return head + cells.join('') + ticks.join('')
}

/** A bar of a round length, and by how much displacements are drawn too large. */
function lengths(fit: Fit, ink: Ink, right: number, top: number): string {
  const length = niceBelow(130 / fit.perMetre)
  const from = right - length * fit.perMetre
  const bar = `<path d="M${px(from)} ${px(top + 18)}v6h${px(right - from)}v-6" fill="none" stroke-width="1.2"${ink({ stroke: 'pale' })}/>`
  const factor =
    fit.magnification === 0
      ? ''
      : label(
          fit.magnification === 1 ? 'deformed, true to scale' : `deformed × ${written(fit.magnification)}`,
          right,
          top + 40,
          'end',
          'ink',
          ink,
        )
  return label(withUnit(length, 'm'), (from + right) / 2, top + 15, 'middle', 'pale', ink) + bar + factor
}

/** The marks in use, in one row. */
function symbols(picture: LatticePicture, fit: Fit, ink: Ink, left: number, top: number): string {
  const y = top + 8
  let x = left
  let svg = ''
  const add = (words: string, mark: (x: number) => string) => {
    svg += mark(x) + label(words, x + 28, y + 4, 'start', 'pale', ink)
    x += 28 + 6.6 * words.length + 18
  }
  const line = (at: number, attributes: string, color: Role) =>
    `<path d="M${px(at)} ${px(y)}h18"${attributes}${ink({ stroke: color })}/>`
  if (picture.pins.length > 0)
    add('pinned', (at) => `<path d="M${px(at + 9)} ${px(y + 5)}l6 -10h-12Z"${ink({ fill: 'ink' })}/>`)
  if (picture.inputs?.length)
    add(
      'input',
      (at) =>
        `${line(at, ' stroke-width="2"', 'port')}<path d="M${px(at + 21)} ${px(y)}l-8 4v-8Z"${ink({ fill: 'port' })}/>`,
    )
  if (picture.outputs?.length)
    add(
      'output',
      (at) =>
        `<circle cx="${px(at + 10)}" cy="${px(y)}" r="5" fill="none" stroke-width="1.8"${ink({ stroke: 'port' })}/>`,
    )
  if (picture.broken?.length) add('missing', (at) => line(at, ' stroke-width="1.6" stroke-dasharray="4 4"', 'pale'))
  if (fit.magnification !== 0) add('undeformed', (at) => line(at, ' stroke-width="1.6"', 'line'))
  return svg
}

function label(
  words: string,
  x: number,
  y: number,
  anchor: 'start' | 'middle' | 'end',
  color: 'ink' | 'pale',
  ink: Ink,
): string {
  return `<text x="${px(x)}" y="${px(y)}" text-anchor="${anchor}" font-size="${SIZE}"${ink({ fill: color })}>${escapeText(words)}</text>`
}
