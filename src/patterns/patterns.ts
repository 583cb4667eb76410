/** A list of patterns to be shown one after the other, as an operator: nothing says that they are stored. */
export interface Patterns {
  /** Family and order, for records: "hadamard, cake-cutting". */
  readonly name: string
  /** How many. */
  readonly count: number
  readonly rows: number
  readonly columns: number
  /** Smallest and largest entry: -1 and 1 for Hadamard, which a light modulator shows as a pair of opposites. */
  readonly min: number
  readonly max: number
  /** Writes pattern k, rows x columns numbers, row by row. */
  fill(k: number, into: Float64Array): void
  /** Writes the sums over every pattern times the image: `count` numbers. */
  project(image: Float64Array, into: Float64Array): void
  /** The transpose: writes the sum of all patterns times their values, rows x columns numbers. */
  back(values: Float64Array, into: Float64Array): void
  /**
   * Whether every two patterns are orthogonal and of the same square norm, and that norm: the transpose over it then is the
   * pseudo-inverse. Absent otherwise.
   */
  readonly norm?: number
}
