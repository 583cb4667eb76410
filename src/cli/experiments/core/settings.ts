import { BOUNDARIES, TIES } from '../../../../devices/index.ts'
import { choice, real, type Values, whole } from '../settings.ts'

/** What training and deployment of probabilistic synapses have in common. */
export const TRAINING_SETTINGS = {
  epochs: whole(80, 'passes over the training images'),
  batch: whole(50, 'images between updates'),
  rate: real(0.03, 'first rate of Adam, falling along half a cosine to 0'),
  warmup: real(6, 'epochs in which the rate rises from 0 in a line: faster, and neurons fall silent for good'),
  drawn: whole(
    1,
    'training shows pixels as the mean of so many ticks of spikes, drawn anew each time; 0: as probabilities',
    0,
  ),
  regulariser: real(
    0,
    'pull of the probabilities to 0 and 1: lambda of lambda sum c (1 - c) / neurons, rising over the second half',
  ),
  tie: choice(TIES, 'strict', 'a neuron whose input sum is 0 is silent (strict) or spikes (at-least)'),
  boundary: choice(
    BOUNDARIES,
    'zero',
    'training compares input sums with 0, or with the half-integer between sums that spike and sums that do not',
  ),
  members: whole(64, 'members sampled; ensembles of 1, 2, 4, ... are disjoint groups of them'),
  ticks: whole(4, 'ticks of a presentation; 1, 2, 4, ... of them are counted'),
} as const

export type TrainingValues = Values<typeof TRAINING_SETTINGS>

/** Share of crossings that are neither almost surely open nor almost surely closed. */
export function undecidedShare(crossings: Float64Array): number {
  return crossings.reduce((sum, c) => sum + (c > 0.05 && c < 0.95 ? 1 : 0), 0) / crossings.length
}
