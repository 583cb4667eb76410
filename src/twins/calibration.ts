import type { Twin } from './twin.ts'

/** A twin's own parameters as measurements have them, with what is known of their errors. */
export interface Calibration {
  /** Name of the twin. */
  readonly twin: string
  /** Machine and identity it was measured on, as `nameOf` writes it; absent for a table without a machine. */
  readonly device?: string
  /** In the order of the twin's banks. */
  readonly parameters: Float64Array
  /** Standard deviation of each of them. */
  readonly deviations: Float64Array
  /** Parameters x parameters, row by row. */
  readonly covariance: Float64Array
  /** Standard deviation of a reading about the twin, per column of the readings, in sense units: noise and what the twin lacks. */
  readonly sigma: Float64Array
  /** Readings that the fit left over to estimate sigma from; absent where sigma was given. */
  readonly spare?: number
  /** Root mean square of reading minus expectation over that of the readings about their mean, on the data of the fit. */
  readonly residual: number
  /** Names of parameters of which the data say next to nothing: what stands there is what was believed before. */
  readonly undetermined: readonly string[]
}

/** A twin with what is known of its own parameters: what rules and monitors take. */
export interface FittedTwin {
  readonly twin: Twin
  /** Absent for a twin as designed. */
  readonly calibration?: Calibration
}

/** Measured pairs at one setting of the machine. */
export interface TwinRecord {
  readonly theta: Float64Array
  /** rows x drive width. */
  readonly drive: Float64Array
  /** rows x sense width. */
  readonly sense: Float64Array
  readonly rows: number
}
