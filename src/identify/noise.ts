import type { Recording } from './traces.ts'

/** Order of the differences: high enough that a motion of a few dozen samples a turn leaves next to nothing in them. */
const ORDER = 6

/**
 * Standard deviation of the noise of each component, from differences of order 6 over all nodes.
 *
 * White noise of variance s^2 gives them the variance s^2 (2n choose n); a smooth motion vanishes with the sixth power of its
 * frequency. On traces without noise what is left of the motion is returned, which is small.
 */
export function noiseOf({ stretches, nodes, dimensions }: Recording): Float64Array {
  const signs = alternating(ORDER)
  const gain = signs.reduce((sum, c) => sum + c * c, 0)
  const row = nodes * dimensions
  const squares = new Float64Array(dimensions)
  let count = 0
  for (const data of stretches) {
    const samples = data.length / row
    for (let t = 0; t + ORDER < samples; t++) {
      for (let n = 0; n < row; n++) {
        let sum = 0
        for (let k = 0; k <= ORDER; k++) sum += signs[k] * data[(t + k) * row + n]
        squares[n % dimensions] += sum * sum
      }
      count += nodes
    }
  }
  return squares.map((sum) => Math.sqrt(sum / (Math.max(1, count) * gain)))
}

function alternating(order: number): number[] {
  let row = [1]
  for (let n = 0; n < order; n++) row = [...row, 0].map((c, k) => c - (k > 0 ? row[k - 1] : 0))
  return row
}
