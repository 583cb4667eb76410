import { InsituError } from '../errors.ts'
import type { ImageModel } from '../imaging/model.ts'

/** How a mask reads a scene, near the scene that is believed: reading = offset + row(mask) . scene + noise, the row linear in the mask but for a constant. */
export interface SensorModel {
  readonly name: string
  /** Pixels of a mask, and of the scene. */
  readonly pixels: number
  /** Writes the slopes of the reading by the scene's pixels. */
  row(mask: Float64Array, into: Float64Array): void
  /** Writes the slopes of sum(cotangent * row(mask)) by the mask's pixels. */
  adjoint(cotangent: Float64Array, into: Float64Array): void
  /** Variance of a reading. */
  readonly noise: number
}

export interface DirectSensor {
  readonly pixels: number
  /** Variance of a reading. */
  readonly noise: number
  /** What a pixel of the mask at 0 lets through, 0 to 1; default 0: a modulator of full depth. */
  readonly leak?: number
}

/** The scene is the intensity that the masks meet: row = leak + (1 - leak) mask. */
export function directSensor({ pixels, noise, leak = 0 }: DirectSensor): SensorModel {
  if (!(noise >= 0) || !(leak >= 0 && leak < 1))
    throw new InsituError(
      'CONFIG',
      `sensor: wanted noise from 0 and a leak from 0 to below 1, got ${noise} and ${leak}`,
    )
  return {
    name: 'intensity',
    pixels,
    noise,
    row(mask, into) {
      for (let p = 0; p < pixels; p++) into[p] = leak + (1 - leak) * mask[p]
    },
    adjoint(cotangent, into) {
      for (let p = 0; p < pixels; p++) into[p] = (1 - leak) * cotangent[p]
    },
  }
}

/** A model taken as straight at one image: its slopes, and what it gives there. */
export interface Tangent {
  /** Intensity that the masks meet at the image. */
  readonly intensity: Float64Array
  /** d intensity p / d image q at p x pixels + q. */
  readonly slopes: Float64Array
}

/** The slopes of a model at an image, by one `backward` per pixel. */
export function tangent(model: ImageModel, image: Float64Array): Tangent {
  const pixels = model.rows * model.columns
  const intensity = new Float64Array(pixels)
  const slopes = new Float64Array(pixels * pixels)
  const one = new Float64Array(pixels)
  model.forward(image, intensity)
  for (let p = 0; p < pixels; p++) {
    one.fill(0)
    one[p] = 1
    model.backward(one, slopes.subarray(p * pixels, (p + 1) * pixels))
  }
  return { intensity, slopes }
}

/**
 * A wave lies between scene and masks: what is read is the mask times |wave|^2, taken as straight near the image that is believed (the
 * extended Kalman filter). The reading to be expected is (leak + (1 - leak) mask) . intensity, and its slopes are the row.
 */
export function tangentSensor({ slopes }: Tangent, { pixels, noise, leak = 0 }: DirectSensor): SensorModel {
  const direct = directSensor({ pixels, noise, leak })
  const through = new Float64Array(pixels)
  return {
    name: 'wave, near what is believed',
    pixels,
    noise,
    row(mask, into) {
      direct.row(mask, through)
      into.fill(0)
      for (let p = 0, at = 0; p < pixels; p++) {
        const weight = through[p]
        for (let q = 0; q < pixels; q++, at++) into[q] += weight * slopes[at]
      }
    },
    adjoint(cotangent, into) {
      for (let p = 0, at = 0; p < pixels; p++) {
        let sum = 0
        for (let q = 0; q < pixels; q++, at++) sum += slopes[at] * cotangent[q]
        through[p] = sum
      }
      direct.adjoint(through, into)
    },
  }
}
