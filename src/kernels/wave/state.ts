/**
 * A moment of a wave field: positions and momenta of its modes (or the quadratures q + i p of complex modes), and of its
 * learning field: `theta` are the parameters, `momentum` what the wave does to them.
 */
export interface WaveState {
  readonly q: Float64Array
  readonly p: Float64Array
  readonly theta: Float64Array
  /** Integral of -bracket * dH / d theta over time: the action with its sign changed, where theta is static. */
  readonly momentum: Float64Array
}

/**
 * A symmetric step made of the two exact halves of a Hamiltonian: drift[0], kick[0], drift[1], ..., kick[s-1], drift[s],
 * as parts of the step. Neighbouring drifts of successive steps are joined.
 */
export interface Splitting {
  readonly name: string
  readonly order: number
  readonly drift: readonly number[]
  readonly kick: readonly number[]
}

/** Runs steps of one field by one splitting; the plain loop and the SIMD kernel give the same bits. */
export interface WaveStepper {
  /** Advances every state by `steps` steps, in place; states share nothing. */
  run(states: readonly WaveState[], steps: number): void
}
