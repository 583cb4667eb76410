/**
 * Isotropic total variation of images, forward differences, none across the border. After Rudin, Osher and Fatemi, Physica D 60,
 * 259 (1992).
 */

/**
 * The sum over the pixels of sqrt(dx^2 + dy^2 + epsilon^2) - epsilon; adds its slopes times `weight` to `slopes`.
 */
export function smoothTotalVariation(
  image: Float64Array,
  columns: number,
  epsilon: number,
  weight: number,
  slopes: Float64Array,
): number {
  const count = image.length
  const last = count - columns
  let sum = 0
  for (let p = 0, c = 0; p < count; p++) {
    const here = image[p]
    const right = ++c < columns
    if (!right) c = 0
    const dx = right ? image[p + 1] - here : 0
    const dy = p < last ? image[p + columns] - here : 0
    const size = Math.sqrt(dx * dx + dy * dy + epsilon * epsilon)
    sum += size - epsilon
    const scale = weight / size
    slopes[p] -= scale * (dx + dy)
    if (right) slopes[p + 1] += scale * dx
    if (p < last) slopes[p + columns] += scale * dy
  }
  return sum
}

/**
 * Finds the image that is nearest to a given one once `weight` times its total variation is added to half the squared distance,
 * within limits. The fast gradient projection of Beck and Teboulle, IEEE Transactions on Image Processing 18, 2419 (2009); what
 * one call finds is where the next begins.
 */
export function denoiser(rows: number, columns: number) {
  const count = rows * columns
  const last = count - columns
  // The dual fields: along the rows and down the columns, and the points that the steps run ahead to.
  const [px, py, qx, qy] = Array.from({ length: 4 }, () => new Float64Array(count))
  const residual = (given: Float64Array, weight: number, min: number, max: number, into: Float64Array) => {
    for (let p = 0, c = 0; p < count; p++) {
      const left = c === 0 ? 0 : qx[p - 1]
      const above = p < columns ? 0 : qy[p - columns]
      if (++c === columns) c = 0
      const value = given[p] + weight * (qx[p] - left + qy[p] - above)
      into[p] = Math.min(max, Math.max(min, value))
    }
  }
  /** Writes the image into `into`, which must not be `given`. */
  return (given: Float64Array, weight: number, limits: Limits, steps: number, into: Float64Array) => {
    const { min, max } = limits
    if (weight === 0) {
      for (let p = 0; p < count; p++) into[p] = Math.min(max, Math.max(min, given[p]))
      return
    }
    qx.set(px)
    qy.set(py)
    const rate = 1 / (8 * weight)
    for (let step = 0, t = 1; step < steps; step++) {
      residual(given, weight, min, max, into)
      const next = (1 + Math.sqrt(1 + 4 * t * t)) / 2
      const ahead = (t - 1) / next
      t = next
      for (let p = 0, c = 0; p < count; p++) {
        const right = ++c < columns
        if (!right) c = 0
        let x = right ? qx[p] + rate * (into[p + 1] - into[p]) : 0
        let y = p < last ? qy[p] + rate * (into[p + columns] - into[p]) : 0
        const size = Math.sqrt(x * x + y * y)
        if (size > 1) {
          x /= size
          y /= size
        }
        qx[p] = x + ahead * (x - px[p])
        qy[p] = y + ahead * (y - py[p])
        px[p] = x
        py[p] = y
      }
    }
    qx.set(px)
    qy.set(py)
    residual(given, weight, min, max, into)
  }
}

/** What an image may be at every pixel. */
export interface Limits {
  readonly min: number
  readonly max: number
}
