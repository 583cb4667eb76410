import { type LatticePicture, LONGEST_NAME, MOST_NAMES } from './picture.ts'

/** Four sides: of a box in m, or room around it in px. */
export interface Margins {
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
}

export const clamp = (value: number, low: number, high: number) => Math.min(high, Math.max(low, value))

/** Length of an input's arrow where bonds have this length; all px. */
export function arrowSize(bond: number): number {
  return clamp(0.42 * bond, 18, 44)
}

/** Whether names are drawn. */
export function namesIn({ x, names }: LatticePicture): boolean {
  return names !== undefined && x.length <= MOST_NAMES
}

/**
 * Room that the marks of nodes near an edge need beyond it, px. `x` and `y` are places in m, `box` bounds them, and
 * `scale`, px per m, may be too small, not too large: nodes then count as nearer to the edge than they are.
 */
export function marginsFor(
  picture: LatticePicture,
  x: readonly number[],
  y: readonly number[],
  box: Margins,
  scale: number,
  arrow: number,
): Margins {
  const need = { left: 14, right: 14, top: 12, bottom: 12 }
  const ask = (node: number, room: Partial<Margins>) => {
    const distance = {
      left: x[node] - box.left,
      right: box.right - x[node],
      top: box.top - y[node],
      bottom: y[node] - box.bottom,
    }
    for (const side of ['left', 'right', 'top', 'bottom'] as const)
      need[side] = Math.max(need[side], (room[side] ?? 0) - distance[side] * scale)
  }
  if (namesIn(picture)) {
    x.forEach((_, node) => {
      const width = 24 + 7 * Math.min(LONGEST_NAME, picture.names?.[node]?.length ?? 0)
      ask(node, { left: width, right: width, top: 26, bottom: 26 })
    })
  }
  for (const node of picture.pins) ask(node, { left: 20, right: 20, top: 20, bottom: 20 })
  for (const { node } of picture.outputs ?? []) ask(node, { left: 18, right: 18, top: 18, bottom: 18 })
  for (const { node, axis, load } of picture.inputs ?? []) {
    const back = load !== undefined && load < 0
    const side = axis === 'x' ? (back ? 'left' : 'right') : back ? 'bottom' : 'top'
    ask(node, { [side]: arrow + 8 + (load === undefined ? 0 : axis === 'x' ? 16 : 20) })
  }
  return need
}
