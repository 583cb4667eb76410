import { InsituError } from '../errors.ts'
import { HADAMARD_ORDERS, type HadamardOrder } from './orders.ts'
import type { Patterns } from './patterns.ts'
import { hadamardSign, naturalRow, walshHadamard } from './walsh-hadamard.ts'

/**
 * Products of a Walsh function down the rows and one along the columns, entries 1 and -1, in an order that puts those that
 * matter first. Nothing is stored but the order: sums over patterns take one fast transform.
 *
 * Throws `CONFIG` for sides that are no powers of two.
 */
export function hadamardPatterns(rows: number, columns: number, order: HadamardOrder, count: number): Patterns {
  for (const [name, side] of Object.entries({ rows, columns }))
    if (side < 1 || 2 ** Math.round(Math.log2(side)) !== side || rows * columns > 2 ** 30)
      throw new InsituError(
        'CONFIG',
        `hadamard ${order}: the sides must be powers of two, up to 2^30 pixels in all, got ${name} = ${side}`,
        { hint: 'random, fourier and raster patterns take any sides' },
      )
  const natural = Uint32Array.from(HADAMARD_ORDERS[order](rows, columns).subarray(0, count), (pair) => {
    const [down, along] = [Math.floor(pair / columns), pair % columns]
    return naturalRow(down, rows) * columns + naturalRow(along, columns)
  })
  const scratch = new Float64Array(rows * columns)
  return {
    name: `hadamard ${order}`,
    count,
    rows,
    columns,
    min: -1,
    max: 1,
    norm: rows * columns,
    fill(k, into) {
      for (let p = 0; p < rows * columns; p++) into[p] = hadamardSign(natural[k], p)
    },
    project(image, into) {
      scratch.set(image)
      walshHadamard(scratch)
      for (let k = 0; k < count; k++) into[k] = scratch[natural[k]]
    },
    back(values, into) {
      scratch.fill(0)
      for (let k = 0; k < count; k++) scratch[natural[k]] = values[k]
      walshHadamard(scratch)
      into.set(scratch)
    },
  }
}
