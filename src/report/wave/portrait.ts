import type { Ink } from '../lattice/ink.ts'
import { px, written } from '../lattice/numbers.ts'
import { type Anchor, BACK, haloed, line, OUT, withUnitOf } from './drawing.ts'
import { ring } from './marks.ts'
import { largest, rounded } from './reach.ts'
import type { Path, Way } from './ways.ts'

/** Points of a line at most. */
const POINTS = 1500

/** How the echo is dashed, so that the way out shows below it. */
export const DASH = ' stroke-dasharray="5 3"'

/** Momentum over position of one mode in a square: the way out, the jump at the mirror, the echo. */
export function portrait(
  { out, back }: Way,
  unit: string | undefined,
  [left, top]: readonly [number, number],
  size: number,
  ink: Ink,
): string {
  const reach = rounded(largest([out.q, out.p, ...(back === undefined ? [] : [back.q, back.p])])) || 1
  const x = (q: number) => left + (size / 2) * (1 + q / (1.04 * reach))
  const y = (p: number) => top + (size / 2) * (1 - p / (1.04 * reach))
  const path = ({ q, p }: Path) => {
    const every = Math.max(1, Math.ceil(q.length / POINTS))
    const points: string[] = []
    const add = (n: number) => points.push(`${px(x(q[n]))} ${px(y(p[n]))}`)
    for (let n = 0; n < q.length - 1; n += every) add(n)
    add(q.length - 1)
    return `M${points.join('L')}`
  }
  const last = out.q.length - 1
  const words = (text: string, at: number, height: number, anchor: Anchor) => haloed(text, at, height, anchor, ink)
  return [
    `<rect x="${px(left)}" y="${px(top)}" width="${px(size)}" height="${px(size)}" fill="none"${ink({ stroke: 'line' })}/>`,
    line([left, y(0)], [left + size, y(0)], 'line', ink),
    line([x(0), top], [x(0), top + size], 'line', ink),
    `<path d="${path(out)}" fill="none" stroke-width="1.6" stroke-linejoin="round"${ink({ stroke: OUT })}/>`,
    back === undefined
      ? ''
      : `<path d="${path(back)}" fill="none" stroke-width="1.6" stroke-linejoin="round"${DASH}${ink({ stroke: BACK })}/>`,
    words(withUnitOf('q', unit), left + size - 4, y(0) - 6, 'end'),
    words('p', x(0) + 6, top + 13, 'start'),
    words(written(reach, 2), left + size - 4, y(0) + 15, 'end'),
    words(written(-reach, 2), left + 4, y(0) + 15, 'start'),
    back === undefined
      ? ''
      : line([x(out.q[last]), y(out.p[last])], [x(back.q[0]), y(back.p[0])], 'port', ink, ' stroke-width="2"'),
    dot(x(out.q[0]), y(out.p[0]), ink),
    ...(back === undefined
      ? []
      : [
          square(x(back.q[back.q.length - 1]), y(back.p[back.p.length - 1]), ink),
          ring(x(out.q[last]), y(out.p[last]), 5, ink),
        ]),
  ].join('')
}

export const dot = (x: number, y: number, ink: Ink) =>
  `<circle cx="${px(x)}" cy="${px(y)}" r="4.5" stroke-width="1.5"${ink({ stroke: 'card', fill: 'ink' })}/>`

export const square = (x: number, y: number, ink: Ink) => {
  const shape = (width: number, color: 'card' | typeof BACK) =>
    `<rect x="${px(x - 5.5)}" y="${px(y - 5.5)}" width="11" height="11" fill="none" stroke-width="${width}"${ink({ stroke: color })}/>`
  return shape(4, 'card') + shape(2, BACK)
}
