import { InsituError } from '../../../src/errors.ts'
import type { WaveField } from '../field.ts'
import { isCount, shown } from './check.ts'
import type { Scatter } from './scatter.ts'

/** A field that is not built in: made by its own function, which takes the disorder. It stays in this process. */
export interface OwnField {
  readonly kind: 'own'
  readonly make: (scatter: Scatter) => WaveField
}

const FUNCTIONS = ['energy', 'rate', 'drift', 'kick', 'pullDrift', 'pullKick'] as const

/** Makes a field of one's own; throws `CONFIG` naming what it lacks. */
export function ownField({ make }: OwnField, scatter: Scatter): WaveField {
  if (typeof make !== 'function')
    throw new InsituError('CONFIG', 'wave-field: a field of kind own needs its function make', {
      hint: 'functions do not travel: on a board, export a function of your own module that returns the simulator',
    })
  const field = make(scatter)
  const { name, modes, params, grid, bracket, learning, offset, stepper } = field ?? {}
  const must = (right: boolean, what: string, wanted: string, given: unknown) => {
    if (!right)
      throw new InsituError(
        'CONFIG',
        `wave-field: ${what} of a field of one's own must be ${wanted}, got ${shown(given)}`,
      )
  }
  must(typeof name === 'string' && name !== '', 'name', 'a text', name)
  const counts = { modes, params, 'grid.rows': grid?.rows, 'grid.columns': grid?.columns }
  for (const [what, count] of Object.entries(counts)) must(isCount(count), what, 'a whole number from 1', count)
  must(bracket === 1 || bracket === 0.5, 'bracket', '1 or 0.5', bracket)
  must(learning === 'masses' || learning === 'modes', 'learning', 'masses or modes', learning)
  for (const what of FUNCTIONS) must(typeof field[what] === 'function', what, 'a function', field[what])
  must(stepper === undefined || typeof stepper === 'function', 'stepper', 'a function', stepper)
  must((offset?.length ?? params) === params, 'offset', `one number per parameter (${params})`, offset?.length)
  return field
}
