/**
 * The Walsh-Hadamard transform in place, in natural order: entry n becomes the sum over p of (-1)^popcount(n & p) times
 * entry p. The length is a power of two; twice gives the length times the numbers one began with. Rows times columns of an
 * image are transformed together, for the matrix of the whole is the Kronecker product of those of its sides.
 */
export function walshHadamard(values: Float64Array): void {
  const length = values.length
  for (let half = 1; half < length; half *= 2) {
    for (let start = 0; start < length; start += 2 * half) {
      for (let p = start, q = start + half; p < start + half; p++, q++) {
        const [a, b] = [values[p], values[q]]
        values[p] = a + b
        values[q] = a - b
      }
    }
  }
}

/** Row of the natural order that changes its sign `sequency` times: the Gray code with its bits turned round. */
export function naturalRow(sequency: number, length: number): number {
  let gray = sequency ^ (sequency >> 1)
  let row = 0
  for (let bit = 1; bit < length; bit *= 2) {
    row = 2 * row + (gray & 1)
    gray >>= 1
  }
  return row
}

/** 1 or -1: the entry at row and column of the natural order. */
export function hadamardSign(row: number, column: number): 1 | -1 {
  let bits = row & column
  bits ^= bits >> 16
  bits ^= bits >> 8
  bits ^= bits >> 4
  bits ^= bits >> 2
  bits ^= bits >> 1
  return bits & 1 ? -1 : 1
}
