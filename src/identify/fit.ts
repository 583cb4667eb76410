import type { Coupling } from './coupling.ts'
import type { Undetermined } from './determined.ts'
import type { LocalModel } from './local-model.ts'

/** One term of the local dynamics that was found. */
export interface LocalTerm {
  /** Component whose slope it belongs to. */
  readonly component: number
  /** What the library calls it. */
  readonly name: string
  readonly value: number
  readonly deviation: number
}

/** A network of coupled units as its traces tell it: x_i' = f(x_i) + sum_j w_ij g(x_i, x_j). */
export interface NetworkFit {
  readonly nodes: number
  readonly dimensions: number
  readonly names: readonly string[]
  readonly coupling: Coupling
  /** `weights[i * nodes + j]`, from node j into node i; 0 where no link was found, NaN where the traces do not determine it. */
  readonly weights: Float64Array
  /** Standard deviations; 0 where no link was found, infinite where the traces do not determine it. */
  readonly deviations: Float64Array
  /** Distance of every weight from 0 in standard deviations when it was kept or left out: what ranks links. */
  readonly scores: Float64Array
  /** The local dynamics as a function, and its parameters. */
  readonly model: LocalModel
  readonly parameters: Float64Array
  readonly parameterDeviations: Float64Array
  /** The terms of a model that is a sum of library functions; empty otherwise. */
  readonly local: readonly LocalTerm[]
  /** Standard deviation of the noise of each component. */
  readonly noise: Float64Array
  /** Width of the windows of the weak form, in the unit of time. */
  readonly window: number
  /** Weights that the traces do not determine. */
  readonly undetermined: readonly Undetermined[]
  /** Of every component, library functions that noise hides, or that are combinations of others on these traces; left out. */
  readonly hidden: readonly (readonly string[])[]
  /**
   * Of every component, mean square of slope minus model over what the noise makes of it: about 1 where the model is right, and
   * much more where it is not, or where there is next to no noise.
   */
  readonly misfit: Float64Array
  /** How the refinement ended, if there was one. */
  readonly refinement?: Refinement
}

export interface Refinement {
  /** Samples of the windows of every stage. */
  readonly windows: readonly number[]
  /** Mean square of trace minus model over the noise's variance per degree of freedom: about 1 where the model is right. */
  readonly misfit: number
  /** Passes through all traces, forward and backward. */
  readonly passes: number
}
