import { escapeText } from '../html.ts'
import { widestGap } from './angles.ts'
import type { Fit } from './fit.ts'
import type { Ink } from './ink.ts'
import { px } from './numbers.ts'
import { type LatticePicture, LONGEST_NAME } from './picture.ts'

/** Names where a node's bonds leave most room; in a narrow gap further out, where they clear the bonds. */
export function names(
  picture: LatticePicture,
  taken: readonly number[][],
  fit: Fit,
  sizes: { readonly dot: number; readonly ring: number },
  ink: Ink,
): string {
  const { dot, ring: around } = sizes
  const rings = new Set(picture.outputs?.map(({ node }) => node))
  return picture.x
    .map((_, node) => {
      const name = shortened(picture.names?.[node] ?? '')
      const { gap, middle } = widestGap(taken[node])
      const clearance = (9 + 0.04 * fit.bond) / Math.sin(Math.min(gap, Math.PI) / 2)
      const away = Math.max((rings.has(node) ? 1.3 * around : dot) + 10, Math.min(clearance, 0.45 * fit.bond))
      const beside = 3.4 * (name.length - 1) * Math.cos(middle)
      return text(
        name,
        fit.x[node] + away * Math.cos(middle) + beside,
        fit.y[node] - away * Math.sin(middle),
        'ink',
        ink,
      )
    })
    .join('')
}

/** A name as it is drawn. */
function shortened(name: string): string {
  return name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME - 1)}…` : name
}

/** Words with a pale edge that keeps them apart from what lies behind. */
export function text(content: string, x: number, y: number, color: 'ink' | 'port', ink: Ink): string {
  const edge = `stroke-width="3.5" stroke-linejoin="round" paint-order="stroke"`
  return `<text x="${px(x)}" y="${px(y + 4.3)}" text-anchor="middle" font-size="12" ${edge}${ink({ stroke: 'card', fill: color })}>${escapeText(content)}</text>`
}
