import type { Coupling } from './coupling.ts'
import type { LocalModel } from './local-model.ts'
import type { Recording } from './traces.ts'
import type { Windows } from './weak.ts'

/** Samples that the mean over time rests on, about. */
const SAMPLES = 300

/** What was fitted, as far as noise runs through it. */
export interface Fitted {
  readonly model: LocalModel
  readonly parameters: Float64Array
  readonly coupling: Coupling
  /** Row by row, 0 where there is no link; what is no number counts as 0. */
  readonly weights: Float64Array
}

/**
 * Mean square that white noise alone leaves of slope minus model in every component: that of the slopes, and that of the model's
 * columns times what multiplies them, to first order.
 */
export function expectedSquares(
  given: Recording,
  { phi, slope }: Windows,
  noise: Float64Array,
  { model, parameters, coupling, weights }: Fitted,
): Float64Array {
  const { nodes, dimensions, stretches, samples } = given
  const row = nodes * dimensions
  const every = Math.max(1, Math.floor(samples / SAMPLES))
  const byState = new Float64Array(dimensions * dimensions)
  const byParameter = new Float64Array(dimensions * model.size)
  const [own, other] = [new Float64Array(dimensions), new Float64Array(dimensions)]
  const through = new Float64Array(dimensions)
  let count = 0
  for (const data of stretches) {
    for (let t = 0; t * row < data.length; t += every) {
      for (let i = 0; i < nodes; i++) {
        const at = t * row + i * dimensions
        model.slopes(parameters, data, at, byState, byParameter)
        for (let j = 0; j < nodes; j++) {
          const w = weights[i * nodes + j]
          if (!(Math.abs(w) > 0)) continue
          coupling.slopes(data, at, t * row + j * dimensions, own, other)
          for (let e = 0; e < dimensions; e++) {
            byState[coupling.into * dimensions + e] += w * own[e]
            through[coupling.into] += (w * other[e] * noise[e]) ** 2
          }
        }
        for (let d = 0; d < dimensions; d++) {
          for (let e = 0; e < dimensions; e++) through[d] += (byState[d * dimensions + e] * noise[e]) ** 2
        }
        count++
      }
    }
  }
  const squares = (weights: Float64Array) => weights.reduce((sum, value) => sum + value * value, 0)
  const [plain, sloped] = [squares(phi), squares(slope)]
  return through.map((sum, d) => sloped * noise[d] * noise[d] + (plain * sum) / count)
}
