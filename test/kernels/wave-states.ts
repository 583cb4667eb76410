import type { WaveField } from '../../sim/wave/field.ts'
import { copyState, emptyState, plainStepper } from '../../sim/wave/splitting.ts'
import type { Splitting, WaveState, WaveStepper } from '../../src/kernels/wave/state.ts'
import { draws, fillUniform } from '../../src/random/draws.ts'
import { STREAM } from '../../src/random/streams.ts'

/** A state of uniform numbers up to `size`. */
export function drawnState(field: Pick<WaveField, 'modes' | 'params'>, seed: number, size = 1): WaveState {
  const state = emptyState(field)
  // A list of its own each: a draw's number is its place in the list.
  for (const [n, list] of [state.q, state.p, state.theta, state.momentum].entries())
    fillUniform(draws(4 * seed + n, STREAM.testInputs), -size, size, list)
  return state
}

export function cloned(state: WaveState): WaveState {
  const copy = emptyState({ modes: state.q.length, params: state.theta.length })
  copyState(state, copy)
  return copy
}

/** Two trajectories of the field by the stepper and by the plain loop, from the same starts. */
export function bothWays(field: WaveField, stepper: WaveStepper, splitting: Splitting, step: number, steps: number) {
  const seen = [drawnState(field, 1), drawnState(field, 2), drawnState(field, 3)]
  const wanted = seen.map(cloned)
  plainStepper(field, splitting, step).run(wanted, steps)
  stepper.run(seen, steps)
  return { seen, wanted }
}
