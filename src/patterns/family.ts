import { InsituError } from '../errors.ts'
import { fourierCount, fourierPatterns } from './fourier.ts'
import { hadamardPatterns } from './hadamard.ts'
import { HADAMARD_ORDERS, type HadamardOrder } from './orders.ts'
import type { Patterns } from './patterns.ts'
import { randomPatterns } from './random.ts'
import { rasterPatterns } from './raster.ts'

export interface FamilyOptions {
  /** How many patterns, from the first; default all there are, of random ones as many as there are pixels. */
  readonly count?: number
}

/** Names `patternsOf` understands. */
export const PATTERN_FAMILIES: readonly string[] = [
  ...Object.keys(HADAMARD_ORDERS).map((order) => `hadamard ${order}`),
  'fourier',
  'fourier three-step',
  'random:<seed>',
  'raster',
]

/** Whether `patternsOf` understands a name; every family has a pattern of 2 x 2. */
export function isFamily(name: string): boolean {
  try {
    return patternsOf(name, 2, 2, { count: 1 }).count === 1
  } catch {
    return false
  }
}

/**
 * The patterns of a family on a grid, the first `count` of them.
 *
 * Throws `CONFIG` for a family that is not there, listing those that are, and for a count or a grid that does not fit it.
 */
export function patternsOf(family: string, rows: number, columns: number, options: FamilyOptions = {}): Patterns {
  for (const [name, value] of Object.entries({ rows, columns, count: options.count ?? 1 }))
    if (!Number.isInteger(value) || value < 1)
      throw new InsituError('CONFIG', `patterns "${family}": ${name} must be a whole number from 1, got ${value}`)
  const all = rows * columns
  const most = (limit: number) => {
    const { count = limit } = options
    if (count <= limit) return count
    throw new InsituError(
      'CONFIG',
      `patterns "${family}" at ${rows} x ${columns} are ${limit}, asked for ${count} of them`,
    )
  }
  const [kind, ...rest] = family.trim().split(/[\s:]+/)
  const detail = rest.join(' ')
  if (kind === 'hadamard' && Object.hasOwn(HADAMARD_ORDERS, detail))
    return hadamardPatterns(rows, columns, detail as HadamardOrder, most(all))
  if (kind === 'random' && /^\d+$/.test(detail) && Number(detail) < 2 ** 32)
    return randomPatterns(rows, columns, Number(detail), options.count ?? all)
  if (kind === 'fourier' && (detail === '' || detail === 'three-step')) {
    const phases = detail === '' ? 'quadrature' : detail
    return fourierPatterns(rows, columns, phases, most(fourierCount(rows, columns, phases)))
  }
  if (family.trim() === 'raster') return rasterPatterns(rows, columns, most(all))
  throw new InsituError('CONFIG', `there are no patterns "${family}"; families are ${PATTERN_FAMILIES.join(', ')}`, {
    hint: 'a seed is a whole number below 2^32',
  })
}
