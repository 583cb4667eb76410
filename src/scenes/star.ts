import { InsituError } from '../errors.ts'
import { checkSize, type Scene } from './scene.ts'

export interface StarOptions {
  readonly side: number
  /** Open sectors; default 8. */
  readonly spokes?: number
  /** m; default 28 / 64 of the side. */
  readonly radius?: number
}

/** A Siemens star: open where sin(spokes x angle) > 0 within the radius, so that its details get finer towards the middle. */
export function siemensStar({ side, spokes = 8, radius = (28 / 64) * side }: StarOptions): Scene {
  checkSize('star', 'side', side)
  checkSize('star', 'radius', radius)
  if (!Number.isInteger(spokes) || spokes < 1)
    throw new InsituError('CONFIG', `scene star: spokes must be a whole number from 1, got ${spokes}`)
  return {
    name: spokes === 8 ? 'star' : `star:${spokes}`,
    side,
    transmission: (x, y) => (Math.hypot(x, y) < radius && Math.sin(spokes * Math.atan2(y, x)) > 0 ? 1 : 0),
  }
}
