import type { Ink } from '../lattice/ink.ts'
import { px, written } from '../lattice/numbers.ts'
import { STEPS, stepOf, toneOf } from './colours.ts'
import { label } from './drawing.ts'
import type { Reach } from './reach.ts'

/** Height of a bar with its words. */
export const BAR_HEIGHT = 44
/** Pieces of a bar; more cannot be told apart. */
const PIECES = 51

export interface BarOptions {
  readonly title: string
  /** Values cannot be negative: only the upper half of the scale is in use. */
  readonly positive: boolean
}

/** The scale as a bar with its name above and its ends below, from a top left corner. */
export function colorBar(
  { reach, beyond }: Reach,
  { title, positive }: BarOptions,
  [x, y]: readonly [number, number],
  width: number,
  ink: Ink,
): string {
  const head = label(title, x, y + 10, 'start', 'ink', ink)
  if (reach === 0) return head + label('0 everywhere', x, y + 28, 'start', 'pale', ink)
  const low = positive ? stepOf(0, reach) : 0
  const each = width / PIECES
  const pieces = Array.from({ length: PIECES }, (_, n) => {
    const step = low + Math.round((n / (PIECES - 1)) * (STEPS - 1 - low))
    // A little overlap hides the seams that smoothing of edges would leave.
    return `<rect x="${px(x + n * each)}" y="${px(y + 16)}" width="${px(each + (n + 1 < PIECES ? 0.6 : 0))}" height="9"${ink({ fill: toneOf(step) })}/>`
  })
  const top = `${beyond ? '≥ ' : ''}${written(reach, 2)}`
  const ticks = positive
    ? [label('0', x, y + 38, 'start', 'pale', ink), label(top, x + width, y + 38, 'end', 'pale', ink)]
    : [
        label(`${beyond ? '≤ ' : ''}${written(-reach, 2)}`, x, y + 38, 'start', 'pale', ink),
        label('0', x + width / 2, y + 38, 'middle', 'pale', ink),
        label(top, x + width, y + 38, 'end', 'pale', ink),
      ]
  return head + pieces.join('') + ticks.join('')
}
