import type { DataSheet } from '../contract/sheet.ts'

/** Targets of a block of readings: slot t is compared with row floor(t / hold) mod rows. */
export interface Targets {
  /** At least rows x width numbers. */
  readonly data: Float64Array
  readonly rows: number
  readonly hold: number
}

/** How bad readings are: one number per slot, and its slope. */
export interface Cost {
  readonly name: string
  /** Writes the cost of each of `slots` rows of `width` readings to `into[0..slots-1]`. */
  values(sense: Float64Array, slots: number, width: number, targets: Targets, into: Float64Array): void
  /** Writes d cost / d reading, slots x width numbers, to `into`. */
  gradient(sense: Float64Array, slots: number, width: number, targets: Targets, into: Float64Array): void
}

/** Root mean square over slots of the cost's deviation that the machine's stated reading noise causes, to first order. */
export function costNoise(
  cost: Cost,
  sheet: DataSheet,
  sense: Float64Array,
  slots: number,
  targets: Targets,
  scratch: Float64Array,
): number {
  const { width, noise } = sheet.sense
  cost.gradient(sense, slots, width, targets, scratch)
  let sum = 0
  for (let i = 0; i < slots * width; i++) sum += scratch[i] * scratch[i]
  return noise * Math.sqrt(sum / slots)
}
