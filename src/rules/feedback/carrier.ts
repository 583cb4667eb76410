import type { CallOptions, Receipt } from '../../contract/backend.ts'
import type { Device } from '../../contract/device.ts'
import type { NeuronLayer } from './layers.ts'

/** Errors on their way back: d mean cost / d (sum of a neuron, its gain included), rows x width each. */
export interface Errors {
  readonly rows: number
  /** Of the outputs. */
  readonly output: Float64Array
  /** Of the layer above the one that is to be told. */
  readonly above: Float64Array
}

/** What a carrier that measures has used. */
export type Used = Pick<Receipt, 'slots' | 'clipped' | 'saturated' | 'retries'>

/** How errors get back to hidden layers: the one thing in which these rules differ. */
export interface Carrier {
  /** Measures what it needs for the errors of the outputs, once a step; absent where nothing is measured. */
  bring?(output: Float64Array, rows: number, opts: CallOptions): Promise<Used>
  /** Writes what arrives at the outputs of hidden layer `layer` (0 is the first), rows x its width; `theta` is what the machine holds. */
  back(layer: number, errors: Errors, theta: Float64Array, into: Float64Array): void
  /** Cosine between what is sent back and what the weights would, worst layer. */
  alignment(theta: Float64Array): number
}

/** Makes the carrier for a machine whose layers are checked already. */
export type OpenCarrier = (device: Device<'taps'>, layers: readonly NeuronLayer[]) => Carrier

/** Adds nothing up. */
export const UNUSED: Used = { slots: 0, clipped: 0, saturated: 0, retries: 0 }
