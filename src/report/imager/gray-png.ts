import type { NamedRaster } from '../experiment.ts'
import { gray } from '../wave/colours.ts'
import { pngs } from '../wave/png.ts'

/** An image as a PNG file of its own size, one dot a pixel: black at its smallest value, white at its largest. */
export function grayPng({ rows, columns, data }: NamedRaster): Uint8Array {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const value of data) {
    low = Math.min(low, value)
    high = Math.max(high, value)
  }
  const scale = gray(low, high)
  return pngs({ width: columns, height: rows, data: Uint8Array.from(data, (value) => scale.step(value)) }, [
    scale.palette('light'),
  ])[0]
}
