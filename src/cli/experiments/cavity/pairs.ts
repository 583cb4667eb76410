import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { InsituError } from '../../../errors.ts'
import type { Pairs } from '../../../twins/index.ts'
import { readText } from '../../files.ts'
import { packageRoot } from '../../package.ts'
import { readNumberTable } from '../core/import-table.ts'

/** Where the measured pairs of the real cavity lie, beside a checkout. */
const BESIDE = join('..', 'shared', 'data', 'external')

/** Files of such a folder. */
const FILES = { drive: 'cavity_x.csv', sense: 'cavity_y.csv' } as const

/** The folder with the real cavity's pairs, if it is there. */
export function realCavity(): string | undefined {
  const folder = join(packageRoot(), BESIDE)
  return existsSync(join(folder, FILES.drive)) ? folder : undefined
}

/** Reads drive amplitudes and readings from the two files of a folder; throws `CONFIG` that says what is wrong where. */
export function readPairs(folder: string): Pairs {
  const read = (file: string) => {
    const { rows } = readNumberTable(readText(join(folder, file), 'cavity-twin: data'), file)
    return { rows: rows.length, width: rows[0].length, values: Float64Array.from(rows.flat()) }
  }
  const [x, y] = [read(FILES.drive), read(FILES.sense)]
  if (x.rows !== y.rows)
    throw new InsituError('CONFIG', `cavity-twin: ${FILES.drive} has ${x.rows} rows, ${FILES.sense} has ${y.rows}`, {
      hint: 'row n of the readings belongs to row n of the drive',
    })
  return { rows: x.rows, drive: x.values, sense: y.values, inputs: x.width, outputs: y.width }
}

/** Rows `from` to `to`, without copying them. */
export function rowsOf(pairs: Pairs, from: number, to: number): Pairs {
  const { inputs, outputs, drive, sense } = pairs
  return {
    ...pairs,
    rows: to - from,
    drive: drive.subarray(from * inputs, to * inputs),
    sense: sense.subarray(from * outputs, to * outputs),
  }
}

/** Without the rows at the beginning in which nothing is driven and nothing read: they were not measured. */
export function measuredPairs(pairs: Pairs): Pairs {
  const { inputs, outputs, drive, sense } = pairs
  const first = Math.min(Math.floor(firstNonzero(drive) / inputs), Math.floor(firstNonzero(sense) / outputs))
  return rowsOf(pairs, Math.min(first, pairs.rows), pairs.rows)
}

function firstNonzero(values: Float64Array): number {
  const first = values.findIndex((value) => value !== 0)
  return first < 0 ? values.length : first
}
