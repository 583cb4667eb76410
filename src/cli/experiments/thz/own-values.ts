import { InsituError } from '../../../errors.ts'
import type { Measurement } from '../../../imaging/measurement.ts'
import { readText } from '../../files.ts'
import { readNumberTable } from '../core/import-table.ts'
import { deviation } from '../statistics.ts'
import type { ImageValues } from './image-settings.ts'
import { orderedPatterns } from './pattern-setting.ts'

/**
 * Values from a file, one for each pattern from the first on. With two columns the first is the reading of a pattern, the second that
 * of its opposite, in the order in which light makes the difference larger. Throws `CONFIG`.
 */
export function ownMeasurement({ values: file, order, grid, noise }: ImageValues): Measurement {
  const { rows } = readNumberTable(readText(file, 'values'), file)
  const wide = rows[0].length
  const flat = rows.length === 1 && wide > 2
  if (wide > 2 && !flat)
    throw new InsituError(
      'CONFIG',
      `values ${file}: wanted one value a line, or two readings, got ${wide} numbers a line`,
    )
  const pairs = wide === 2
  const values = Float64Array.from(flat ? rows[0] : rows.map(([one, other = 0]) => (pairs ? one - other : one)))
  const patterns = orderedPatterns(order, grid, values.length)
  if (patterns.count !== values.length)
    throw new InsituError(
      'CONFIG',
      `values ${file}: ${values.length} values, but ${order} has ${patterns.count} patterns`,
      { hint: 'single readings and pairs of opposites do not go together: give one column or two' },
    )
  const sigma = noise[0] * deviation([...values].slice(1))
  return { patterns, values, pairing: pairs ? 'opposite' : 'single', ...(sigma > 0 && { sigma }) }
}
