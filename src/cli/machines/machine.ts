import type { NamedPorts } from '../../../devices/index.ts'
import type { CheckedDevice } from '../../contract/device.ts'

/** What a machine should be set up as, where it can be. */
export interface Setup {
  readonly layers: readonly number[]
  readonly activation: 'sigmoid' | 'tanh' | 'relu'
  /** Ports of a lattice, 'node.axis', where the task is one for a lattice. */
  readonly lattice?: NamedPorts
  /** Which chip, for machines that are drawn at random. */
  readonly seed: number
  /** Settings of a simulated machine in units, e.g. readNoise: "0.5 mV"; other machines refuse them. */
  readonly settings?: Readonly<Record<string, string>>
}

/** A machine that the command line opened, with all that must be closed again. */
export interface Machine extends AsyncDisposable {
  readonly device: CheckedDevice
  /** Where it is, e.g. "serial:/dev/pts/5"; absent for a simulator in this process. */
  readonly port?: string
  /** Counters of the link, for machines behind one. */
  counters?(): Readonly<Record<string, number>>
  /** Ends at once what was started for it, without waiting: the last act before the process exits. */
  kill(): void
}

/** The first line of every run: what this machine is. */
export function introduction({ device, port }: Machine): string {
  const { kind, machine, identity } = device.sheet
  const what = { simulator: 'simulator', 'emulated firmware': 'emulated firmware', hardware: 'hardware' }[kind]
  return `${what}: ${machine}, ${identity}${port === undefined ? '' : `, on ${port}`}`
}
