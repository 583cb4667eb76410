import { InsituError } from '../../../src/errors.ts'
import type { WaveField } from '../field.ts'
import { type CavityOptions, kerrCavities } from './cavity.ts'
import { shown } from './check.ts'
import { type CombOptions, combs } from './comb.ts'
import { fput, type OscillatorOptions, phi4, sineGordon } from './lattice.ts'
import { type OwnField, ownField } from './own.ts'
import { NO_SCATTER, type Scatter } from './scatter.ts'
import { type SchrodingerOptions, schrodinger } from './schrodinger.ts'

/** A built-in field in numbers: what travels. */
export type FieldSpec =
  | ({ readonly kind: 'phi-4'; readonly g?: number } & OscillatorOptions)
  | ({ readonly kind: 'sine-gordon' } & OscillatorOptions)
  | ({ readonly kind: 'fput'; readonly alpha?: number; readonly beta?: number } & OscillatorOptions)
  | ({ readonly kind: 'kerr-cavities' } & CavityOptions)
  | ({ readonly kind: 'schrodinger' } & SchrodingerOptions)
  | ({ readonly kind: 'combs' } & CombOptions)

/** The built-in fields. */
export const FIELD_KINDS = [
  'phi-4',
  'sine-gordon',
  'fput',
  'kerr-cavities',
  'schrodinger',
  'combs',
] as const satisfies readonly FieldSpec['kind'][]

/** Makes a field with its frequencies scattered, default not; throws `CONFIG` naming what does not fit. */
export function makeField(spec: FieldSpec | OwnField, scatter: Scatter = NO_SCATTER): WaveField {
  switch (spec?.kind) {
    case 'phi-4':
      return phi4(spec, scatter)
    case 'sine-gordon':
      return sineGordon(spec, scatter)
    case 'fput':
      return fput(spec, scatter)
    case 'kerr-cavities':
      return kerrCavities(spec, scatter)
    case 'schrodinger':
      return schrodinger(spec, scatter)
    case 'combs':
      return combs(spec, scatter)
    case 'own':
      return ownField(spec, scatter)
    default: {
      const kind = shown((spec as { readonly kind?: unknown } | undefined)?.kind)
      throw new InsituError('CONFIG', `wave-field: there is no field of kind ${kind}`, {
        hint: `fields: ${FIELD_KINDS.join(', ')}`,
      })
    }
  }
}
