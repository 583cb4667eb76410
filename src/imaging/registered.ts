import { InsituError } from '../errors.ts'
import type { Plane } from '../optics/plane.ts'
import type { ImageModel } from './model.ts'

/** How a frame of patterns lies on the plane that the model knows, about its middle: x to the right, y downwards. */
export interface Registration {
  /** m. */
  readonly shiftX: number
  /** m. */
  readonly shiftY: number
  /** From x towards y, rad. */
  readonly rotation: number
  /** 1 for a frame of the nominal size. */
  readonly magnification: number
}

/** A frame that lies where it should. */
export const REGISTERED: Registration = { shiftX: 0, shiftY: 0, rotation: 0, magnification: 1 }

export interface RegisteredOptions {
  /** Grid of the model's intensity. */
  readonly plane: Plane
  /** Pixels of a side of a frame, which nominally fills the plane. */
  readonly pixels: number
  readonly registration: Registration
  /** What the intensity goes through before the frame, in place: the spread of carriers, say. It must be its own transpose. */
  readonly spread?: (intensity: Float64Array) => void
}

/**
 * A model whose intensity is seen by the pixels of a frame that lies shifted, turned or magnified: each pixel of the frame takes the
 * mean of the intensity, straight between the samples of the plane, over as many points as the plane has samples in a pixel. Its image
 * stays where it is, in pixels of the frame's nominal place.
 *
 * Throws `CONFIG` where the frame's pixels do not fill the plane.
 */
export function registered(model: ImageModel, options: RegisteredOptions): ImageModel {
  const { plane, pixels, registration, spread } = options
  const fineness = plane.rows / pixels
  if (plane.rows !== plane.columns || !Number.isInteger(fineness) || fineness < 1)
    throw new InsituError('CONFIG', `a frame of ${pixels} pixels a side does not fill ${plane.rows} x ${plane.columns}`)
  if (model.rows !== plane.rows || model.columns !== plane.columns)
    throw new InsituError(
      'SHAPE',
      `a model of ${model.rows} x ${model.columns} was to be registered on ${plane.rows} x ${plane.columns}`,
    )
  const { cells, shares } = samples(plane, pixels, registration)
  const count = plane.rows * plane.columns
  const [image, intensity] = [new Float64Array(count), new Float64Array(count)]
  const pixelOf = Uint32Array.from({ length: count }, (_, at) => {
    const [row, column] = [Math.floor(at / plane.columns), at % plane.columns]
    return Math.floor(row / fineness) * pixels + Math.floor(column / fineness)
  })
  const each = shares.length / (pixels * pixels)
  return {
    rows: pixels,
    columns: pixels,
    forward(coarse, into) {
      for (let at = 0; at < count; at++) image[at] = coarse[pixelOf[at]]
      model.forward(image, intensity)
      spread?.(intensity)
      for (let p = 0, at = 0; p < into.length; p++) {
        let sum = 0
        for (let k = 0; k < each; k++, at++) sum += shares[at] * intensity[cells[at]]
        into[p] = sum
      }
    },
    backward(cotangent, slopes) {
      intensity.fill(0)
      for (let p = 0, at = 0; p < cotangent.length; p++)
        for (let k = 0; k < each; k++, at++) intensity[cells[at]] += shares[at] * cotangent[p]
      spread?.(intensity)
      model.backward(intensity, image)
      slopes.fill(0)
      for (let at = 0; at < count; at++) slopes[pixelOf[at]] += image[at]
    },
  }
}

/** Which samples of the plane a pixel of the frame takes, and what part of each; what lies beside the plane is dark. */
function samples({ rows, columns, pitch }: Plane, pixels: number, registration: Registration) {
  const { shiftX, shiftY, rotation, magnification } = registration
  const points = rows / pixels
  const each = 4 * points * points
  const cells = new Uint32Array(pixels * pixels * each)
  const shares = new Float64Array(cells.length)
  const [c, s] = [magnification * Math.cos(rotation), magnification * Math.sin(rotation)]
  for (let p = 0, at = 0; p < pixels * pixels; p++)
    for (let k = 0; k < points * points; k++) {
      // In samples from the middle of the frame.
      const u = (p % pixels) * points + (k % points) + 0.5 - columns / 2
      const v = Math.floor(p / pixels) * points + Math.floor(k / points) + 0.5 - rows / 2
      const x = c * u - s * v + shiftX / pitch + columns / 2 - 0.5
      const y = s * u + c * v + shiftY / pitch + rows / 2 - 0.5
      const [left, top] = [Math.floor(x), Math.floor(y)]
      for (let corner = 0; corner < 4; corner++, at++) {
        const [column, row] = [left + (corner & 1), top + (corner >> 1)]
        if (column < 0 || column >= columns || row < 0 || row >= rows) continue
        cells[at] = row * columns + column
        shares[at] = ((1 - Math.abs(x - column)) * (1 - Math.abs(y - row))) / (points * points)
      }
    }
  return { cells, shares }
}
