import { InsituError } from '../errors.ts'

/** Labelled rows of real measurements. */
export interface Dataset {
  readonly name: string
  readonly rows: number
  readonly width: number
  /** rows x width, in the units of the source. */
  readonly features: Float64Array
  /** Class of each row, 0 .. classes.length - 1. */
  readonly labels: Uint8Array
  readonly classes: readonly string[]
}

/** Two disjoint lists of row numbers. */
export interface Split {
  readonly train: Uint32Array
  readonly test: Uint32Array
}

/** How a table of numbers says what it is. */
export interface TableForm {
  readonly name: string
  /** `header`: the first line is `rows,width,class names...`; `none`: every line is a row. */
  readonly head: 'header' | 'none'
}

/**
 * Reads comma-separated rows whose last column is the class number.
 *
 * Throws `CONFIG` naming the line for anything that is not a finite number, a row of another width or a count that
 * disagrees with the header.
 */
export function parseTable(text: string, form: TableForm): Dataset {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '')
  const bad = (line: number, what: string) => new InsituError('CONFIG', `data set ${form.name}, line ${line}: ${what}`)
  const skip = form.head === 'header' ? 1 : 0
  const rows = lines.length - skip
  if (rows < 1) throw bad(1, 'no rows')
  const width = lines[skip].split(',').length - 1
  if (width < 1) throw bad(skip + 1, 'wanted at least one feature and a class')
  const features = new Float64Array(rows * width)
  const labels = new Uint8Array(rows)
  for (let r = 0; r < rows; r++) {
    const cells = lines[r + skip].split(',')
    if (cells.length !== width + 1) throw bad(r + skip + 1, `${cells.length} columns, wanted ${width + 1}`)
    cells.forEach((cell, c) => {
      const value = Number(cell)
      if (cell.trim() === '' || !Number.isFinite(value)) throw bad(r + skip + 1, `"${cell}" is not a number`)
      if (c < width) features[r * width + c] = value
      else if (Number.isInteger(value) && value >= 0 && value < 256) labels[r] = value
      else throw bad(r + skip + 1, `class ${cell} is not a whole number from 0 to 255`)
    })
  }
  return { name: form.name, rows, width, features, labels, classes: classNames(lines[0], form, rows, width, labels) }
}

function classNames(
  first: string,
  form: TableForm,
  rows: number,
  width: number,
  labels: Uint8Array,
): readonly string[] {
  const count = labels.reduce((most, label) => Math.max(most, label + 1), 0)
  if (form.head === 'none') return Array.from({ length: count }, (_, c) => String(c))
  const [saidRows, saidWidth, ...names] = first.split(',')
  if (Number(saidRows) !== rows || Number(saidWidth) !== width || names.length < count) {
    throw new InsituError(
      'CONFIG',
      `data set ${form.name}: the header says ${first}; the file has ${rows} rows, ${width} features, ${count} classes`,
    )
  }
  return names
}
