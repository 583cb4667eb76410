/** Longest value that stays on the line of its name. */
const LINE = 100

type Fields = Readonly<Record<string, unknown>>

/**
 * What an experiment measured, as lines for people: a number on the line of its name, a list of records as a table with a
 * column per key, and everything else a step further in.
 */
export function metricLines(metrics: Fields, indent = '  '): readonly string[] {
  const width = Math.max(16, ...Object.keys(metrics).map((key) => key.length))
  return Object.entries(metrics).flatMap(([key, value]) => {
    const text = JSON.stringify(shortened(value))
    if (text === undefined) return []
    if (text.length <= LINE && !isTable(value)) return [`${indent}${key.padEnd(width)} ${text}`]
    const within = isTable(value)
      ? tableLines(value, `${indent}  `)
      : isRecord(value)
        ? metricLines(value, `${indent}  `)
        : undefined
    return within === undefined ? [`${indent}${key.padEnd(width)} ${text}`] : [`${indent}${key}`, ...within]
  })
}

function isRecord(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isTable(value: unknown): value is readonly Fields[] {
  return Array.isArray(value) && value.length > 0 && value.every(isRecord)
}

/** Columns in the order in which keys come up; a cell without a value stays empty, and the last column may be long. */
function tableLines(rows: readonly Fields[], indent: string): readonly string[] {
  const keys = [...new Set(rows.flatMap((row) => Object.keys(row)))]
  const cells = [keys, ...rows.map((row) => keys.map((key) => cell(row[key])))]
  const widths = keys.map((_, c) => Math.max(...cells.map((row) => row[c].length)))
  const numeric = keys.map((key) => rows.every((row) => typeof (row[key] ?? 0) === 'number'))
  return cells.map((row) => {
    const line = row.map((text, c) => (numeric[c] ? text.padStart(widths[c]) : text.padEnd(widths[c])))
    return `${indent}${line.join('  ')}`.trimEnd()
  })
}

function cell(value: unknown): string {
  if (value === undefined || value === null) return ''
  return typeof value === 'string' ? value : JSON.stringify(shortened(value))
}

/** Numbers with five digits: the line for programs has them all. */
function shortened(value: unknown): unknown {
  if (typeof value === 'number') return Number.isInteger(value) ? value : Number(value.toPrecision(5))
  if (Array.isArray(value)) return value.map(shortened)
  if (isRecord(value)) return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, shortened(one)]))
  return value
}
