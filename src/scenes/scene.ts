import { InsituError } from '../errors.ts'

/** A rectangle across the beam, in m from the centre: x to the right, y downwards. */
export interface Box {
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
}

/** An object in the beam, known at every point: its grid is chosen by whoever samples it. */
export interface Scene {
  /** For records and captions: "F", "bars:120". */
  readonly name: string
  /** Width and height of the square that it stands in, m; nothing passes outside. */
  readonly side: number
  /** Transmission of the amplitude, 0 to 1, at a point in m from the centre: x to the right, y downwards. */
  transmission(x: number, y: number): number
  /** Its exact mean over a box, where it is known. */
  mean?(box: Box): number
}

/** Throws `CONFIG` unless a size of a scene is positive. */
export function checkSize(scene: string, what: string, value: number): void {
  if (value > 0 && Number.isFinite(value)) return
  throw new InsituError('CONFIG', `scene ${scene}: ${what} must be positive, in m, got ${value}`)
}
