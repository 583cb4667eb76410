/** The numeric half of a spring solver, whoever runs it. */
export interface SpringEngine {
  /**
   * Factorises K for the bond blocks and a diagonal; -1, or the dof of the elimination (2 * step + axis) whose pivot
   * is not above `tolerance` times the diagonal it started from; with `definite` false its magnitude counts.
   */
  factor(blocks: Float64Array, diagonal: Float64Array | undefined, tolerance: number, definite: boolean): number
  /** Solves in place: `rows` vectors of 2 * nodes. */
  solve(rhs: Float64Array, rows: number): void
  /** Sets `into` (2 * nodes) to the vector that moves the failed dof by 1 and has no energy but the failed pivot's. */
  loose(dof: number, into: Float64Array): void
}
