/** Quantile of a sorted list by linear interpolation; nothing for an empty list. */
export function quantile(sorted: readonly number[], share: number): number | null {
  if (sorted.length === 0) return null
  const at = share * (sorted.length - 1)
  const low = Math.floor(at)
  const high = Math.min(low + 1, sorted.length - 1)
  return sorted[low] + (at - low) * (sorted[high] - sorted[low])
}

/** What became of many runs, each solved after some steps or not at all; the quartiles are over the solved ones. */
export function solved(runs: readonly (number | undefined)[]) {
  const steps = runs.filter((run) => run !== undefined).sort((a, b) => a - b)
  return {
    solvedShare: steps.length / runs.length,
    medianSteps: quantile(steps, 0.5),
    q1: quantile(steps, 0.25),
    q3: quantile(steps, 0.75),
    seeds: runs.length,
    failures: runs.length - steps.length,
  }
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

/** Slope of a straight line through the logarithms of both, by least squares. */
export function slopeOf(x: readonly number[], y: readonly number[]): number {
  const [a, b] = [x.map(Math.log), y.map(Math.log)]
  const [ma, mb] = [mean(a), mean(b)]
  const over = a.reduce((sum, value, i) => sum + (value - ma) * (b[i] - mb), 0)
  return over / a.reduce((sum, value) => sum + (value - ma) ** 2, 0)
}

/** Standard deviation of the population that values were drawn from; 0 for one value. */
export function deviation(values: readonly number[]): number {
  const middle = mean(values)
  return Math.sqrt(values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / Math.max(1, values.length - 1))
}
