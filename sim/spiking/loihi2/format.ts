/**
 * Widths of the numbers on the core, after Lava's bit-accurate model of the leaky integrate-and-fire neuron.
 *
 * The whole specification is in docs/reference/loihi2-core.md.
 */
export const FORMAT = {
  /** Decays are twelve-bit fractions. */
  decayUnity: 4096,
  /** Currents, membranes and biases are held in steps of 1/64 of a weight or threshold. */
  alignment: 64,
  /** Thresholds have 17 bits. */
  mostThreshold: 131_071,
  thresholdBits: 17,
  /** Weights have eight bits, of which one is the sign where both signs occur. */
  mostMantissa: 255,
  mostExponent: 7,
  /** Biases are thirteen-bit numbers with their sign. */
  mostBias: 4095,
  /** Currents and membranes have 24 bits with their sign. */
  stateRange: 2 ** 23,
  /** What the membrane of a neuron reads in the tick in which it was reset to zero. */
  resetReading: 128,
} as const
