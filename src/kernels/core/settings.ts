/** Axons, neurons and axon types of a core. */
export const SIZE = 256
export const TYPES = 4
/** Words of 32 bits in a row of the crossbar, and in a set of spikes. */
export const WORDS = 8

/** Flags of a neuron. */
export const FLAG = { stochasticLeak: 1, leakReversal: 2, saturateBelow: 4 } as const

/** What happens to a potential after a spike. */
export const RESET = { value: 0, subtract: 1, none: 2 } as const

/**
 * Everything one core is set to, as flat arrays; `docs/reference/integer-core.md` is the specification. Unused axons have
 * no crossing, neurons beyond `neurons` take no part.
 */
export interface CoreSettings {
  /** Neurons in use, from the first; at most `SIZE`. */
  readonly neurons: number
  /** Seed and index of the core: together they choose its random numbers. */
  readonly seed: number
  readonly core: number
  /** Type of every axon, SIZE. */
  readonly axonType: Uint8Array
  /** Closed crossings, SIZE x WORDS, axon-major; bit n of word w is neuron 32 w + n. */
  readonly crossbar: Uint32Array
  /** s^G, SIZE x TYPES, neuron-major. */
  readonly weight: Int16Array
  /** Bit G is b^G, SIZE. */
  readonly stochasticWeight: Uint8Array
  /** lambda, SIZE. */
  readonly leak: Int16Array
  /** `FLAG` bits, SIZE. */
  readonly flags: Uint8Array
  /** `RESET`, SIZE. */
  readonly reset: Uint8Array
  /** alpha, M, beta and R, SIZE each. */
  readonly threshold: Int32Array
  readonly thresholdMask: Int32Array
  readonly negativeThreshold: Int32Array
  readonly resetPotential: Int32Array
}

/** A core with nothing set. */
export function emptySettings(neurons: number, seed: number, core: number): CoreSettings {
  return {
    neurons,
    seed,
    core,
    axonType: new Uint8Array(SIZE),
    crossbar: new Uint32Array(SIZE * WORDS),
    weight: new Int16Array(SIZE * TYPES),
    stochasticWeight: new Uint8Array(SIZE),
    leak: new Int16Array(SIZE),
    flags: new Uint8Array(SIZE),
    reset: new Uint8Array(SIZE),
    threshold: new Int32Array(SIZE),
    thresholdMask: new Int32Array(SIZE),
    negativeThreshold: new Int32Array(SIZE),
    resetPotential: new Int32Array(SIZE),
  }
}
