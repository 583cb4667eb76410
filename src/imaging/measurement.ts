import type { Patterns } from '../patterns/patterns.ts'

/** What one detector gave for a list of patterns. */
export interface Measurement {
  readonly patterns: Patterns
  /** One number per pattern, offset and gain of the detector taken off as far as known: close to patterns.project(intensity). */
  readonly values: Float64Array
  /** Standard deviation of the noise of one value, where it is known. */
  readonly sigma?: number
  /** Whether each was shown with its opposite or on its own, where it is known: the two must not be mixed. */
  readonly pairing?: 'single' | 'opposite'
}

/** Why a reconstruction ended. */
export type Stopped = 'iterations' | 'discrepancy' | 'settled'

/** An image from a measurement. */
export interface Reconstruction {
  /** Transmission of the amplitude (with a wave model) or intensity (without), rows x columns. */
  readonly image: Float64Array
  readonly iterations: number
  readonly stopped: Stopped
}

/** News of a reconstruction on its way. */
export interface ReconstructionStep {
  readonly iteration: number
  readonly loss: number
  /** Valid during the call only. */
  readonly image: Float64Array
}
