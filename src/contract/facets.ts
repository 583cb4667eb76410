import type { CallOptions, Receipt } from './backend.ts'
import type { Code, Family } from './block.ts'

/** The machine generates perturbations itself, from a seed. */
export interface CodePort {
  readonly families: readonly Family[]
  /**
   * Adds `coefficients[k] * delta_(first + k)` to the stored parameters, for every k, on the machine itself.
   * Writes what the machine now holds into `theta`; `pairing` and `hold` of the code do not matter here.
   */
  apply(code: Code, coefficients: Float64Array, theta: Float64Array, opts?: CallOptions): Promise<Receipt>
}

/** A stretch of discrete MGD for the machine to run on its own. */
export interface LearnJob {
  /** `rows` samples: inputs of drive width and targets of sense width, row-major, in port units. */
  readonly rows: number
  readonly drive: Float64Array
  readonly target: Float64Array
  /** Steps each sample is held (tau_x); the job takes `rows * hold` steps. */
  readonly hold: number
  /** Steps between updates (tau_theta); must divide `rows * hold`. */
  readonly updateEvery: number
  /** Perturbation, one code index per step (tau_p = 1). */
  readonly code: Code
  /**
   * theta -= rate * sum over the window of (C - C0) * delta / norm^2, C the mean squared error over the outputs and
   * norm^2 the mean over time of the squared 2-norm of delta: sum of amplitude^2 over the parameters for random and
   * walsh, half of it for sinusoid, 1/P of it for sequential codes.
   */
  readonly rate: number
}

/** Slots a job takes: one a step, and one for every baseline, which is due when the sample or the parameters change. */
export function learnSlots({ rows, hold, updateEvery }: Pick<LearnJob, 'rows' | 'hold' | 'updateEvery'>): number {
  let slots = rows * hold + rows
  for (let step = updateEvery; step < rows * hold; step += updateEvery) if (step % hold !== 0) slots++
  return slots
}

/** The machine runs the rule on board. */
export interface LearnPort {
  /** Runs the job; the receipt counts `learnSlots`. Writes the mean baseline cost per sample into `costs` (`rows`) and the final parameters into `theta`. */
  run(job: LearnJob, costs: Float64Array, theta: Float64Array, opts?: CallOptions): Promise<Receipt>
}

/** The machine can be put back exactly where it was: parameters, noise state, drift, clock. */
export interface StatePort {
  snapshot(opts?: CallOptions): Promise<Uint8Array>
  /** Puts the machine back; returns the stored parameters in `theta`. */
  restore(snapshot: Uint8Array, theta: Float64Array, opts?: CallOptions): Promise<void>
}

/** All optional abilities. One more needs its guard in `guards.ts`: what `attach` does not know it does not pass on. */
export interface Facets {
  readonly codes: CodePort
  readonly learn: LearnPort
  readonly state: StatePort
}

export type Facet = keyof Facets

/** The facets a backend certainly has; an optional property does not count. */
export type FacetsOf<B> = {
  [F in Facet]: F extends keyof B ? (undefined extends B[F] ? never : F) : never
}[Facet]
