import { InsituError } from '../../../errors.ts'
import { PATTERN_FAMILIES, patternsOf } from '../../../patterns/family.ts'
import { matrixPatterns } from '../../../patterns/matrix.ts'
import type { Patterns } from '../../../patterns/patterns.ts'
import { readText } from '../../files.ts'
import { readNumberTable } from '../core/import-table.ts'
import { type Setting, text } from '../settings.ts'

const isFile = (word: string) => /\.(csv|txt|json)$/i.test(word)

/** A setting that names patterns: a family, or a file with one pattern in a row. What is neither is refused at once. */
export function patternOrder(value: string, meaning: string): Setting<string> {
  const read = (word: string) => {
    // The grid comes later; a small one shows whether the name is known. Hadamard patterns must have powers of two.
    if (!isFile(word)) patternsOf(word, 2, 2, { count: 1 })
    return word
  }
  return text(
    value,
    `a family (${PATTERN_FAMILIES.join(', ')}) or a .csv file with one pattern in a row`,
    meaning,
    read,
  )
}

/** The first patterns of a setting on a square grid; a file has all of its patterns unless fewer are asked for. Throws `CONFIG`. */
export function orderedPatterns(order: string, grid: number, count: number | undefined): Patterns {
  if (!isFile(order)) return patternsOf(order, grid, grid, count === undefined ? {} : { count })
  const { rows } = readNumberTable(readText(order, 'patterns'), order)
  if (rows[0].length !== grid * grid)
    throw new InsituError(
      'CONFIG',
      `patterns ${order}: a row has ${rows[0].length} numbers, a pattern of ${grid} x ${grid} takes ${grid * grid}`,
    )
  const kept = rows.slice(0, Math.min(rows.length, count ?? rows.length))
  return matrixPatterns(Float64Array.from(kept.flat()), { rows: grid, columns: grid, name: order })
}
