import type { CallOptions } from '../contract/backend.ts'
import type { CheckedDevice } from '../contract/device.ts'
import type { TwinRecord } from './calibration.ts'
import type { TwinNews } from './news.ts'

/** What was read of a machine in one step, beside what its twin expected. */
export interface Seen extends TwinRecord {
  /** rows x sense width, from the twin with the parameters that are handed over beside it. */
  readonly expected: Float64Array
  /** When the last of it was read, on the machine's clock. */
  readonly seconds: number
}

/** What a monitor makes of a step. */
export interface Finding {
  /** The twin's own parameters to go on with; absent: those it has. */
  readonly parameters?: Float64Array
  readonly news: readonly TwinNews[]
  /** Of reads the monitor made itself, as receipts count them. */
  readonly slots: number
  readonly clipped: number
  readonly saturated: number
  readonly retries: number
}

/** Watches a twin while its machine is trained or serves. */
export interface TwinMonitor {
  /**
   * Takes the rows of one step and the twin's parameters; `seen.theta` is stored on the machine, and is again when it returns.
   * Copies what it keeps.
   */
  observe(seen: Seen, parameters: Float64Array, device: CheckedDevice, opts: CallOptions): Promise<Finding>
}
