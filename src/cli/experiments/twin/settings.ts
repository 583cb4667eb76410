import type { Context } from '../experiment.ts'
import { choice, real, type Values, whole } from '../settings.ts'

/** Machines the comparison is made on; each has its runner in `machines.ts`. */
export const LOOP_DEVICES = ['mgd-chip', 'lattice', 'core', 'wave-field'] as const

export const LOOP_SETTINGS = {
  device: choice(LOOP_DEVICES, 'mgd-chip', 'the machine'),
  task: choice(
    ['digits', 'iris', 'regression'],
    'digits',
    'what is learnt: digits or iris on the chip, iris or regression (four displacements in proportion to a force) on the lattice',
  ),
  mismatch: real(
    0.2,
    'deviation from the design, relative: see `parts` for the chip; stiffness of every bond on the lattice; thresholds of the core, in potential; frequencies of the wave field',
  ),
  parts: choice(
    ['both', 'weights', 'neurons'],
    'both',
    'mgd-chip: what deviates: the gain of every stored parameter, all four constants of every neuron, or both',
  ),
  noise: real(0.01, 'standard deviation of one reading: V on the chip, um per axis and image on the lattice'),
  seeds: whole(5, 'machines, each with its own mismatch, start and split'),
  epochs: whole(20, 'passes over the training set'),
  batch: whole(32, 'rows per update'),
  rate: real(0.02, 'first rate of Adam, falling to a tenth of it along half a cosine'),
  twin: choice(
    ['nominal', 'linear', 'box', 'calibrated'],
    'nominal',
    'the twin that gives the slopes: as designed; with slopes of 1 or a box for those of neurons; or calibrated on the machine first',
  ),
  inner: choice(
    ['measured', 'unmeasured'],
    'measured',
    'readings inside the machine, where it has them: taken, so that slopes are layer by layer, or not, so that they are end to end',
  ),
  slopesAt: choice(
    ['inputs', 'outputs'],
    'inputs',
    'mgd-chip: a neuron is where its net input puts it on its curve, or where its own measured output says',
  ),
  cost: choice(['cross-entropy', 'mean-squared-error'], 'cross-entropy', 'mgd-chip: what is made small'),
  check: choice(
    ['on', 'off'],
    'on',
    'chip and lattice: the twin is held against the machine first, and refused where it does not predict it',
  ),
  wire: choice(
    ['none', 'firmware', 'board'],
    'none',
    'mgd-chip: the simulated chip; the arithmetic of the firmware in this process; or the firmware on an emulated ATmega328P behind its serial line',
  ),
  probes: whole(24, 'twin=calibrated: settings of the parameters that are tried'),
  probeRows: whole(32, 'twin=calibrated: rows shown at each'),
  ticks: whole(16, 'core: ticks of a presentation, in training and after it'),
  inSilico: choice(
    ['train', 'core-digits'],
    'train',
    'core: the training as probabilities that bits are drawn from, with the settings of the command train or of that experiment',
  ),
  pretraining: whole(0, 'core: epochs of that training; 0: as many as it has', 0),
  loss: real(0.05, 'wave-field: rate at which the wave loses its energy, per unit of time'),
} as const

export type LoopSettings = Values<typeof LOOP_SETTINGS>

/** What one machine made of it; shares of test rows answered right, or 1 minus the relative error of a regression. */
export interface LoopRun {
  /** Trained by the same rule on the machine as designed, without mismatch and noise, and run there. */
  readonly ideal: number
  /** The parameters of `ideal`, stored on the machine as made. */
  readonly inSilicoThenDeployed: number
  /** Trained by chip-in-the-loop on the machine as made, and run there. */
  readonly inTheLoop: number
  /** Residual of the twin on the test rows at the first and at the last parameters. */
  readonly residualBefore: number
  readonly residualAfter: number
  /** Slots measured for `inTheLoop`: calibration, the check of the twin and training. */
  readonly reads: number
  /** Accuracy on the test rows by epoch, of `ideal` and of `inTheLoop`. */
  readonly curves?: { readonly ideal: readonly number[]; readonly inTheLoop: readonly number[] }
  /** More numbers that this kind of machine has to tell; listed per seed under their names. */
  readonly more?: Readonly<Record<string, number>>
}

/** Makes one machine from a seed and compares the three ways on it. */
export type LoopRunner = (settings: LoopSettings, context: Context) => Promise<LoopRun>

/** A kind of machine in the comparison. */
export interface LoopMachine {
  readonly run: LoopRunner
  /** Defaults in place of those of `LOOP_SETTINGS`. */
  readonly usual: Partial<LoopSettings>
}
