import type { CallOptions } from '../contract/backend.ts'
import type { TwinRecord } from './calibration.ts'

/** Watches a twin while a machine is trained. */
export interface TwinMonitor {
  /** Takes the rows of one step with the twin's parameters; returns others where the twin is to go on with those. */
  observe(seen: TwinRecord, parameters: Float64Array, opts: CallOptions): Promise<Float64Array | undefined>
}
