import type { NamedPorts } from '../../../devices/index.ts'
import type { NeuromorphicCoreOptions, ThzEncoderOptions, WaveBoardOptions } from '../../../sim/index.ts'
import type { CheckedDevice } from '../../contract/device.ts'

/** A field of waves as a task is put on it: which, where it is driven and read, and how its learning field rests. */
export type WaveMachine = Pick<WaveBoardOptions, 'field' | 'inputs' | 'outputs' | 'time' | 'step' | 'theta'> &
  Required<Pick<WaveBoardOptions, 'learning'>>

/** Cores as a task is put on them: the network, and how long a row is presented. */
export type CoreMachine = Required<Pick<NeuromorphicCoreOptions, 'network' | 'ticks'>>

/** A THz encoder as a task is put before it: pixels of a side of the scene, and patterns. */
export type EncoderMachine = Pick<ThzEncoderOptions, 'pixels' | 'patterns'>

/** What a machine should be set up as, where it can be. */
export interface Setup {
  readonly layers: readonly number[]
  readonly activation: 'sigmoid' | 'tanh' | 'relu'
  /** Ports of a lattice, 'node.axis', where the task is one for a lattice. */
  readonly lattice?: NamedPorts
  /** The field of waves, where the task is one for it. */
  readonly wave?: WaveMachine
  /** The network of cores, where the task is one for them. */
  readonly core?: CoreMachine
  /** The THz encoder, where the task is one for it. */
  readonly encoder?: EncoderMachine
  /** Which chip, for machines that are drawn at random. */
  readonly seed: number
  /** Settings of a simulated machine in units, e.g. readNoise: "0.5 mV"; other machines refuse them. */
  readonly settings?: Readonly<Record<string, string>>
}

/** What was found out about a machine before it is trained. */
export interface Checkup {
  /** One line for people. */
  readonly words: string
  /** For the record and for programs; null where a number has no end. */
  readonly values: Readonly<Record<string, number | null>>
  /** Why training may fail on it. */
  readonly warning?: string
}

/** A machine that the command line opened, with all that must be closed again. */
export interface Machine extends AsyncDisposable {
  readonly device: CheckedDevice
  /** Where it is, e.g. "serial:/dev/pts/5"; absent for a simulator in this process. */
  readonly port?: string
  /** Energy used so far, J, by the model that its sheet declares; absent where none is declared. */
  energy?(): number
  /** Counters of the link, for machines behind one. */
  counters?(): Readonly<Record<string, number>>
  /** Looks at the machine as it would start with these parameters and one row of the task, without touching it. */
  check?(theta: Float64Array, drive: Float64Array): Checkup
  /** Ends at once what was started for it, without waiting: the last act before the process exits. */
  kill(): void
}

/** The first line of every run: what this machine is. */
export function introduction({ device, port }: Machine): string {
  const { kind, machine, identity } = device.sheet
  const what = { simulator: 'simulator', 'emulated firmware': 'emulated firmware', hardware: 'hardware' }[kind]
  return `${what}: ${machine}, ${identity}${port === undefined ? '' : `, on ${port}`}`
}

/** A machine in this process: there is nothing to close but the device. */
export function inProcess(device: CheckedDevice): Machine {
  return { device, kill() {}, [Symbol.asyncDispose]: () => device[Symbol.asyncDispose]() }
}
