import type { Gate } from './gate.ts'
import type { LimitPolicy, Measurer } from './measurer.ts'
import type { Mirror } from './mirror.ts'
import type { DataSheet } from './sheet.ts'

/** What a device's guards share. */
export interface Guarded {
  readonly sheet: DataSheet
  readonly policy: LimitPolicy
  readonly gate: Gate
  readonly mirror: Mirror
  readonly measurer: Measurer
}
