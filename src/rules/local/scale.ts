import type { DataSheet, Port } from '../../contract/sheet.ts'
import { nameOf } from '../../contract/sheet.ts'
import { InsituError } from '../../errors.ts'

/** Just below 1: rounding may not lift a load over the peak, which may be all the port takes. */
const BELOW = 1 - 2 ** -51

/**
 * Scale of each row of slopes that makes the largest a load of `peak`, and no rounding more; 0 for a row of zeros. Unit:
 * load unit x sense unit / cost.
 */
export function loadScales(slopes: Float64Array, rows: number, peak: number): Float64Array {
  const width = slopes.length / rows
  return Float64Array.from({ length: rows }, (_, r) => {
    let most = 0
    for (let o = 0; o < width; o++) most = Math.max(most, Math.abs(slopes[r * width + o]))
    return most === 0 ? 0 : (peak / most) * BELOW
  })
}

/** The largest load a rule may use: what was asked for, or a share of what the port takes; `LIMIT` if it takes less. */
export function peakLoad(rule: string, sheet: DataSheet, port: Port, asked: number | undefined, share = 0.5): number {
  const most = Math.min(port.max, -port.min)
  if (!(most > 0))
    throw new InsituError(
      'LIMIT',
      `${rule} pushes and pulls; ${nameOf(sheet)} takes loads of ${port.min} to ${port.max} ${port.unit}`,
      { device: sheet.machine },
    )
  const peak = asked ?? share * most
  if (!(peak > 0)) throw new InsituError('CONFIG', `${rule}: load must be positive, got ${peak}`)
  if (peak <= most) return peak
  throw new InsituError(
    'LIMIT',
    `${rule} wants a load of ${peak} ${port.unit}; ${nameOf(sheet)} takes ${port.min} to ${port.max} ${port.unit}`,
    { device: sheet.machine, hint: 'choose a smaller load' },
  )
}
