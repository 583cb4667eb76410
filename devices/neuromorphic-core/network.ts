/** Axons and neurons of one core. */
export const AXONS = 256
export const NEURONS = 256

/** Types an axon can have; a neuron has one weight per type. */
export const AXON_TYPES = 4

/** Shortest and longest way from a spike to its axon, ticks. */
export const DELAYS = { min: 1, max: 15 } as const

/** Ranges of what a neuron is set to, both ends included; see `docs/reference/integer-core.md`. */
export const RANGES = {
  /** Signed 9 bits. */
  weight: { min: -256, max: 255 },
  leak: { min: -256, max: 255 },
  /** 18 bits. */
  threshold: { min: 0, max: 262143 },
  negativeThreshold: { min: 0, max: 262143 },
  /** 17 bits. */
  thresholdMask: { min: 0, max: 131071 },
  /** Signed 20 bits. */
  potential: { min: -524288, max: 524287 },
} as const

/** Where the spikes of a neuron go: one axon of one core, `delay` ticks later, or an output of the network. */
export type Target =
  | { readonly core: number; readonly axon: number; readonly delay: number }
  | { readonly output: number }

/** What one neuron is set to; what is not said is 0, false or none. */
export interface NeuronSpec {
  /** s^G, one signed weight per axon type. */
  readonly weights: readonly number[]
  /** b^G: the weight of this type acts as its sign with probability (|s| + 1) / 256, drawn for every spike. */
  readonly stochasticWeights?: readonly boolean[]
  /** lambda, added once a tick. */
  readonly leak?: number
  /** The leak acts as its sign with probability (|lambda| + 1) / 256. */
  readonly stochasticLeak?: boolean
  /** epsilon: the leak points away from zero (lambda > 0) or towards it (lambda < 0), and stops at zero. */
  readonly leakReversal?: boolean
  /** alpha: a neuron at or above it spikes. */
  readonly threshold: number
  /** M: bits of a random number that are added to the threshold in every tick. */
  readonly thresholdMask?: number
  /** beta, how far below zero the potential may fall. */
  readonly negativeThreshold?: number
  /** kappa: below -beta the potential stays there ('saturate', the default) or is reset as after a spike. */
  readonly below?: 'saturate' | 'reset'
  /** gamma: a spike sets the potential to R ('value', the default), takes the threshold off, or leaves it. */
  readonly reset?: 'value' | 'subtract' | 'none'
  /** R. */
  readonly resetPotential?: number
  /** V at the start of a presentation. */
  readonly potential?: number
  readonly target?: Target
}

/** One core: a type per axon in use, the neurons in use, and the neurons that each axon is connected to. */
export interface CoreSpec {
  readonly axonTypes: readonly number[]
  readonly neurons: readonly NeuronSpec[]
  /** Per axon the neurons at its crossings that are closed, rising. */
  readonly crossbar: readonly (readonly number[])[]
}

/** An axon of a core. */
export interface AxonAddress {
  readonly core: number
  readonly axon: number
}

/** A network as it lies on cores. */
export interface CoreNetwork {
  readonly cores: readonly CoreSpec[]
  /** Per input line the axons that its spikes reach, in the tick in which they come; the host copies them. */
  readonly inputs: readonly (readonly AxonAddress[])[]
  /** Output lines; several neurons may feed one. */
  readonly outputs: number
  /** Seed of the random numbers of all cores. */
  readonly seed?: number
}
