import type { Patterns } from './patterns.ts'

/** One pixel after the other, row by row. */
export function rasterPatterns(rows: number, columns: number, count: number): Patterns {
  return {
    name: 'raster',
    count,
    rows,
    columns,
    min: 0,
    max: 1,
    norm: 1,
    fill(k, into) {
      into.fill(0)
      into[k] = 1
    },
    project: (image, into) => into.set(image.subarray(0, count)),
    back(values, into) {
      into.fill(0)
      into.set(values)
    },
  }
}
