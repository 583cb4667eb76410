import { InsituError } from '../../../src/errors.ts'
import type { WaveField } from '../field.ts'
import { type CavityOptions, kerrCavities } from './cavity.ts'
import { type CombOptions, combs } from './comb.ts'
import { fput, type OscillatorOptions, phi4, sineGordon } from './lattice.ts'
import { NO_SCATTER, type Scatter, scattered } from './scatter.ts'
import { type SchrodingerOptions, schrodinger } from './schrodinger.ts'

/** A field in numbers: what travels as JSON. */
export type FieldSpec =
  | ({ readonly kind: 'phi-4'; readonly g?: number } & OscillatorOptions)
  | ({ readonly kind: 'sine-gordon' } & OscillatorOptions)
  | ({ readonly kind: 'fput'; readonly alpha?: number; readonly beta?: number } & OscillatorOptions)
  | ({ readonly kind: 'kerr-cavities' } & CavityOptions)
  | ({ readonly kind: 'schrodinger' } & SchrodingerOptions)
  | ({ readonly kind: 'combs' } & CombOptions)

export const FIELD_KINDS = [
  'phi-4',
  'sine-gordon',
  'fput',
  'kerr-cavities',
  'schrodinger',
  'combs',
] as const satisfies readonly FieldSpec['kind'][]

/** A field, and what the disorder adds to the parameters that are stored. */
export interface MadeField {
  readonly field: WaveField
  /** One per parameter. */
  readonly offset: Float64Array
}

/** Makes a field with its frequencies scattered, default not; throws `CONFIG` for a kind there is not. */
export function makeField(spec: FieldSpec, scatter: Scatter = NO_SCATTER): MadeField {
  const field = build(spec, scatter)
  // Sites and potentials that are learned are off by their scatter; elsewhere it is in the field.
  const offset =
    spec.kind === 'schrodinger' || ('learn' in spec && spec.learn === 'sites')
      ? scattered(scatter, field.params)
      : new Float64Array(field.params)
  return { field, offset }
}

function build(spec: FieldSpec, scatter: Scatter): WaveField {
  switch (spec.kind) {
    case 'phi-4':
      return phi4(spec, scatter)
    case 'sine-gordon':
      return sineGordon(spec, scatter)
    case 'fput':
      return fput(spec, scatter)
    case 'kerr-cavities':
      return kerrCavities(spec, scatter)
    case 'schrodinger':
      return schrodinger(spec)
    case 'combs':
      return combs(spec, scatter)
    default:
      throw new InsituError('CONFIG', `wave-field: there is no field "${String((spec as { kind: unknown }).kind)}"`, {
        hint: `fields: ${FIELD_KINDS.join(', ')}`,
      })
  }
}
