import { choice, real, type Setting, type Values, whole } from '../settings.ts'

/** What of the chain is trained; the rest stays as it begins. */
export const TRAINED = ['both', 'patterns', 'chip'] as const
export type Trained = (typeof TRAINED)[number]

export const CHAIN_RULES = ['chip-in-the-loop', 'mgd', 'backprop'] as const

export const CHAIN_SETTINGS = {
  patterns: whole(8, 'patterns that are shown to a digit, and readings of it'),
  layers: hidden([16], 'hidden neurons of the chip, layer by layer'),
  rule: choice(
    CHAIN_RULES,
    'chip-in-the-loop',
    'readings of the chain and slopes of its twin; readings alone, over the parameters of both; or both machines as designed',
  ),
  train: choice(
    TRAINED,
    'both',
    'what is learnt: patterns and chip, or one of them while the other stays as it begins',
  ),
  start: choice(['random', 'hadamard'], 'random', 'patterns at the beginning, where they are trained'),
  noise: real(
    0.02,
    'standard deviation of one reading, as a part of what the average digit gives through a wafer that lets everything pass',
  ),
  mismatch: real(0.2, 'spread of the gain of every stored weight and of the four constants of every neuron, relative'),
  chipNoise: real(0, 'standard deviation of one output of the chip, V'),
  thickness: real(500, 'silicon between the digit and the patterns, um'),
  pitch: real(320, 'distance of neighbouring pixels, um'),
  seeds: whole(5, 'chains, each with its own machines, start and split'),
  epochs: whole(60, 'chip-in-the-loop and backprop: passes over the training set'),
  batch: whole(16, 'chip-in-the-loop and backprop: digits per update'),
  rate: real(0.1, 'first rate of Adam, falling to a tenth of it along half a cosine'),
  gain: real(10, 'steepness of the softmax over the outputs of the chip, 1/V'),
  reads: whole(2_500_000, 'mgd: slots to spend on training, about'),
  mgdRate: real(0.1, 'mgd: first rate of Adam'),
  amplitude: real(0.1, 'mgd: amplitude of the random code on the weights of the chip, V'),
  patternAmplitude: real(0.2, 'mgd: the same on the patterns, part of the power'),
  codes: whole(1, 'mgd: perturbations tried on each digit, each with both signs'),
  samples: whole(512, 'mgd: digits between updates'),
} as const

export type ChainSettings = Values<typeof CHAIN_SETTINGS>

/** Sizes of hidden layers, written `16` or `20-16`. */
function hidden(value: readonly number[], meaning: string): Setting<readonly number[]> {
  return {
    form: 'one or more layer sizes like 16 or 20-16',
    default: value,
    meaning,
    read(text) {
      const sizes = text.split('-').map((part) => (/^\d+$/.test(part) ? Number(part) : 0))
      return sizes.every((size) => size > 0) ? sizes : undefined
    },
    write: (sizes) => sizes.join('-'),
  }
}
