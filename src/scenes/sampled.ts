import { InsituError } from '../errors.ts'
import { checkPlane, type Plane } from '../optics/plane.ts'
import type { Box, Scene } from './scene.ts'

export interface SampleOptions {
  /** How far the object stands from the middle of the plane, m, to the right and down; default none. */
  readonly shift?: { readonly x: number; readonly y: number }
  /** Points a side at which a pixel is looked at where the mean over it is not known exactly; default 16. */
  readonly points?: number
}

/** What a plane sees of a scene: the mean transmission over every pixel, rows x columns numbers. */
export function sampled(scene: Scene, plane: Plane, options: SampleOptions = {}): Float64Array {
  const { shift = { x: 0, y: 0 }, points = 16 } = options
  const { rows, columns, pitch } = plane
  checkPlane(`scene ${scene.name}`, plane)
  if (!Number.isInteger(points) || points < 1)
    throw new InsituError('CONFIG', `scene ${scene.name}: points must be a whole number from 1, got ${points}`)
  const mean = scene.mean?.bind(scene) ?? ((box: Box) => looked(scene, box, points))
  const into = new Float64Array(rows * columns)
  for (let r = 0, at = 0; r < rows; r++) {
    const top = (r - rows / 2) * pitch - shift.y
    for (let c = 0; c < columns; c++, at++) {
      const left = (c - columns / 2) * pitch - shift.x
      // The sum over the parts of a pixel can end above 1 by a rounding.
      into[at] = Math.min(1, mean({ left, right: left + pitch, top, bottom: top + pitch }))
    }
  }
  return into
}

/** The mean over the middles of points x points equal parts. */
function looked(scene: Scene, { left, right, top, bottom }: Box, points: number): number {
  const [dx, dy] = [(right - left) / points, (bottom - top) / points]
  let sum = 0
  for (let j = 0; j < points; j++)
    for (let i = 0; i < points; i++) sum += scene.transmission(left + (i + 0.5) * dx, top + (j + 0.5) * dy)
  return sum / (points * points)
}
