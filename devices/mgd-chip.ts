import type { Bank, DataSheet, Kind, Port } from '../src/contract/sheet.ts'
import { dataSheet } from '../src/contract/sheet.ts'
import { InsituError } from '../src/errors.ts'

/**
 * The chip: a multilayer perceptron made of analog multipliers.
 *
 * Every signal is a voltage. A weight of w volts multiplies its input by w * (1/V); a neuron's net input is
 * z = sum_j a_j w_jo - b_o (the bias is SUBTRACTED, as in McCaughan et al. 2023), its output f(z / 1 V) * 1 V.
 */
export type Activation = 'sigmoid' | 'tanh' | 'relu'

export interface ChipSpec {
  /** Neurons per layer from the input on: [2, 2, 1]. */
  readonly layers: readonly number[]
  /** The same for every layer. */
  readonly activation: Activation
}

/** Where things lie in theta: all weights layer by layer (column-major: j * out + o), then all biases layer by layer. */
export interface ChipLayout {
  readonly layers: readonly {
    readonly inputs: number
    readonly outputs: number
    readonly w: number
    readonly b: number
  }[]
  readonly inputs: number
  readonly outputs: number
  readonly neurons: number
  readonly paramCount: number
}

export function chipLayout(spec: ChipSpec): ChipLayout {
  const { layers } = spec
  if (layers.length < 2 || layers.some((n) => !Number.isInteger(n) || n < 1))
    throw new InsituError(
      'CONFIG',
      `mgd-chip: layers must be two or more whole numbers from 1, got ${layers.join('-')}`,
      {
        hint: 'write them from input to output, for example 4-5-3',
      },
    )
  let w = 0
  let b = 0
  for (let l = 1; l < layers.length; l++) b += layers[l - 1] * layers[l]
  const found: { inputs: number; outputs: number; w: number; b: number }[] = []
  for (let l = 1; l < layers.length; l++) {
    found.push({ inputs: layers[l - 1], outputs: layers[l], w, b })
    w += layers[l - 1] * layers[l]
    b += layers[l]
  }
  const neurons = layers.slice(1).reduce((sum, n) => sum + n, 0)
  return { layers: found, inputs: layers[0], outputs: layers.at(-1) as number, neurons, paramCount: b }
}

/** Ranges and steps of the converters, in volts; step 0 is continuous. */
export interface ChipConverters {
  readonly parameter: { readonly min: number; readonly max: number; readonly step: number }
  readonly drive: { readonly min: number; readonly max: number; readonly step: number }
  readonly sense: { readonly min: number; readonly max: number; readonly step: number }
}

/** The ranges of the reference firmware without its steps (`docs/reference/wire.md`). */
export const IDEAL_CONVERTERS: ChipConverters = {
  parameter: { min: -16, max: 16, step: 0 },
  drive: { min: -2, max: 2, step: 0 },
  sense: { min: -2, max: 2, step: 0 },
}

const SIXTEEN_BIT = (step: number) => ({ min: -32768 * step, max: 32767 * step, step })

/** 16-bit converters of the reference firmware: 2^-11 V per parameter count, 2^-14 V for signals. */
export const FIRMWARE_CONVERTERS: ChipConverters = {
  parameter: SIXTEEN_BIT(2 ** -11),
  drive: SIXTEEN_BIT(2 ** -14),
  sense: SIXTEEN_BIT(2 ** -14),
}

export interface ChipSheetOptions {
  readonly kind: Kind
  readonly identity: string
  readonly converters: ChipConverters
  /** Standard deviation of one reading, V. */
  readonly noise: number
  readonly maxSlots: number
  /** Settle and conversion time of one slot, seconds. */
  readonly slotSeconds: number
  readonly repeatable: boolean
  readonly settings?: Readonly<Record<string, unknown>>
}

/** The data sheet of a chip: banks w1, w2, ... then b1, b2, ..., all in volts. */
export function chipSheet(spec: ChipSpec, options: ChipSheetOptions): DataSheet {
  const layout = chipLayout(spec)
  const { converters } = options
  const port = (width: number, range: ChipConverters['drive']): Port => ({ width, unit: 'V', ...range })
  const bank = (name: string, width: number): Bank => ({
    name,
    ...port(width, converters.parameter),
    safe: 0,
    slew: Number.POSITIVE_INFINITY,
  })
  return dataSheet({
    machine: 'mgd-chip',
    kind: options.kind,
    identity: options.identity,
    banks: [
      ...layout.layers.map((layer, l) => bank(`w${l + 1}`, layer.inputs * layer.outputs)),
      ...layout.layers.map((layer, l) => bank(`b${l + 1}`, layer.outputs)),
    ],
    drive: port(layout.inputs, converters.drive),
    sense: { ...port(layout.outputs, converters.sense), noise: options.noise },
    maxSlots: options.maxSlots,
    slotSeconds: options.slotSeconds,
    repeatable: options.repeatable,
    settings: { layers: [...spec.layers], activation: spec.activation, ...options.settings },
  })
}
