import type { Measurement } from '../measurement.ts'
import type { ImageModel } from '../model.ts'

/** How far an image is from the measured values. */
export interface Misfit {
  /** Mean of (scale * predicted - value)^2 over the variance of the values; `slopes` takes its slopes by the image. */
  of(image: Float64Array, slopes: Float64Array): number
  /** The misfit at which the residual is as large as the noise; undefined where the noise is not known. */
  readonly noise: number | undefined
}

/** The misfit of values predicted through a model, at the scale that fits them best: a detector's gain is not known. */
export function misfit({ patterns, values, sigma }: Measurement, model: ImageModel): Misfit {
  const count = patterns.count
  const [predicted, residual] = [new Float64Array(count), new Float64Array(count)]
  const [intensity, cotangent] = [0, 0].map(() => new Float64Array(model.rows * model.columns))
  const mean = values.reduce((sum, value) => sum + value, 0) / count
  // A single pattern has no variance: its square then.
  const spread = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / count || mean * mean || 1
  return {
    noise: sigma === undefined ? undefined : (sigma * sigma) / spread,
    of(image, slopes) {
      model.forward(image, intensity)
      patterns.project(intensity, predicted)
      let [product, squares] = [0, 0]
      for (let n = 0; n < count; n++) {
        product += predicted[n] * values[n]
        squares += predicted[n] * predicted[n]
      }
      const scale = squares > 0 ? product / squares : 0
      let sum = 0
      // The misfit is least in the scale, so its slopes do not pass through the scale.
      const gain = (2 * scale) / (count * spread)
      for (let n = 0; n < count; n++) {
        const off = scale * predicted[n] - values[n]
        sum += off * off
        residual[n] = gain * off
      }
      patterns.back(residual, cotangent)
      model.backward(cotangent, slopes)
      return sum / (count * spread)
    },
  }
}
