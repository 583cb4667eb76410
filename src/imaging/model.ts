import type { Propagator } from '../optics/angular-spectrum.ts'
import { emptyField } from '../optics/plane.ts'

/** What an image becomes before it meets the patterns: a model to differentiate. */
export interface ImageModel {
  readonly rows: number
  readonly columns: number
  /** Writes the intensity that the patterns meet, rows x columns numbers, for the transmission of an object. */
  forward(image: Float64Array, intensity: Float64Array): void
  /** Writes the slopes of sum(cotangent * intensity) by the image of the last `forward`. */
  backward(cotangent: Float64Array, slopes: Float64Array): void
}

/** No wave between object and patterns: what is seen is the image itself. */
export function directModel(rows: number, columns: number): ImageModel {
  return {
    rows,
    columns,
    forward: (image, intensity) => intensity.set(image),
    backward: (cotangent, slopes) => slopes.set(cotangent),
  }
}

/** A wave between object and patterns: |propagated image|^2, the image being a real transmission of the amplitude. */
export function waveModel(propagator: Propagator): ImageModel {
  const { rows, columns } = propagator.plane
  const [source, field] = [emptyField(propagator.plane), emptyField(propagator.plane)]
  return {
    rows,
    columns,
    forward(image, intensity) {
      source.re.set(image)
      source.im.fill(0)
      propagator.forward(source, field)
      for (let p = 0; p < intensity.length; p++) intensity[p] = field.re[p] ** 2 + field.im[p] ** 2
    },
    backward(cotangent, slopes) {
      for (let p = 0; p < cotangent.length; p++) {
        source.re[p] = cotangent[p] * field.re[p]
        source.im[p] = cotangent[p] * field.im[p]
      }
      propagator.adjoint(source, source)
      for (let p = 0; p < slopes.length; p++) slopes[p] = 2 * source.re[p]
    },
  }
}
