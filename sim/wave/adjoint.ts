import type { Splitting, WaveState } from '../../src/kernels/wave/state.ts'
import type { WaveField } from './field.ts'
import { copyState, emptyState } from './splitting.ts'

/** One flow of a step, and how long. */
interface Piece {
  readonly part: 'drift' | 'kick'
  readonly time: number
}

/** The flows of `steps` steps in their order, neighbouring drifts joined as the steppers join them. */
export function pieces({ drift, kick }: Splitting, step: number, steps: number): readonly Piece[] {
  const list: Piece[] = [{ part: 'drift', time: drift[0] * step }]
  for (let n = 0; n < steps; n++) {
    for (let s = 0; s < kick.length; s++) {
      list.push({ part: 'kick', time: kick[s] * step })
      const joined = s === kick.length - 1 && n < steps - 1
      list.push({ part: 'drift', time: (joined ? drift[s + 1] + drift[0] : drift[s + 1]) * step })
    }
  }
  return list
}

/**
 * Discrete adjoint of the same integrator, by backpropagation through a stored trajectory: the reference for every echo.
 *
 * Moves `state` forward and returns what turns a slope d cost / d state at the end into the slope at the beginning, in
 * place. Memory grows with the number of steps.
 */
export function recorded(
  field: WaveField,
  splitting: Splitting,
  step: number,
  steps: number,
  state: WaveState,
): (slope: WaveState) => void {
  const list = pieces(splitting, step, steps)
  const before = list.map(({ part, time }) => {
    const kept = emptyState(field)
    copyState(state, kept)
    field[part](state, time)
    return kept
  })
  return (slope) => {
    for (let n = list.length - 1; n >= 0; n--) {
      const { part, time } = list[n]
      if (part === 'drift') field.pullDrift(before[n], time, slope)
      else field.pullKick(before[n], time, slope)
    }
  }
}
