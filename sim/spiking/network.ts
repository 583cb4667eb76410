import type { NirNeurons } from '../../src/exchange/nir/index.ts'
import type { Synapses } from './synapses.ts'

/** Neurons of one node, with the constant input that operators before them add. */
export interface Population {
  readonly name: string
  readonly size: number
  readonly neurons: NirNeurons
  /** Constant part of the input, one number per neuron. */
  readonly bias: Float64Array
}

/** Synapses from the drive or a population to a population. */
export interface Projection {
  /** A population's number, or `drive`. */
  readonly from: number | 'drive'
  readonly to: number
  readonly synapses: Synapses
  /** What lies between, for messages: `input -> fc1 -> lif1`. */
  readonly path: string
}

/** A network of neurons on a tick grid, with everything between them unrolled into synapses. */
export interface SpikingNetwork {
  readonly name: string
  /** Numbers in a row of the drive. */
  readonly inputs: number
  /** In the order in which the drive reaches them. */
  readonly populations: readonly Population[]
  readonly projections: readonly Projection[]
  /** The population that feeds the output. */
  readonly output: number
}
