import type { Ink } from '../lattice/ink.ts'
import { px } from '../lattice/numbers.ts'
import { LETTER, label } from './drawing.ts'
import type { WaveTrace } from './trace.ts'

/** A ring around what gets the error, with an edge that shows on any colour. */
export function ring(x: number, y: number, radius: number, ink: Ink): string {
  const circle = (width: number, color: 'card' | 'port') =>
    `<circle cx="${px(x)}" cy="${px(y)}" r="${px(radius)}" fill="none" stroke-width="${width}"${ink({ stroke: color })}/>`
  return circle(4, 'card') + circle(2, 'port')
}

/** A wedge whose tip is at a place: something comes in here. */
export function wedge(x: number, y: number, size: number, ink: Ink): string {
  return `<path d="M${px(x)} ${px(y)}l${px(-1.5 * size)} ${px(size)}v${px(-2 * size)}Z" stroke-width="1.5" paint-order="stroke"${ink({ stroke: 'card', fill: 'port' })}/>`
}

/** One mark of a legend: how it is drawn around the middle of 20 px, and its words. */
export interface Mark {
  readonly words: string
  draw(x: number, y: number): string
}

/** Marks and words from the left, in as many lines as they need; y is the middle of the first. */
export function marksRow(
  marks: readonly Mark[],
  box: { readonly x: number; readonly y: number; readonly width: number },
  ink: Ink,
): { readonly svg: string; readonly height: number } {
  let [x, y] = [box.x, box.y]
  let svg = ''
  for (const { words, draw } of marks) {
    const length = 26 + LETTER * words.length
    if (x > box.x && x + length > box.x + box.width) [x, y] = [box.x, y + 20]
    svg += draw(x + 10, y) + label(words, x + 26, y + 4, 'start', 'pale', ink)
    x += length + 16
  }
  return { svg, height: marks.length === 0 ? 0 : y - box.y + 20 }
}

/** The marks that a picture of a trace uses. */
export function legendMarks({ driven, injected, echo }: WaveTrace, ink: Ink): Mark[] {
  return [
    ...(driven?.length ? [{ words: 'driven', draw: (x: number, y: number) => wedge(x + 4, y, 5, ink) }] : []),
    ...(echo !== undefined && injected?.length
      ? [{ words: 'error injected', draw: (x: number, y: number) => ring(x, y, 5, ink) }]
      : []),
  ]
}
