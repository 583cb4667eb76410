import { InsituError } from '../../../errors.ts'
import type { Table } from './import-table.ts'

/** What takes every column of a drive. */
export const ALL_COLUMNS = 'all'

/**
 * A table as the drive of a network: one row per tick, one column per input.
 *
 * `column` picks one by its name or its number from 1. A single line of numbers is one number per tick where the network
 * has one input. Throws `CONFIG` where the columns are not those that the network needs.
 */
export function driveOf(table: Table, inputs: number, column: string): Float64Array {
  const rows = column === ALL_COLUMNS ? table.rows : picked(table, column)
  const width = rows[0].length
  if (width === inputs) return Float64Array.from(rows.flat())
  if (inputs === 1 && rows.length === 1) return Float64Array.from(rows[0])
  throw new InsituError(
    'CONFIG',
    `${table.name}: ${count(width, 'column')}, the network has ${count(inputs, 'input')}`,
    {
      hint:
        inputs === 1
          ? `pick one with --set driveColumn=<name or number from 1>${named(table)}`
          : 'the drive needs one row per tick and one column per input',
    },
  )
}

const count = (n: number, what: string) => `${n} ${what}${n === 1 ? '' : 's'}`

function picked(table: Table, column: string): number[][] {
  const byName = table.heading?.indexOf(column) ?? -1
  const index = byName >= 0 ? byName : /^\d+$/.test(column) ? Number(column) - 1 : -1
  const width = table.rows[0].length
  if (index >= 0 && index < width) return table.rows.map((row) => [row[index]])
  throw new InsituError('CONFIG', `${table.name}: there is no column "${column}" among ${width}${named(table)}`)
}

const named = ({ heading }: Table) => (heading === undefined ? '' : `; columns are ${heading.join(', ')}`)
