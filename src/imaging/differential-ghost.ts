import { checkMeasurement } from './check.ts'
import type { Measurement, Reconstruction } from './measurement.ts'

/**
 * Differential ghost imaging: <S P> - <S> / <R> <R P>, S what the detector gave, R the sum of a frame, P the frame, means over
 * all frames (Ferri et al., Physical Review Letters 104, 253603, 2010). It is in proportion to an intensity on the plane of the
 * patterns, without its mean.
 *
 * Patterns that also take light away stand for frames and their opposites. For complete pairs the sum above comes down to
 * <v P> - m <r P>, v the values, r the sums of the patterns, m the light per pixel; for Hadamard patterns that is the zero-filled
 * inverse without its mean, up to scale.
 */
export function differentialGhost(measurement: Measurement): Reconstruction {
  checkMeasurement('differential ghost imaging', measurement)
  const { patterns, values } = measurement
  const { rows, columns, count, min } = patterns
  const image = new Float64Array(rows * columns)
  const sums = new Float64Array(count)
  patterns.project(image.fill(1), sums)
  let [share, squares, total, sum] = [0, 0, 0, 0]
  for (let k = 0; k < count; k++) {
    share += values[k] * sums[k]
    squares += sums[k] * sums[k]
    total += values[k]
    sum += sums[k]
  }
  // Light per pixel: with opposites only patterns that are no balance of both tell it.
  const light = min < 0 ? (squares > 0 ? share / squares : 0) : total / sum
  const rest = values.map((value, k) => (value - light * sums[k]) / count)
  patterns.back(rest, image)
  return { image, iterations: 1, stopped: 'settled' }
}
