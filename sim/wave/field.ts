import type { Splitting, WaveState, WaveStepper } from '../../src/kernels/wave/state.ts'

/** How the modes lie, for pictures: `rows` x `columns`, row by row. */
export interface Grid {
  readonly rows: number
  readonly columns: number
}

/**
 * A wave field: a Hamiltonian that is the sum of two parts, each solved exactly. Adding one is one file.
 *
 * The dynamics are time-reversible: H does not change when p and the learning momentum change their sign.
 */
export interface WaveField {
  readonly name: string
  /** Degrees of freedom of the evaluation field, and numbers in the learning field. */
  readonly modes: number
  readonly params: number
  /** dq/dt = bracket * dH/dp, dp/dt = -bracket * dH/dq; the same for the learning field. */
  readonly bracket: 1 | 0.5
  /** What the learning field is made of: masses that sit at theta, or complex modes theta + i momentum. */
  readonly learning: 'masses' | 'modes'
  readonly grid: Grid
  /** What disorder adds to every stored parameter, if it does. */
  readonly offset?: Float64Array
  /** Places of disorder where it is no offset, as many as `byScatter` has; absent where slopes by it are not given. */
  readonly scattered?: number
  /** H, the learning field's own part included. */
  energy(state: WaveState): number
  /** Time derivative of the whole state, for Runge-Kutta and for checks. */
  rate(state: WaveState, into: WaveState): void
  /** The exact flows of the two parts over a time, in place. */
  drift(state: WaveState, time: number): void
  kick(state: WaveState, time: number): void
  /**
   * Transposed Jacobians of the flows at `before`, the state in front of the flow: turns d cost / d after into d cost / d before, in
   * place. Slopes by what disorder adds are added to `byScatter`.
   */
  pullDrift(before: WaveState, time: number, slope: WaveState, byScatter?: Float64Array): void
  pullKick(before: WaveState, time: number, slope: WaveState, byScatter?: Float64Array): void
  /** The compiled form of the same flows, where there is one. */
  stepper?(splitting: Splitting, step: number): WaveStepper
}
