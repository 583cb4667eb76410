import { InsituError } from '../../../src/errors.ts'
import type { WaveField } from '../field.ts'
import { type CavityOptions, kerrCavities } from './cavity.ts'
import { type CombOptions, combs } from './comb.ts'
import { fput, type OscillatorOptions, phi4, sineGordon } from './lattice.ts'
import { NO_SCATTER, type Scatter, scattered } from './scatter.ts'
import { type SchrodingerOptions, schrodinger } from './schrodinger.ts'

/** A field that is not built in: made by its own function, which takes the disorder. It stays in this process. */
export interface OwnField {
  readonly kind: 'own'
  readonly make: (scatter: Scatter) => WaveField
}

/** A field in numbers: what travels as JSON. */
export type FieldSpec =
  | ({ readonly kind: 'phi-4'; readonly g?: number } & OscillatorOptions)
  | ({ readonly kind: 'sine-gordon' } & OscillatorOptions)
  | ({ readonly kind: 'fput'; readonly alpha?: number; readonly beta?: number } & OscillatorOptions)
  | ({ readonly kind: 'kerr-cavities' } & CavityOptions)
  | ({ readonly kind: 'schrodinger' } & SchrodingerOptions)
  | ({ readonly kind: 'combs' } & CombOptions)
  | OwnField

/** The built-in fields. */
export const FIELD_KINDS = [
  'phi-4',
  'sine-gordon',
  'fput',
  'kerr-cavities',
  'schrodinger',
  'combs',
] as const satisfies readonly Exclude<FieldSpec['kind'], 'own'>[]

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
    case 'own':
      return own(spec, scatter)
    default:
      throw new InsituError('CONFIG', `wave-field: there is no field "${String((spec as { kind: unknown }).kind)}"`, {
        hint: `fields: ${FIELD_KINDS.join(', ')}`,
      })
  }
}

function own({ make }: OwnField, scatter: Scatter): WaveField {
  if (typeof make === 'function') return make(scatter)
  throw new InsituError('CONFIG', 'wave-field: a field of kind own needs its function make', {
    hint: 'functions do not travel: on a board, export a function of your own module that returns the simulator',
  })
}
