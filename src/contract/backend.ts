import type { Block } from './block.ts'
import type { DataSheet } from './sheet.ts'

export interface CallOptions {
  /** Ends the call early; it then rejects with the signal's reason and the machine still works. */
  readonly signal?: AbortSignal
}

/** The context every reading carries. */
export interface Receipt {
  readonly slots: number
  /** Values that were moved to a limit before they were applied. */
  readonly clipped: number
  /** Exchanges that had to be repeated. */
  readonly retries: number
  /** Readings that hit the end of the sense range. */
  readonly saturated: number
  /** Start and end on the machine's own clock, in seconds. */
  readonly startedAt: number
  readonly endedAt: number
}

/**
 * What the author of a machine implements: store parameters, then perturb and measure.
 *
 * Calls never overlap and arguments are already checked (lengths, limits, finiteness): `attach` sees to both.
 * The caller owns every array; keep no reference after the promise settles.
 */
export interface Backend extends AsyncDisposable {
  readonly sheet: DataSheet
  /** Sets all parameters, in bank order and bank units. */
  store(theta: Float64Array, opts?: CallOptions): Promise<void>
  /**
   * Runs a block and writes `slots * sense.width` readings into `into`, slot-major, in sense units.
   * A code arrives only where the `codes` facet lists its family. A reading that is not valid is NaN.
   */
  measure(block: Block, into: Float64Array, opts?: CallOptions): Promise<Receipt>
}
