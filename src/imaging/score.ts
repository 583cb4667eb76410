import { InsituError } from '../errors.ts'

/** How near an image comes to the truth. */
export interface Score {
  /** Peak signal-to-noise ratio for a peak of 1, dB. */
  readonly psnrDb: number
  /** Mean structural similarity for a range of 1. */
  readonly ssim: number
  /** The image as it was compared: scale and offset fitted to the truth, clipped to 0..1. */
  readonly fitted: Float64Array
}

/**
 * Compares an image with the truth, both rows x columns, the truth within 0..1. An imager does not know scale and offset, so
 * both are fitted by least squares first. PSNR alone misleads: give both numbers.
 *
 * SSIM after Wang et al., IEEE Transactions on Image Processing 13, 600 (2004): Gaussian window of 11 x 11 with the deviation
 * 1.5, K1 .01, K2 .03, over the windows that lie within the image.
 */
export function score(
  image: Float64Array,
  truth: Float64Array,
  { rows, columns }: { readonly rows: number; readonly columns: number },
): Score {
  if (image.length !== rows * columns || truth.length !== rows * columns)
    throw new InsituError(
      'SHAPE',
      `score: image and truth must have ${rows} x ${columns} numbers, got ${image.length} and ${truth.length}`,
    )
  const fitted = fittedTo(image, truth)
  let squares = 0
  for (let p = 0; p < fitted.length; p++) squares += (fitted[p] - truth[p]) ** 2
  return { psnrDb: -10 * Math.log10(squares / fitted.length), ssim: meanSsim(fitted, truth, rows, columns), fitted }
}

/** The image with the scale and the offset that bring it nearest to the truth, clipped to 0..1. */
function fittedTo(image: Float64Array, truth: Float64Array): Float64Array {
  const count = image.length
  let [meanImage, meanTruth] = [0, 0]
  for (let p = 0; p < count; p++) {
    meanImage += image[p] / count
    meanTruth += truth[p] / count
  }
  let [squares, product] = [0, 0]
  for (let p = 0; p < count; p++) {
    squares += (image[p] - meanImage) ** 2
    product += (image[p] - meanImage) * (truth[p] - meanTruth)
  }
  const scale = squares > 0 ? product / squares : 0
  return image.map((value) => Math.min(1, Math.max(0, meanTruth + scale * (value - meanImage))))
}

function meanSsim(x: Float64Array, y: Float64Array, rows: number, columns: number): number {
  // An image smaller than the window has the window that fits into it.
  const [wide, high] = [gaussian(Math.min(11, columns)), gaussian(Math.min(11, rows))]
  const smooth = (of: (p: number) => number) => smoothed(of, rows, columns, high, wide)
  const [mx, my] = [smooth((p) => x[p]), smooth((p) => y[p])]
  const [xx, yy, xy] = [smooth((p) => x[p] * x[p]), smooth((p) => y[p] * y[p]), smooth((p) => x[p] * y[p])]
  const [c1, c2] = [0.01 ** 2, 0.03 ** 2]
  let sum = 0
  for (let p = 0; p < mx.length; p++) {
    const both = mx[p] * my[p]
    const squares = mx[p] ** 2 + my[p] ** 2
    sum += ((2 * both + c1) * (2 * (xy[p] - both) + c2)) / ((squares + c1) * (xx[p] + yy[p] - squares + c2))
  }
  return sum / mx.length
}

function gaussian(size: number): Float64Array {
  const raw = Float64Array.from({ length: size }, (_, k) => Math.exp(-((k - (size - 1) / 2) ** 2) / (2 * 1.5 ** 2)))
  const total = raw.reduce((sum, value) => sum + value, 0)
  return raw.map((value) => value / total)
}

/** Weighted means over every window that lies within the image. */
function smoothed(
  of: (p: number) => number,
  rows: number,
  columns: number,
  high: Float64Array,
  wide: Float64Array,
): Float64Array {
  const [outRows, outColumns] = [rows - high.length + 1, columns - wide.length + 1]
  const along = new Float64Array(rows * outColumns)
  for (let r = 0; r < rows; r++)
    for (let c = 0; c < outColumns; c++)
      for (let k = 0; k < wide.length; k++) along[r * outColumns + c] += wide[k] * of(r * columns + c + k)
  const out = new Float64Array(outRows * outColumns)
  for (let r = 0; r < outRows; r++)
    for (let c = 0; c < outColumns; c++)
      for (let k = 0; k < high.length; k++) out[r * outColumns + c] += high[k] * along[(r + k) * outColumns + c]
  return out
}
