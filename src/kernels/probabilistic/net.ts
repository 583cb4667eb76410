/** An axon that hears nothing. */
export const SILENT = -1

/** A neuron that belongs to no group of outputs. */
export const UNREAD = -1

/** Added to the variance of every input sum, so that an input without noise keeps a slope. */
export const VARIANCE_FLOOR = 5e-3

/** One core of a network whose spikes and synapses are probabilities. */
export interface ProbabilisticCore {
  readonly axons: number
  readonly neurons: number
  /**
   * What each axon hears: input lines come first, then the neurons of the cores before this one, core by core; or
   * `SILENT`.
   */
  readonly sources: Int32Array
  /** Type of each axon, 0 to 3. */
  readonly types: Uint8Array
  /** Weight of each neuron for each type, neurons x 4. */
  readonly weights: Float64Array
  /** What the input sum of each neuron is compared with. */
  readonly bounds: Float64Array
  /** Group of outputs that each neuron belongs to, or `UNREAD`. */
  readonly groups: Int32Array
  /** Where in theta its crossings begin, axon by axon, its leaks and its thresholds. */
  readonly crossings: number
  readonly leaks: number
  readonly thresholds: number
}

/** A feed-forward network of cores as the training sees it; connectivity and windows are data. */
export interface ProbabilisticNet {
  /** Input lines. */
  readonly inputs: number
  /** In an order in which everything a core hears comes before it. */
  readonly cores: readonly ProbabilisticCore[]
  /** Groups of outputs: classes. */
  readonly groups: number
  /** Length of theta. */
  readonly parameters: number
}

/** Forward and backward through a network; buffers are its own and are used again. */
export interface ProbabilisticEngine {
  /**
   * Mean spike probability of every group, rows x groups, valid until the next call. `drive` is rows x inputs, spike
   * probabilities; theta must stay as it is until `backward` is done.
   */
  forward(theta: Float64Array, drive: Float64Array, rows: number): Float64Array
  /**
   * The gradient over theta that `slopes`, d cost / d group (rows x groups), make of the last forward pass; valid until the
   * next call, free to write. Entries of neither crossings nor leaks are 0.
   */
  backward(slopes: Float64Array): Float64Array
}

/** One that also gives slopes by what it is shown. */
export interface ProbabilisticInputEngine extends ProbabilisticEngine {
  /** `drive`, rows x inputs, takes d cost / d drive, where it is given. */
  backward(slopes: Float64Array, drive?: Float64Array): Float64Array
}

/** Neurons of each group. */
export function groupSizes(net: ProbabilisticNet): Int32Array {
  const sizes = new Int32Array(net.groups)
  for (const { groups } of net.cores) for (const group of groups) if (group !== UNREAD) sizes[group]++
  return sizes
}
