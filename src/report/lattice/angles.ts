import type { Fit } from './fit.ts'
import type { LatticePicture } from './picture.ts'

/** A full turn, radians. Directions are anticlockwise from x. */
export const FULL = 2 * Math.PI

/** Directions in which bonds leave each node. */
export function bondAngles({ x, bonds }: LatticePicture, fit: Fit): number[][] {
  const angles: number[][] = x.map(() => [])
  for (let at = 0; at < bonds.length; at += 2) {
    const [a, b] = [bonds[at], bonds[at + 1]]
    const angle = Math.atan2(fit.y[a] - fit.y[b], fit.x[b] - fit.x[a])
    angles[a].push(angle)
    angles[b].push(angle + FULL / 2)
  }
  return angles
}

/** Angle between two directions, 0 to half a turn. */
export function apart(a: number, b: number): number {
  const turn = (((a - b) % FULL) + FULL) % FULL
  return Math.min(turn, FULL - turn)
}

/** The widest gap between directions; among equals the one nearest to lower right, where eyes look for a name. */
export function widestGap(angles: readonly number[]): { readonly gap: number; readonly middle: number } {
  if (angles.length === 0) return { gap: FULL, middle: -FULL / 8 }
  const sorted = angles.map((angle) => ((angle % FULL) + FULL) % FULL).sort((a, b) => a - b)
  const gaps = sorted.map((from, at) => {
    const gap = at + 1 < sorted.length ? sorted[at + 1] - from : sorted[0] + FULL - from
    return { gap, middle: from + gap / 2 }
  })
  const widest = Math.max(...gaps.map(({ gap }) => gap))
  const best = gaps.filter(({ gap }) => gap > widest - 0.1)
  return best.reduce((a, b) => (apart(b.middle, -FULL / 10) < apart(a.middle, -FULL / 10) - 1e-6 ? b : a))
}
