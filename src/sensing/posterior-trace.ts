import { InsituError } from '../errors.ts'
import { addOuter, sideOf, spreadAlong, trace } from './belief.ts'
import type { SensorModel } from './sensor.ts'

/** Total variance that some masks leave, and its slopes. */
export interface PosteriorTrace {
  /** Sum of the variances of all pixels after the last mask. */
  readonly left: number
  /** masks x pixels: its slopes by the masks, where they were asked for. */
  readonly slopes?: Float64Array
}

/**
 * The trace of the covariance that readings with `count` masks leave (count x pixels numbers), and its slopes by every mask at once by
 * the adjoint of the filter (Benhamou, Bonnabel and Chapdelaine, arXiv 2402.17569): through the update P+ = (I - K H) P,
 * H' = -2 K^T P' P+, R' = K^T P' K and P' = (I - K H)^T P'+ (I - K H), from P' = I at the end. H is one row here, so each step costs some products of
 * a matrix and a vector.
 *
 * What is read does not enter: for readings that are linear in the scene the plan can be made before the first one.
 */
export function posteriorTrace(
  covariance: Float64Array,
  sensor: SensorModel,
  masks: Float64Array,
  count: number,
  slopes?: Float64Array,
): PosteriorTrace {
  const size = sideOf(covariance)
  if (size !== sensor.pixels || masks.length !== count * size || (slopes && slopes.length !== masks.length))
    throw new InsituError(
      'SHAPE',
      `posterior trace: ${masks.length} numbers for ${count} masks of ${sensor.pixels} pixels and a scene of ${size}`,
    )
  const now = covariance.slice()
  const [rows, gains] = [new Float64Array(count * size), new Float64Array(count * size)]
  const variances = new Float64Array(count)
  for (let k = 0; k < count; k++) {
    const row = rows.subarray(k * size, (k + 1) * size)
    const g = gains.subarray(k * size, (k + 1) * size)
    const mask = masks.subarray(k * size, (k + 1) * size)
    sensor.row(mask, row)
    variances[k] = spreadAlong(now, row, g) + sensor.noise(mask)
    if (variances[k] > 0) addOuter(now, g, -1 / variances[k])
  }
  const left = trace(now)
  if (slopes === undefined) return { left }
  const back = new Float64Array(size * size)
  for (let p = 0; p < size; p++) back[p * (size + 1)] = 1
  const [weighed, cotangent] = [new Float64Array(size), new Float64Array(size)]
  for (let k = count - 1; k >= 0; k--) {
    const into = slopes.subarray(k * size, (k + 1) * size)
    if (!(variances[k] > 0)) {
      into.fill(0)
      continue
    }
    const row = rows.subarray(k * size, (k + 1) * size)
    const g = gains.subarray(k * size, (k + 1) * size)
    const gain = g.map((value) => value / variances[k])
    // weighed = P' K, and H' = -2 P+ P' K.
    const along = spreadAlong(back, gain, weighed)
    spreadAlong(now, weighed, cotangent)
    for (let p = 0; p < size; p++) cotangent[p] *= -2
    // The slope by the variance of the noise: R' = K^T P' K.
    sensor.adjoint(masks.subarray(k * size, (k + 1) * size), cotangent, along, into)
    if (k === 0) break
    // The step is undone, so that no covariance on the way has to be kept.
    const undo = 1 / variances[k]
    for (let p = 0, at = 0; p < size; p++) {
      const [a, b, c] = [along * row[p] - weighed[p], row[p], undo * g[p]]
      for (let q = 0; q < size; q++, at++) {
        now[at] += c * g[q]
        back[at] += a * row[q] - b * weighed[q]
      }
    }
  }
  return { left, slopes }
}
