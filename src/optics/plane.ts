import { InsituError } from '../errors.ts'

/** A grid of square samples across a beam, row by row from the top left. */
export interface Plane {
  readonly rows: number
  readonly columns: number
  /** Distance of neighbouring samples, m. */
  readonly pitch: number
}

/** A complex field on a plane, real and imaginary parts apart. */
export interface Field {
  readonly re: Float64Array
  readonly im: Float64Array
}

/** A field of nothing. */
export function emptyField({ rows, columns }: Pick<Plane, 'rows' | 'columns'>): Field {
  return { re: new Float64Array(rows * columns), im: new Float64Array(rows * columns) }
}

/** Throws `CONFIG` for a plane that makes no sense; `of` says whose it is. */
export function checkPlane(of: string, { rows, columns, pitch }: Plane): void {
  const whole = (n: number) => Number.isInteger(n) && n >= 1
  if (whole(rows) && whole(columns) && pitch > 0 && Number.isFinite(pitch)) return
  throw new InsituError(
    'CONFIG',
    `${of}: a plane wants whole rows and columns from 1 and a positive pitch in m, got ${rows} x ${columns} at ${pitch}`,
  )
}
