/** The 2-norm of any number of values. */
export function norm(values: ArrayLike<number>): number {
  // Not Math.hypot: it takes its values as arguments, of which there is room for some ten thousand.
  let squares = 0
  for (let i = 0; i < values.length; i++) squares += values[i] * values[i]
  return Math.sqrt(squares)
}

/** The 2-norm of what is wrong over that of what is wanted: |found - wanted| / |wanted|. */
export function relativeDistance(found: ArrayLike<number>, wanted: ArrayLike<number>): number {
  let squares = 0
  for (let i = 0; i < wanted.length; i++) squares += (found[i] - wanted[i]) ** 2
  return Math.sqrt(squares) / norm(wanted)
}
