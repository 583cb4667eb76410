import { InsituError } from '../errors.ts'
import { checkSize, type Scene } from './scene.ts'

/** A picture: rows x columns transmissions, 0 to 1, row by row. */
export interface Raster {
  readonly rows: number
  readonly columns: number
  readonly values: Float64Array
}

/**
 * A picture as a scene: its longer side fills `side` m, its pixels are squares of one transmission each, and what lies beside it is
 * opaque. Throws `SHAPE`, and `LIMIT` for values that no screen has.
 */
export function rasterScene(name: string, raster: Raster, side: number): Scene {
  const { rows, columns, values } = raster
  checkSize(name, 'side', side)
  if (values.length !== rows * columns || values.length === 0)
    throw new InsituError('SHAPE', `scene ${name}: ${values.length} numbers for ${rows} x ${columns} pixels`)
  const bad = values.findIndex((value) => !(value >= 0 && value <= 1))
  if (bad >= 0) throw new InsituError('LIMIT', `scene ${name}: pixel ${bad} is ${values[bad]}, wanted 0 to 1`)
  const pixel = side / Math.max(rows, columns)
  const column = (x: number) => x / pixel + columns / 2
  const row = (y: number) => y / pixel + rows / 2
  const inside = (value: number, count: number) => value >= 0 && value < count
  return {
    name,
    side,
    transmission(x, y) {
      const [c, r] = [column(x), row(y)]
      return inside(c, columns) && inside(r, rows) ? values[Math.floor(r) * columns + Math.floor(c)] : 0
    },
    mean({ left, right, top, bottom }) {
      const [c0, c1, r0, r1] = [column(left), column(right), row(top), row(bottom)]
      let sum = 0
      for (let r = Math.max(0, Math.floor(r0)); r < Math.min(rows, r1); r++) {
        const height = Math.min(r + 1, r1) - Math.max(r, r0)
        for (let c = Math.max(0, Math.floor(c0)); c < Math.min(columns, c1); c++)
          sum += values[r * columns + c] * height * (Math.min(c + 1, c1) - Math.max(c, c0))
      }
      return sum / ((c1 - c0) * (r1 - r0))
    },
  }
}
