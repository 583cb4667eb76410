import type { Box, Scene } from './scene.ts'

/** An opaque screen with rectangular openings, which may overlap: its mean over a box is exact. */
export function rectangles(name: string, side: number, openings: readonly Box[]): Scene {
  const parts = apart(openings)
  return {
    name,
    side,
    transmission: (x, y) =>
      parts.some(({ left, right, top, bottom }) => x >= left && x < right && y >= top && y < bottom) ? 1 : 0,
    mean(box) {
      let area = 0
      for (const part of parts) area += overlap(part, box)
      return area / ((box.right - box.left) * (box.bottom - box.top))
    },
  }
}

function overlap(a: Box, b: Box): number {
  const width = Math.min(a.right, b.right) - Math.max(a.left, b.left)
  const height = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top)
  return width > 0 && height > 0 ? width * height : 0
}

/** The same openings in pieces that do not overlap: in every row between two edges, the stretches that are open. */
function apart(openings: readonly Box[]): readonly Box[] {
  const edges = [...new Set(openings.flatMap(({ top, bottom }) => [top, bottom]))].sort((a, b) => a - b)
  return edges.slice(1).flatMap((bottom, n) => {
    const top = edges[n]
    const across = openings
      .filter((box) => box.top <= top && box.bottom >= bottom && box.right > box.left)
      .sort((a, b) => a.left - b.left)
    const open: { left: number; right: number }[] = []
    for (const { left, right } of across) {
      const last = open.at(-1)
      if (last !== undefined && left <= last.right) last.right = Math.max(last.right, right)
      else open.push({ left, right })
    }
    return open.map((stretch) => ({ ...stretch, top, bottom }))
  })
}
