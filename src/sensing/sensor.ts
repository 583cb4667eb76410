import { InsituError } from '../errors.ts'
import type { ImageModel } from '../imaging/model.ts'

/** How a mask reads a scene, near the scene that is believed: reading = constant + row(mask) . scene + noise. */
export interface SensorModel {
  readonly name: string
  /** Pixels of a mask, and of the scene. */
  readonly pixels: number
  /** Writes the slopes of the reading by the scene's pixels; they are linear in the mask, but for a constant. */
  row(mask: Float64Array, into: Float64Array): void
  /** The reading to be expected of the scene that is believed. */
  expected(mask: Float64Array): number
  /** Variance of the reading about that. */
  noise(mask: Float64Array): number
  /** Writes the slopes of sum(cotangent * row(mask)) + byNoise * noise(mask) by the mask's pixels. */
  adjoint(mask: Float64Array, cotangent: Float64Array, byNoise: number, into: Float64Array): void
}

export interface SensorOptions {
  /** Standard deviation of a reading, whatever it is. */
  readonly noise: number
  /** Standard deviation that grows with the reading, as a part of it: what a source does that is not steady; default 0. */
  readonly relativeNoise?: number
  /** What a pixel of the mask at 0 lets through, 0 to 1; default 0: a modulator of full depth. */
  readonly leak?: number
}

/** The scene is the intensity that the masks meet: row = leak + (1 - leak) mask. Throws `CONFIG`. */
export function directSensor(believed: Float64Array, options: SensorOptions): SensorModel {
  return sensor('intensity', believed, undefined, options)
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
 * extended Kalman filter). It is to be made anew when the belief has moved. Throws `CONFIG`.
 */
export function tangentSensor({ intensity, slopes }: Tangent, options: SensorOptions): SensorModel {
  return sensor('wave, near what is believed', intensity, slopes, options)
}

function sensor(
  name: string,
  intensity: Float64Array,
  slopes: Float64Array | undefined,
  { noise, relativeNoise = 0, leak = 0 }: SensorOptions,
): SensorModel {
  if (!(noise >= 0) || !(relativeNoise >= 0) || !(leak >= 0 && leak < 1))
    throw new InsituError(
      'CONFIG',
      `sensor: wanted noise from 0, relative noise from 0 and a leak from 0 to below 1, got ${noise}, ${relativeNoise} and ${leak}`,
    )
  const pixels = intensity.length
  const expected = (mask: Float64Array) => {
    let sum = 0
    for (let p = 0; p < pixels; p++) sum += (leak + (1 - leak) * mask[p]) * intensity[p]
    return sum
  }
  return {
    name,
    pixels,
    expected,
    noise: (mask) => noise ** 2 + (relativeNoise === 0 ? 0 : (relativeNoise * expected(mask)) ** 2),
    row(mask, into) {
      if (slopes === undefined) {
        for (let p = 0; p < pixels; p++) into[p] = leak + (1 - leak) * mask[p]
        return
      }
      into.fill(0)
      for (let p = 0, at = 0; p < pixels; p++) {
        const weight = leak + (1 - leak) * mask[p]
        for (let q = 0; q < pixels; q++, at++) into[q] += weight * slopes[at]
      }
    },
    adjoint(mask, cotangent, byNoise, into) {
      // d noise / d mask = 2 relativeNoise^2 expected d expected / d mask.
      const grows = relativeNoise === 0 ? 0 : 2 * byNoise * relativeNoise ** 2 * expected(mask)
      for (let p = 0, at = 0; p < pixels; p++) {
        let sum = grows * intensity[p]
        if (slopes === undefined) sum += cotangent[p]
        else for (let q = 0; q < pixels; q++, at++) sum += slopes[at] * cotangent[q]
        into[p] = (1 - leak) * sum
      }
    },
  }
}
