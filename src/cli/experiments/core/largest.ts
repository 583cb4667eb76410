/** Index of the largest of `width` numbers from `at`; of equal ones the first. */
export function largest(numbers: ArrayLike<number>, at: number, width: number): number {
  let best = 0
  for (let k = 1; k < width; k++) if (numbers[at + k] > numbers[at + best]) best = k
  return best
}
