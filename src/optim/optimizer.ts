/** Turns a gradient estimate into a move; works on any rule's gradient. */
export interface Optimizer {
  readonly name: string
  /** Moves `theta` in place, against `gradient` (same length, cost per parameter unit). */
  step(theta: Float64Array, gradient: Float64Array): void
  /** Everything the next step depends on, as plain data for a checkpoint. */
  save(): unknown
  /** Takes back what `save` gave; `RECORD` if it is something else. */
  load(state: unknown): void
}
