import { type Arrow, emptyArrow } from './arrow.ts'
import type { Coupling } from './coupling.ts'
import { senderOf } from './features.ts'
import type { Library } from './library.ts'
import { mirror } from './normal.ts'
import type { Recording } from './traces.ts'
import type { Windows } from './weak.ts'

/** Samples that the mean over time rests on, about. */
const SAMPLES = 600

/**
 * What white noise of the given deviations adds to the normal equations on average: the columns are measured with errors, whose
 * squares do not average out and pull the answer towards 0.
 *
 * To first order in the noise; its products with the noise of the slopes vanish, since phi phi' is odd. Subtracted from the normal
 * equations it leaves the answer unbiased to that order (corrected least squares, Fuller, Measurement Error Models, 1987).
 */
export function noiseEquations(
  given: Recording,
  windows: Windows,
  library: Library,
  coupling: Coupling | undefined,
  noise: Float64Array,
): Arrow {
  const { nodes, dimensions, stretches } = given
  const terms = library.names.length
  const others = coupling === undefined ? 0 : nodes - 1
  const arrow = emptyArrow(terms, others, nodes)
  const row = nodes * dimensions
  const every = Math.max(1, Math.floor(given.samples / SAMPLES))
  const byLocal = new Float64Array(terms * dimensions)
  const byOwn = Array.from({ length: others }, () => new Float64Array(dimensions))
  const byOther = new Float64Array(dimensions)
  stretches.forEach((data, stretch) => {
    const samples = data.length / row
    const weights = thinned(windows.squares(stretch, samples), every)
    for (let t = Math.floor(every / 2); t < samples; t += every) {
      const weight = weights[t]
      if (weight === 0) continue
      for (let i = 0; i < nodes; i++) {
        const at = t * row + i * dimensions
        const [cross, own] = [arrow.cross[i], arrow.own[i]]
        library.slopes(data, at, byLocal)
        for (let s = 0; s < others; s++) {
          coupling?.slopes(data, at, t * row + senderOf(i, s) * dimensions, byOwn[s], byOther)
          for (let d = 0; d < dimensions; d++) own[s * others + s] += weight * (noise[d] * byOther[d]) ** 2
        }
        for (let d = 0; d < dimensions; d++) {
          const variance = weight * noise[d] * noise[d]
          if (variance === 0) continue
          for (let a = 0; a < terms; a++) {
            const slope = variance * byLocal[a * dimensions + d]
            if (slope === 0) continue
            for (let b = 0; b <= a; b++) arrow.shared[a * terms + b] += slope * byLocal[b * dimensions + d]
            for (let s = 0; s < others; s++) cross[a * others + s] += slope * byOwn[s][d]
          }
          for (let s = 0; s < others; s++) {
            const slope = variance * byOwn[s][d]
            for (let r = 0; slope !== 0 && r <= s; r++) own[s * others + r] += slope * byOwn[r][d]
          }
        }
      }
    }
  })
  mirror(arrow.shared, terms)
  for (const own of arrow.own) mirror(own, others)
  return arrow
}

/** Sums of `every` neighbours, at the middle one of each. */
function thinned(weights: Float64Array, every: number): Float64Array {
  const into = new Float64Array(weights.length)
  for (let t = 0; t < weights.length; t++) {
    const middle = Math.floor(t / every) * every + Math.floor(every / 2)
    // The last few, whose middle is not there, go to the one before.
    into[middle < weights.length ? middle : middle - every] += weights[t]
  }
  return into
}
