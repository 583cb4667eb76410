/** How far readings lie from what was expected. */
export interface Residual {
  /** Root mean square of the difference over that of the readings about the mean of their column. */
  readonly residual: number
  /** Root mean square of the difference over that of the readings themselves, which does not grow where they hardly vary. */
  readonly share: number
  /** Root mean square of the difference in standard deviations of its column; absent where none were given. */
  readonly deviation?: number
  readonly worst: { readonly reading: number; readonly measured: number; readonly expected: number }
}

/** Compares rows x width readings with what was expected; `sigma` has one standard deviation per column. */
export function residual(sense: Float64Array, expected: Float64Array, width: number, sigma?: Float64Array): Residual {
  const rows = sense.length / width
  const means = new Float64Array(width)
  sense.forEach((value, i) => {
    means[i % width] += value / rows
  })
  let [off, spread, size, scaled, far, at] = [0, 0, 0, 0, -1, 0]
  for (let i = 0; i < sense.length; i++) {
    const difference = sense[i] - expected[i]
    off += difference ** 2
    spread += (sense[i] - means[i % width]) ** 2
    size += sense[i] ** 2
    const own = sigma === undefined ? Math.abs(difference) : Math.abs(difference) / sigma[i % width]
    scaled += own ** 2
    if (own <= far) continue
    far = own
    at = i
  }
  return {
    residual: off === 0 ? 0 : Math.sqrt(off / spread),
    share: off === 0 ? 0 : Math.sqrt(off / size),
    ...(sigma !== undefined && { deviation: Math.sqrt(scaled / sense.length) }),
    worst: { reading: at % width, measured: sense[at], expected: expected[at] },
  }
}
