import { choice, layers, numbers, real, type Values, volts, whole } from '../settings.ts'

export const CALIBRATION_SETTINGS = {
  twin: choice(
    ['chip', 'scaled'],
    'chip',
    'a simulated analog chip, measured and fitted; or 30 parameters whose readings are 100 times as sensitive to one as to another, fitted by variational inference and by Adam',
  ),
  method: choice(['both', 'gauss-newton', 'variational'], 'both', 'chip: how it is fitted'),
  layers: layers([4, 4, 3], 'chip: sizes of its layers'),
  mismatch: real(0.2, 'chip: gain of every stored parameter, and all four constants of every neuron'),
  offset: volts(0.02, 'chip: offset of every stored parameter, V'),
  believed: real(1, 'chip: spread that the twin believes in, over the true one', 1e-3),
  noise: real(0.01, 'chip: standard deviation of one reading, V'),
  scaledNoise: real(0.3, 'scaled: the same, of the logarithm of a sum of order 10', 1e-6),
  machines: whole(20, 'machines, each with its own mismatch, probes and noise; default 3 with twin=scaled'),
  settings: whole(12, 'chip: settings of the parameters that are probed'),
  rows: whole(32, 'rows shown at each; scaled: ten times as many at one'),
  repeats: whole(1, 'chip: times each row is measured'),
  reach: real(0.125, 'chip: how far settings go to either side of 0 V, as a part of the range'),
  heldSettings: whole(4, 'chip: settings held out, with as many rows each'),
  iterations: whole(20, 'of variational inference'),
  pairs: whole(2, 'pairs of points a variational iteration, or a step of Adam, looks at'),
  adamSteps: whole(3000, 'scaled: steps of Adam'),
  adamRates: numbers(
    [0.003, 0.01, 0.03, 0.1],
    'scaled: first rates of Adam that are tried; each falls to a hundredth along half a cosine',
  ),
  nats: real(3, 'scaled: how near to the best bound found counts as there', 1e-6),
} as const

export type CalibrationSettings = Values<typeof CALIBRATION_SETTINGS>
