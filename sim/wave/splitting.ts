import { InsituError } from '../../src/errors.ts'
import type { Splitting, WaveState, WaveStepper } from '../../src/kernels/wave/state.ts'
import type { WaveField } from './field.ts'

/** Drift, kick, drift: second order. For fields of complex modes this is Strang's split step. */
export const leapfrog: Splitting = { name: 'leapfrog', order: 2, drift: [0.5, 0.5], kick: [1] }

/** Outer weight of the triple jump, 1 / (2 - 2^(1/3)). */
const OUTER = 1 / (2 - Math.cbrt(2))
const INNER = 1 - 2 * OUTER

/** Three leapfrogs, the middle one backwards: fourth order (Yoshida, Phys. Lett. A 150, 262 (1990)). */
export const yoshida4: Splitting = {
  name: 'yoshida-4',
  order: 4,
  drift: [OUTER / 2, (OUTER + INNER) / 2, (OUTER + INNER) / 2, OUTER / 2],
  kick: [OUTER, INNER, OUTER],
}

/** Finds a splitting by name. */
export function splittingOf(name: 'leapfrog' | 'yoshida-4'): Splitting {
  if (name === 'leapfrog') return leapfrog
  if (name === 'yoshida-4') return yoshida4
  throw new InsituError('CONFIG', `wave-field: integrator must be leapfrog or yoshida-4, got ${String(name)}`)
}

/** Runs a field by its flows, one after the other: the oracle of every compiled stepper. */
export function plainStepper(
  field: Pick<WaveField, 'drift' | 'kick'>,
  { drift, kick }: Splitting,
  step: number,
): WaveStepper {
  const last = drift.length - 1
  const joint = (drift[last] + drift[0]) * step
  const drifts = drift.map((part) => part * step)
  const kicks = kick.map((part) => part * step)
  return {
    run(states, steps) {
      for (const state of states) {
        if (steps > 0) field.drift(state, drifts[0])
        for (let n = 0; n < steps; n++) {
          for (let s = 0; s < last; s++) {
            field.kick(state, kicks[s])
            field.drift(state, s + 1 < last ? drifts[s + 1] : n + 1 < steps ? joint : drifts[last])
          }
        }
      }
    },
  }
}

/** A state of zeros that fits the field. */
export function emptyState({ modes, params }: Pick<WaveField, 'modes' | 'params'>): WaveState {
  return {
    q: new Float64Array(modes),
    p: new Float64Array(modes),
    theta: new Float64Array(params),
    momentum: new Float64Array(params),
  }
}

/** Copies a state over another. */
export function copyState(from: WaveState, to: WaveState): void {
  to.q.set(from.q)
  to.p.set(from.p)
  to.theta.set(from.theta)
  to.momentum.set(from.momentum)
}

/** Turns time around: the sign of every momentum, of the learning field too. */
export function reverse({ p, momentum }: WaveState): void {
  for (let i = 0; i < p.length; i++) p[i] = -p[i]
  for (let i = 0; i < momentum.length; i++) momentum[i] = -momentum[i]
}
