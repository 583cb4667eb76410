/** Steps after which bisection alone has reached the last bit of any bracket. */
const MOST = 200

/**
 * The root of a function that rises from below 0 at `low` to above 0 at `high`: Newton's method, kept inside the bracket
 * by bisection. `slope` is its derivative. Accurate to the last bits of the root.
 */
export function risingRoot(
  value: (x: number) => number,
  slope: (x: number) => number,
  low: number,
  high: number,
): number {
  let x = (low + high) / 2
  for (let step = 0; step < MOST; step++) {
    const y = value(x)
    if (y === 0) return x
    if (y > 0) high = x
    else low = x
    const newton = x - y / slope(x)
    const next = newton > low && newton < high ? newton : (low + high) / 2
    if (next === x || Math.abs(next - x) <= 2 * Number.EPSILON * Math.abs(x)) return next
    x = next
  }
  return x
}
