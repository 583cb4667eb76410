import type { DataSheet } from '../contract/sheet.ts'
import { paramCount } from '../contract/sheet.ts'
import { type Picture, pictureHtml } from './experiment.ts'
import { thetaMaps } from './wave/theta-map.ts'

/**
 * Figures of a wave field: its learning field at the first and the last look and the change between them, where its numbers
 * lie in rows and columns, and the pictures that the caller made of its waves; undefined for other machines. `thetas` are
 * the parameters at each look, `steps` when it was.
 */
export function waveFigures(
  sheet: DataSheet,
  thetas: readonly Float64Array[],
  steps: readonly number[],
  waves: readonly Picture[],
): string | undefined {
  if (sheet.machine !== 'wave-field') return undefined
  const lies = layOf(sheet)
  const [first, last] = [thetas[0], thetas[thetas.length - 1]]
  const maps = []
  if (lies !== undefined && thetas.length > 1) {
    const note = `Looks after step ${steps[0].toLocaleString('en')} and step ${steps[steps.length - 1].toLocaleString('en')}.`
    maps.push(thetaMaps({ ...lies, first, last }, { title: 'Learning field', note }))
  }
  const pictures = [...maps, ...waves]
  return pictures.length === 0 ? undefined : pictures.map(pictureHtml).join('\n')
}

/** Where the parameters lie: at the modes, or between the modes of a chain. */
function layOf(sheet: DataSheet): { readonly rows: number; readonly columns: number } | undefined {
  const { grid } = sheet.settings as { readonly grid?: { readonly rows?: unknown; readonly columns?: unknown } }
  const count = paramCount(sheet)
  if (typeof grid?.rows !== 'number' || typeof grid.columns !== 'number') return undefined
  const { rows, columns } = grid
  if (rows * columns === count) return { rows, columns }
  return rows === 1 ? { rows, columns: count } : undefined
}
