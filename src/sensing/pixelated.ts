import { InsituError } from '../errors.ts'
import type { ImageModel } from '../imaging/model.ts'

/**
 * A model that works on a grid `fineness` times finer than the image: every pixel of the image is a square of equal cells, and the
 * masks meet the mean intensity over each square. Waves bend at the edges of large pixels; the pixels' own grid cannot hold them.
 *
 * Throws `CONFIG` where the finer grid is no multiple.
 */
export function pixelated(fine: ImageModel, fineness: number): ImageModel {
  const [rows, columns] = [fine.rows / fineness, fine.columns / fineness]
  if (![rows, columns, fineness].every((n) => Number.isInteger(n) && n >= 1))
    throw new InsituError('CONFIG', `pixels of ${fineness} cells a side do not fill ${fine.rows} x ${fine.columns}`)
  const pixelOf = pixels(fine.rows, fine.columns, fineness)
  const [spread, values] = [new Float64Array(pixelOf.length), new Float64Array(pixelOf.length)]
  const share = 1 / (fineness * fineness)
  return {
    rows,
    columns,
    forward(image, intensity) {
      for (let at = 0; at < spread.length; at++) spread[at] = image[pixelOf[at]]
      fine.forward(spread, values)
      means(values, pixelOf, share, intensity)
    },
    backward(cotangent, slopes) {
      for (let at = 0; at < spread.length; at++) spread[at] = share * cotangent[pixelOf[at]]
      fine.backward(spread, values)
      slopes.fill(0)
      for (let at = 0; at < values.length; at++) slopes[pixelOf[at]] += values[at]
    },
  }
}

/** The mean over every square of `fineness` x `fineness` cells of a fine grid. */
export function pixelMeans(values: Float64Array, rows: number, columns: number, fineness: number): Float64Array {
  const into = new Float64Array(values.length / fineness ** 2)
  means(values, pixels(rows, columns, fineness), 1 / fineness ** 2, into)
  return into
}

function means(values: Float64Array, pixelOf: Uint32Array, share: number, into: Float64Array): void {
  into.fill(0)
  for (let at = 0; at < values.length; at++) into[pixelOf[at]] += share * values[at]
}

/** The pixel that each cell of a fine grid lies in. */
function pixels(rows: number, columns: number, fineness: number): Uint32Array {
  return Uint32Array.from(
    { length: rows * columns },
    (_, at) =>
      Math.floor(Math.floor(at / columns) / fineness) * (columns / fineness) + Math.floor((at % columns) / fineness),
  )
}
