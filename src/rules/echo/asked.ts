import type { Cost } from '../../cost/cost.ts'

/**
 * Cost of a passage, the sum over its frames, and its slopes by the readings. A target that is NaN asks nothing: a row of
 * them is left out, and a single one counts as met, which suits costs that compare number by number.
 */
export function asked(
  cost: Cost,
  output: Float64Array,
  target: Float64Array,
  width: number,
): { readonly cost: number; readonly slopes: Float64Array } {
  const rows: number[] = []
  for (let r = 0; r < output.length / width; r++)
    if (target.subarray(r * width, (r + 1) * width).some((t) => !Number.isNaN(t))) rows.push(r)
  const sense = new Float64Array(rows.length * width)
  const data = new Float64Array(rows.length * width)
  rows.forEach((r, n) => {
    for (let o = 0; o < width; o++) {
      const wish = target[r * width + o]
      sense[n * width + o] = output[r * width + o]
      data[n * width + o] = Number.isNaN(wish) ? output[r * width + o] : wish
    }
  })
  const costs = new Float64Array(rows.length)
  const found = new Float64Array(sense.length)
  if (rows.length > 0) {
    const targets = { data, rows: rows.length, hold: 1 }
    cost.values(sense, rows.length, width, targets, costs)
    cost.gradient(sense, rows.length, width, targets, found)
  }
  const slopes = new Float64Array(output.length)
  rows.forEach((r, n) => {
    for (let o = 0; o < width; o++)
      if (!Number.isNaN(target[r * width + o])) slopes[r * width + o] = found[n * width + o]
  })
  return { cost: costs.reduce((sum, c) => sum + c, 0), slopes }
}
