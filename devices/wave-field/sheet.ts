import { type DataSheet, dataSheet, type Kind, type Port, type Readings } from '../../src/contract/sheet.ts'

/** A range of values and the step the hardware resolves, 0 if continuous. */
export interface WaveRange {
  readonly min: number
  readonly max: number
  readonly step: number
}

/** Ranges of what is sent in, read, injected and read locally; a wave field has no units. */
export interface WaveConverters {
  readonly drive: WaveRange
  readonly sense: WaveRange
  readonly injection: WaveRange
  readonly local: WaveRange
}

/** Wide and without steps. */
export const IDEAL_WAVES: WaveConverters = {
  drive: { min: -16, max: 16, step: 0 },
  sense: { min: -64, max: 64, step: 0 },
  injection: { min: -16, max: 16, step: 0 },
  local: { min: -1e6, max: 1e6, step: 0 },
}

/** Limits of the learning field, and the value it is safe at. */
export interface ThetaRange extends WaveRange {
  readonly safe: number
}

/**
 * A field of waves: the learning field is its parameters; what is sent in is added to chosen modes at the beginning of a
 * slot, and chosen modes are read at its end. An injection of +1 on a reading of q is an impulse along q: p grows; on a
 * reading of p, q shrinks (`src/contract/echo.ts`).
 */
export interface WaveFieldSpec {
  /** Which field, and how its modes lie. */
  readonly field: string
  readonly grid: { readonly rows: number; readonly columns: number }
  readonly params: number
  /** Channels by name, '3.q'. */
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  readonly theta: ThetaRange
}

export interface WaveSheetOptions {
  readonly kind: Kind
  readonly identity: string
  readonly converters: WaveConverters
  /** Standard deviations of a reading and of a local reading. */
  readonly noise: number
  readonly localNoise: number
  readonly maxSlots: number
  readonly slotSeconds: number
  readonly repeatable: boolean
  readonly settings?: Readonly<Record<string, unknown>>
}

/** The data sheet of a wave field. */
export function waveSheet(spec: WaveFieldSpec, options: WaveSheetOptions): DataSheet {
  const { converters, noise } = options
  return dataSheet({
    machine: 'wave-field',
    kind: options.kind,
    identity: options.identity,
    banks: [{ name: 'theta', width: spec.params, unit: '1', slew: Number.POSITIVE_INFINITY, ...spec.theta }],
    drive: { width: spec.inputs.length, unit: '1', ...converters.drive },
    sense: { width: spec.outputs.length, unit: '1', ...converters.sense, noise },
    maxSlots: options.maxSlots,
    slotSeconds: options.slotSeconds,
    repeatable: options.repeatable,
    settings: {
      field: spec.field,
      grid: { ...spec.grid },
      inputs: [...spec.inputs],
      outputs: [...spec.outputs],
      ...options.settings,
    },
  })
}

/** What one local reading is: an action. */
export function actionPort({ params }: WaveFieldSpec, { converters, localNoise }: WaveSheetOptions): Readings {
  return { width: params, unit: '1', ...converters.local, noise: localNoise }
}

/** What can be injected on an output. */
export function injectionPort({ outputs }: WaveFieldSpec, { converters }: WaveSheetOptions): Port {
  return { width: outputs.length, unit: '1', ...converters.injection }
}
