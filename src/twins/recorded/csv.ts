import * as v from 'valibot'
import { InsituError } from '../../errors.ts'
import type { TwinRecord } from '../calibration.ts'
import { checkTable, parametersOf, type RecordedTable } from './table.ts'

/** How the first line of a file begins. */
const MARK = '# insitu recorded table 1 '

/** JSON has no infinities: they are written as words. */
const number = v.pipe(
  v.union([v.number(), v.picklist(['Infinity', '-Infinity'])]),
  v.transform((value) => Number(value)),
)
const port = { width: v.number(), unit: v.string(), min: number, max: number, step: number }

const HEAD = v.object({
  machine: v.string(),
  identity: v.string(),
  kind: v.picklist(['simulator', 'emulated firmware', 'hardware']),
  banks: v.array(v.object({ ...port, name: v.string(), safe: number, slew: number })),
  drive: v.object(port),
  sense: v.object({ ...port, noise: number }),
})

/**
 * Writes a table as CSV: a first line that says what it is, a line of names with units, and one line per row with parameters, drive and
 * readings. Numbers keep all their digits.
 */
export function writeTable(table: RecordedTable): string {
  const { machine, identity, kind, banks, drive, sense, records } = table
  const head = JSON.stringify({ machine, identity, kind, banks, drive, sense }, (_, value: unknown) =>
    typeof value === 'number' && !Number.isFinite(value) ? String(value) : value,
  )
  const lines = [`${MARK}${head}`, columnsOf(table).join(',')]
  for (const record of records)
    for (let r = 0; r < record.rows; r++)
      lines.push(
        [
          ...record.theta,
          ...record.drive.subarray(r * drive.width, (r + 1) * drive.width),
          ...record.sense.subarray(r * sense.width, (r + 1) * sense.width),
        ].join(','),
      )
  return `${lines.join('\n')}\n`
}

/** Reads what `writeTable` wrote; throws `CONFIG` naming the line, and as `checkTable` does. */
export function readTable(text: string, name: string): RecordedTable {
  const [first, second, ...lines] = text.trimEnd().split(/\r?\n/)
  const bad = (line: number, what: string, cause?: unknown) =>
    new InsituError('CONFIG', `${name}, line ${line}: ${what}`, cause === undefined ? {} : { cause })
  if (!first.startsWith(MARK))
    throw bad(1, `wanted "${MARK.trim()}" and what was measured, got "${first.slice(0, 40)}"`)
  let head: v.InferOutput<typeof HEAD>
  try {
    head = v.parse(HEAD, JSON.parse(first.slice(MARK.length)))
  } catch (cause) {
    throw bad(1, `it does not say what was measured: ${(cause as Error).message}`, cause)
  }
  const columns = columnsOf(head)
  if (second !== columns.join(',')) throw bad(2, `wanted the columns ${columns.join(',')}`)
  const rows = lines.map((line, n) => {
    const cells = line.split(',')
    if (cells.length !== columns.length) throw bad(n + 3, `${cells.length} columns, wanted ${columns.length}`)
    return cells.map((cell, c) => {
      const value = cell.trim() === '' ? Number.NaN : Number(cell)
      if (!Number.isFinite(value)) throw bad(n + 3, `"${cell}" in column ${columns[c]} is not a number`)
      return value
    })
  })
  const table = { ...head, records: recordsOf(head, rows) }
  checkTable(table)
  return table
}

function columnsOf({ banks, drive, sense }: Omit<RecordedTable, 'records'>): string[] {
  const names = ({ width, unit }: { readonly width: number; readonly unit: string }, name: string) =>
    Array.from({ length: width }, (_, i) => `${name}[${i}] (${unit})`)
  return [...banks.flatMap((bank) => names(bank, bank.name)), ...names(drive, 'drive'), ...names(sense, 'sense')]
}

/** Rows with the same parameters are one record; records come in the order of their first row. */
function recordsOf(head: Omit<RecordedTable, 'records'>, rows: readonly (readonly number[])[]): TwinRecord[] {
  const params = parametersOf(head)
  const middle = params + head.drive.width
  const groups = new Map<string, (readonly number[])[]>()
  for (const row of rows) {
    const key = row.slice(0, params).join()
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [row])
    else group.push(row)
  }
  return [...groups.values()].map((group) => ({
    theta: Float64Array.from(group[0].slice(0, params)),
    drive: Float64Array.from(group.flatMap((row) => row.slice(params, middle))),
    sense: Float64Array.from(group.flatMap((row) => row.slice(middle))),
    rows: group.length,
  }))
}
