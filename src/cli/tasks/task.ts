import type { Boundary } from '../../../devices/index.ts'
import type { Cost } from '../../cost/cost.ts'
import type { LessonTable } from '../../rules/lessons.ts'
import type { CoreMachine, EncoderMachine, WaveMachine } from '../machines/machine.ts'

/** One part of a task's data: what is shown, what is wanted, and which class each row is. */
export interface Rows extends LessonTable {
  readonly labels: Uint8Array
}

export interface TaskData {
  readonly train: Rows
  readonly test: Rows
  readonly classes: readonly string[]
  /** One sentence: what the data are, and how they were split. */
  readonly source: string
}

/** How a task is trained by MGD; amplitudes and rates in volts. */
export interface TaskSettings {
  /** Neurons per layer from the input on. */
  readonly layers: readonly number[]
  readonly activation: 'sigmoid' | 'tanh' | 'relu'
  /** Initial parameters are uniform in [low, high). */
  readonly initial: readonly [low: number, high: number]
  /** Amplitude of the random code, the same for every bank. */
  readonly amplitude: number
  /** Perturbations tried on each sample, and samples between two updates: tau_x and tau_theta / tau_x. */
  readonly codesPerSample: number
  readonly samplesPerUpdate: number
  /** First rate of Adam; it falls to `lastRate` along half a cosine over the budget. */
  readonly rate: number
  readonly lastRate: number
  /** Slots to spend on training; the command's --reads. */
  readonly reads: number
  /** The machine runs the rule: plain descent with this rate on the sum over `updateEvery` steps of C~ theta~ / norm^2. */
  readonly onChip: {
    readonly rate: number
    readonly codesPerSample: number
    readonly updateEvery: number
    readonly reads: number
  }
  /** Updates and rows per update of the floating-point reference. */
  readonly reference: { readonly updates: number; readonly batch: number; readonly rate: number }
}

/**
 * How a task is put on a lattice of springs and trained there by in situ backpropagation: which nodes are loaded and
 * read, the settings of the training, and the data as forces.
 */
export interface LatticeTask {
  /** Where forces act and displacements are read, by name, '11.y': as many as a row of the data has numbers. */
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  readonly settings: {
    /** Rate and epsilon of Adam on the latent variable, and the steepness of the stiffness over it. */
    readonly alpha: number
    readonly epsilon: number
    readonly beta: number
    readonly batch: number
    /** Displacements below this count as this in the loss, m. */
    readonly floor: number
    /** Largest adjoint load of a sample, N. */
    readonly load: number
    /** Slots to spend on training; the command's --reads. */
    readonly reads: number
  }
  /** Data for this seed, N: the split is drawn from it. */
  load(seed: number): TaskData
}

/**
 * How a task is put on a field of waves and trained there by Hamiltonian echo: the field, where the data go in and the
 * answer comes out, and how fast it learns. A row of the data is one wave.
 */
export interface WaveTask {
  readonly machine: WaveMachine
  readonly settings: {
    readonly cost: Cost
    /** How a wave is read: the class of the largest reading, or the sign of the first one, negative for the second class. */
    readonly answer: 'largest' | 'sign'
    /** What a row moves the parameters by, over the slope of its cost; it falls to `lastRate` along half a cosine. */
    readonly rate: number
    readonly lastRate: number
    /** Slots to spend on training; the command's --reads. */
    readonly reads: number
  }
  /** The learning field at the start. */
  start(seed: number): Float64Array
  /** Data for this seed: the split is drawn from it. */
  load(seed: number): TaskData
}

/**
 * How a task is put on cores of spiking neurons and trained there as probabilities: the network, and the settings of the
 * rule. A row of the data is the spike probabilities of one presentation.
 */
export interface CoreTask {
  /** The cores for this seed, which draws the signs of their neurons. */
  machine(seed: number): CoreMachine
  readonly settings: {
    readonly boundary: Boundary
    readonly batch: number
    /** First rate of Adam; it falls to 0 along half a cosine. */
    readonly rate: number
    /** Last strength of the pull of probabilities to 0 and 1. */
    readonly regulariser: number
    /** Rows to show to the model; the command's --reads, though the machine is not read for it. */
    readonly reads: number
  }
  /** Data for this seed: the split is drawn from it. */
  load(seed: number): TaskData
}

/**
 * How a task is put before a THz encoder and its patterns trained there by MGD: a row of the data is a scene, a reading the score
 * of a class.
 */
export interface EncoderTask {
  readonly machine: EncoderMachine
  readonly settings: Pick<
    TaskSettings,
    'amplitude' | 'codesPerSample' | 'samplesPerUpdate' | 'rate' | 'lastRate' | 'reads'
  > & {
    /** Steepness of the cost over the readings, 1/V. */
    readonly gain: number
  }
  /** Data for this seed: the split is drawn from it. */
  load(seed: number): TaskData
}

/** Something to learn. */
export interface Task {
  readonly name: string
  /** One line for help. */
  readonly summary: string
  readonly settings: TaskSettings
  /** The task for a lattice, if it has a form for one. */
  readonly lattice?: LatticeTask
  /** The task for a field of waves, if it has a form for one. */
  readonly wave?: WaveTask
  /** The task for cores of spiking neurons, if it has a form for them. */
  readonly core?: CoreTask
  /** The task for a THz encoder, if it has a form for one. */
  readonly encoder?: EncoderTask
  /** Data for this seed: the split is drawn from it. */
  load(seed: number): TaskData
}
