/**
 * Anisotropic total variation: the mean over pixels of |right - here| + |below - here|. Adds `weight` times its slopes to
 * `slopes` and returns it.
 */
export function anisotropicVariation(
  image: Float64Array,
  columns: number,
  weight: number,
  slopes: Float64Array,
): number {
  const size = image.length
  const part = weight / size
  let sum = 0
  for (let p = 0; p < size; p++) {
    if ((p + 1) % columns !== 0) {
      const step = image[p + 1] - image[p]
      const push = part * Math.sign(step)
      sum += Math.abs(step)
      slopes[p + 1] += push
      slopes[p] -= push
    }
    if (p + columns < size) {
      const step = image[p + columns] - image[p]
      const push = part * Math.sign(step)
      sum += Math.abs(step)
      slopes[p + columns] += push
      slopes[p] -= push
    }
  }
  return sum / size
}
