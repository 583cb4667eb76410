import { InsituError } from '../../errors.ts'
import type { TwinRecord } from '../calibration.ts'
import { parameterName, type Twin, twinParameterCount } from '../twin.ts'

/** One row of the Jacobian without its zeros: the slopes of one reading by the twin's own parameters. */
export interface SparseRow {
  /** How many numbers of `index` and `value` count. */
  count: number
  /** Rising. */
  readonly index: Int32Array
  readonly value: Float64Array
}

/**
 * Visits the slopes of every reading of a record by the twin's own parameters, at what the twin itself expects there.
 *
 * One `vjp` of a single row each: a twin with many parameters of which few touch one reading costs what those few cost. `believed`
 * holds the expected readings, rows x sense width. `visit` gets the index of the reading; what it is given is used again. Throws
 * `NOT_FINITE` naming the parameter.
 */
export async function eachReading(
  twin: Twin,
  record: Pick<TwinRecord, 'theta' | 'drive' | 'rows'>,
  believed: Float64Array,
  parameters: Float64Array,
  visit: (reading: number, row: SparseRow) => void,
): Promise<void> {
  const { drive, sense } = twin.width
  const size = twinParameterCount(twin)
  const cotangent = new Float64Array(sense)
  const slopes = { parameters: new Float64Array(size) }
  const row: SparseRow = { count: 0, index: new Int32Array(size), value: new Float64Array(size) }
  for (let r = 0; r < record.rows; r++) {
    const point = {
      theta: record.theta,
      drive: record.drive.subarray(r * drive, (r + 1) * drive),
      rows: 1,
      parameters,
    }
    const measured = { sense: believed.subarray(r * sense, (r + 1) * sense) }
    for (let c = 0; c < sense; c++) {
      cotangent.fill(0)
      cotangent[c] = 1
      const later = twin.vjp(point, measured, cotangent, slopes)
      // Most twins answer at once; waiting all the same would cost more than they do.
      if (later !== undefined) await later
      compress(twin, slopes.parameters, row)
      visit(r * sense + c, row)
    }
  }
}

function compress(twin: Twin, slopes: Float64Array, row: SparseRow): void {
  let count = 0
  for (let p = 0; p < slopes.length; p++) {
    const slope = slopes[p]
    if (slope === 0) continue
    if (slope - slope !== 0)
      throw new InsituError('NOT_FINITE', `twin ${twin.name} gives ${slope} as the slope by ${parameterName(twin, p)}`)
    row.index[count] = p
    row.value[count++] = slope
  }
  row.count = count
}

/** j C j^T for a sparse row j and a symmetric matrix C, row by row. */
export function quadratic({ count, index, value }: SparseRow, matrix: Float64Array, size: number): number {
  let sum = 0
  for (let a = 0; a < count; a++) {
    const from = index[a] * size
    let along = 0.5 * value[a] * matrix[from + index[a]]
    for (let b = 0; b < a; b++) along += value[b] * matrix[from + index[b]]
    sum += 2 * value[a] * along
  }
  return sum
}
