import { InsituError } from '../../../errors.ts'

/** A table of numbers as people write them. */
export interface Table {
  /** What messages call it. */
  readonly name: string
  /** Names of the columns where the first line has them. */
  readonly heading?: readonly string[]
  readonly rows: readonly (readonly number[])[]
}

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/

/**
 * Reads rows of numbers separated by commas, semicolons, tabs or spaces, with `#` comments and a first line of names if
 * there is one; or JSON: a list of numbers, or of rows. All rows have the same length.
 *
 * Throws `CONFIG` that says the line and the column.
 */
export function readNumberTable(text: string, name: string): Table {
  const plain = text.replace(/^\uFEFF/, '')
  const table = /^\s*[[{]/.test(plain) ? fromJson(plain, name) : fromLines(plain, name)
  if (table.rows.length === 0) throw new InsituError('CONFIG', `${name}: wanted rows of numbers, found none`)
  return table
}

function fromLines(text: string, name: string): Table {
  let heading: readonly string[] | undefined
  const rows: number[][] = []
  for (const [n, line] of text.split(/\r\n|\r|\n/).entries()) {
    const words = cells(line.replace(/#.*/, ''))
    if (words.length === 0) continue
    if (rows.length === 0 && heading === undefined && words.every((word) => !NUMBER.test(word))) {
      heading = words
      continue
    }
    const wanted = rows[0]?.length ?? heading?.length ?? words.length
    if (words.length !== wanted) {
      throw new InsituError('CONFIG', `${name}, line ${n + 1}: ${words.length} columns, wanted ${wanted}`)
    }
    const bad = words.findIndex((word) => !NUMBER.test(word))
    if (bad >= 0) {
      throw new InsituError('CONFIG', `${name}, line ${n + 1}, column ${bad + 1}: "${words[bad]}" is not a number`)
    }
    rows.push(words.map(Number))
  }
  return { name, rows, ...(heading !== undefined && { heading }) }
}

/** One separator a line, so that an empty cell is seen; spaces where there is no other. */
function cells(line: string): string[] {
  const trimmed = line.trim()
  if (trimmed === '') return []
  const separator = [';', '\t', ','].find((one) => trimmed.includes(one))
  if (separator === undefined) return trimmed.split(/\s+/)
  const words = trimmed.split(separator).map((word) => word.trim())
  if (words.at(-1) === '') words.pop()
  return words
}

function fromJson(text: string, name: string): Table {
  let list: unknown
  try {
    list = JSON.parse(text)
  } catch (cause) {
    throw new InsituError('CONFIG', `${name}: ${(cause as Error).message}`, { cause })
  }
  if (!Array.isArray(list)) throw new InsituError('CONFIG', `${name}: wanted a JSON list of numbers or rows`)
  const rows = list.map((row: unknown, n): number[] => {
    const words: unknown[] = Array.isArray(row) ? row : [row]
    const bad = words.findIndex((word) => typeof word !== 'number' || !Number.isFinite(word))
    if (bad >= 0) {
      const found = JSON.stringify(words[bad])
      throw new InsituError('CONFIG', `${name}, row ${n + 1}, column ${bad + 1}: ${found} is not a number`)
    }
    return words as number[]
  })
  const odd = rows.findIndex((row) => row.length !== rows[0].length)
  if (odd >= 0) {
    throw new InsituError('CONFIG', `${name}, row ${odd + 1}: ${rows[odd].length} columns, wanted ${rows[0].length}`)
  }
  return { name, rows }
}
