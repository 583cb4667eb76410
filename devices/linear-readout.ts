import { type Bank, type DataSheet, dataSheet, type Kind } from '../src/contract/sheet.ts'
import { InsituError } from '../src/errors.ts'
import type { NeuronLayer } from '../src/rules/feedback/layers.ts'
import type { Curve } from '../src/twins/surrogate.ts'

/**
 * A net of two layers with a linear readout: y = p^-1/2 sum_r beta_r psi(w_r . x), p hidden neurons, no biases (the machine of
 * Song, Xu and Lafferty 2021). All signals and parameters are pure numbers.
 *
 * theta: all w (index j * hidden + r), then all beta (index r * outputs + o).
 */
export interface LinearReadoutSpec {
  readonly inputs: number
  readonly hidden: number
  /** Default 1. */
  readonly outputs?: number
  /** psi. */
  readonly activation: Curve
}

/** Largest size of a parameter, of a number of the drive, and of a reading. */
export interface LinearReadoutRanges {
  readonly parameter: number
  readonly drive: number
  readonly sense: number
}

/** Wide enough not to matter where inputs and weights are of order 1. */
export const WIDE_RANGES: LinearReadoutRanges = { parameter: 1e4, drive: 1e3, sense: 1e6 }

/** The layers as rules without a twin want them; throws `CONFIG` for sizes that are no whole numbers from 1. */
export function linearReadoutLayers(spec: LinearReadoutSpec): readonly [NeuronLayer, NeuronLayer] {
  const { inputs, hidden, outputs = 1, activation } = spec
  if ([inputs, hidden, outputs].some((n) => !Number.isInteger(n) || n < 1))
    throw new InsituError(
      'CONFIG',
      `linear-readout: inputs, hidden and outputs must be whole numbers from 1, got ${inputs}, ${hidden}, ${outputs}`,
    )
  const weights = inputs * hidden
  return [
    { inputs, outputs: hidden, w: 0, b: 0, bias: 0, activation },
    { inputs: hidden, outputs, w: weights, b: 0, bias: 0, activation: 'linear', gain: 1 / Math.sqrt(hidden) },
  ]
}

export interface LinearReadoutSheetOptions {
  readonly kind: Kind
  readonly identity: string
  readonly ranges: LinearReadoutRanges
  readonly maxSlots: number
  readonly slotSeconds: number
}

/** The data sheet: banks `w` and `beta`. */
export function linearReadoutSheet(spec: LinearReadoutSpec, options: LinearReadoutSheetOptions): DataSheet {
  const [first, second] = linearReadoutLayers(spec)
  const { ranges, ...rest } = options
  const port = (width: number, range: number) => ({ width, unit: '1', min: -range, max: range, step: 0 })
  const bank = (name: string, width: number): Bank => ({
    name,
    ...port(width, ranges.parameter),
    safe: 0,
    slew: Number.POSITIVE_INFINITY,
  })
  return dataSheet({
    ...rest,
    machine: 'linear-readout',
    banks: [bank('w', first.inputs * first.outputs), bank('beta', second.inputs * second.outputs)],
    drive: port(first.inputs, ranges.drive),
    sense: { ...port(second.outputs, ranges.sense), noise: 0 },
    repeatable: true,
    settings: { ...spec, outputs: second.outputs },
  })
}
