// Weighted sums of columns, in the order of the columns. Oracle: weigh in src/kernels/superposition.ts. All float64;
// `width` is even.

/** into = sum over n of weights[n] * columns[n], each column `width` numbers long. */
export function weigh(weights: usize, columns: usize, count: i32, width: i32, into: usize): void {
  const row = (width as usize) << 3
  for (let d: usize = 0; d < row; d += 16) {
    let sum = f64x2.splat(0.0)
    let at = columns + d
    for (let n = 0; n < count; n++, at += row) {
      sum = f64x2.add(sum, f64x2.mul(v128.load64_splat(weights + ((n as usize) << 3)), v128.load(at)))
    }
    v128.store(into + d, sum)
  }
}
